"""Estimates: flows of a metropolitan area without a survey table, from one that has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from metrobook.commuting.counts import from_share
from metrobook.commuting.hiding import accuracy, by_masses, hide_years, residents, to_core
from metrobook.commuting.reading import CODES
from metrobook.commuting.simulation import Estimate, interval, pooled, probability
from metrobook.commuting.specification import (
    Outcome,
    Region,
    Specification,
    all_specifications,
    learn,
    outcome,
    share_of_workers,
)
from metrobook.commuting.structure import evenness_of_centres
from metrobook.commuting.zones import nearest_year, widest_year
from metrobook.compendium import StudyError
from metrobook.render.gravity import PEOPLE, radiated, usable
from metrobook.render.journeys import of_purpose
from metrobook.study import Study

MASSES = {"population": PEOPLE, "production": ("grdp-current",)}
PAIR = ["origin", "destination"]
REGISTER, WORKERS = "population-register", "workers"
SHARE, BASE = "commuters as share of population", "population base of the survey"
WORKING, ALL = "commuters working", "commuters by home area"


@dataclass(frozen=True, eq=False)
class Estimates:
    """The flows of a metropolitan area, estimated in every defensible way.

    Attributes
    ----------
    outcomes : dict of Specification to Outcome
        The main one, around which hidden zones scatter least, comes first.
    region, lender : Region
    total : tuple of float
        Commuters as published, then the least and the most that the rounding allows.
    year : int
        Of the total.
    workers : pandas.Series
        Employed residents by zone; its name is the indicator and its year.
    working : float
        Share of commuters who work, of the lender's latest survey.
    sources : list of str
        Of everything known of the study itself that the estimate rests on.
    """

    outcomes: dict[Specification, Outcome]
    region: Region
    lender: Region
    total: tuple[float, float, float]
    year: int
    workers: pd.Series
    working: float
    sources: list[str]

    @property
    def main(self) -> Outcome:
        return next(iter(self.outcomes.values()))

    def pooled(self, kind: str = "four") -> Estimate:
        """Return the draws of all specifications together, ``three`` or ``four`` uncertainties."""
        return pooled(getattr(found, kind) for found in self.outcomes.values())

    def shares(self, estimate: Estimate, origins: Iterable[str]) -> pd.Series:
        """Return the share of the employed residents of zones who work in the core, by draw."""
        return share_of_workers(
            estimate, list(origins), self.region.core, self.workers, self.working
        )

    def by_zone(self, threshold: float) -> pd.DataFrame:
        """Return that share of each zone outside the core: ``zone, value, low, high``.

        ``probability`` is that of reaching the threshold.
        """
        rows = []
        for zone in self.region.zones:
            if zone not in self.region.core:
                share = self.shares(self.main.four, [zone])
                reached = probability(share, [threshold]).iloc[0]
                rows.append((zone, *interval(share), reached))
        return pd.DataFrame(rows, columns=["zone", "value", "low", "high", "probability"])

    def by_specification(self, origins: list[str], threshold: float) -> pd.DataFrame:
        """Return the share of some zones in each specification, then of all together.

        Columns are those of :class:`Specification` (missing for all together), ``value, low,
        high, probability`` with the scatter of single flows, ``three_low, three_high`` without.
        """
        found = [(key, each.three, each.four) for key, each in self.outcomes.items()]
        rows = []
        for key, three, four in [*found, (None, self.pooled("three"), self.pooled())]:
            narrow, wide = self.shares(three, origins), self.shares(four, origins)
            named = (key.merged, key.attraction, key.weighted) if key else (None, None, None)
            reached = probability(wide, [threshold]).iloc[0]
            rows.append((*named, *interval(wide), reached, *interval(narrow)[1:]))
        columns = ["merged", "attraction", "weighted", "value", "low", "high", "probability"]
        return pd.DataFrame(rows, columns=[*columns, "three_low", "three_high"])


def region_of(study: Study, years: Iterable[int]) -> Region:
    """Return what the gravity model needs of a study, for some years.

    Masses are those of the nearest year that all zones have, of an indicator that may be used for
    inference.
    """
    zones, years = study.zones, list(years)
    panels = {mass: usable(study, *concepts) for mass, concepts in MASSES.items()}
    masses = {
        (mass, year): nearest_year(panel, zones, year)
        for mass, panel in panels.items()
        for year in years
    }
    table = pd.DataFrame(masses).rename_axis(index="zone").stack(level=1, future_stack=True)
    table = table.rename_axis(index=["zone", "year"])
    shapes = study.layer("areas").set_index("area_code")
    return Region(study.codes("core"), table, shapes.loc[zones], _parts(study, zones))


def _parts(study: Study, zones: list[str]) -> gpd.GeoDataFrame | None:
    """Return the districts of zones with their people, None where those of any are not known."""
    if not study.has_layer("districts"):
        return None
    parts = study.layer("districts").set_index("area_code").rename(columns={"parent_code": "zone"})
    parts = parts[parts["zone"].isin(zones)]
    people = registered(study, parts.index).set_index("area_code")["value"]
    parts = parts.assign(population=people.reindex(parts.index))
    return parts if parts["population"].gt(0).all() else None


def registered(study: Study, codes: Iterable[str]) -> pd.DataFrame:
    """Return the rows of the civil registration of the year that most areas have."""
    return widest_year(usable(study, REGISTER), codes)


def estimates(study: Study, draws: int, seed: int) -> Estimates | None:
    """Estimate the flows of a study from the one that its settings name.

    Parameters
    ----------
    study : Study
    draws, seed : int
        Of the simulation.

    Returns
    -------
    Estimates or None
        None where no study is named to calibrate, or no total is published.

    Raises
    ------
    StudyError
        If the named study has no flows, or does not say how many of its commuters work.
    """
    lent, headline = study.calibration, _published(study, SHARE, BASE)
    if lent is None or headline.empty:
        return None
    year = int(headline.index[-1])
    total = from_share(headline.loc[year, SHARE] / 100, headline.loc[year, BASE], step=0.01)
    flows, asked = observed_flows(lent), _published(lent, WORKING, ALL)
    if flows.empty or asked.empty:
        raise StudyError(
            f"data/{study.id}/study.yml names {lent.id} to calibrate, but {lent.id} has no "
            f"{'flows' if flows.empty else 'total of ' + WORKING}: collect it, or remove the line."
        )
    lender = region_of(lent, sorted(flows["year"].unique()))
    region = region_of(study, [year])
    specifications = all_specifications(region.parts is not None)
    taught = {(key.merged, key.attraction): key for key in specifications}
    lessons = {part: learn(lender, flows, key) for part, key in taught.items()}
    outcomes = {
        key: outcome(
            key, lessons[key.merged, key.attraction], region, total[1:], draws=draws, seed=seed
        )
        for key in specifications
    }
    workers = nearest_year(usable(study, WORKERS), region.zones, year)
    latest = asked.iloc[-1]
    return Estimates(
        outcomes, region, lender, total, year, workers,
        latest[WORKING] / latest[ALL], _sources(study, region, year),
    )  # fmt: skip


def _sources(study: Study, region: Region, year: int) -> list[str]:
    """Return the sources of the total, of the masses and workers of zones, of people in parts."""
    said = study.table("commuters")
    tables = [said[_of_metro(study) & said["measure"].isin([SHARE, BASE]) & (said["year"] == year)]]
    for concepts in (*MASSES.values(), [WORKERS]):
        panel = usable(study, *concepts)
        indicator, nearest = nearest_year(panel, region.zones, year).name
        rows = panel[(panel["indicator"] == indicator) & (panel["year"] == nearest)]
        tables.append(rows[rows["area_code"].isin(region.zones)])
    if region.parts is not None:
        tables.append(registered(study, region.parts.index))
    return sorted({source for rows in tables for source in rows["source_id"]})


def observed_flows(study: Study) -> pd.DataFrame:
    """Return the flows of a study's leading purpose: ``origin, destination, year, value``."""
    flows = of_purpose(study.table("flows"))
    return flows.rename(columns=CODES)[[*CODES.values(), "year", "value"]]


def surveys_of(study: Study) -> list[str]:
    """Return the sources of the flows that calibrate, as the study's own register calls them."""
    lent = study.calibration
    cited = lent.table("sources").set_index("source_id")["url"]
    addresses = set(cited.reindex(lent.table("flows")["source_id"].unique()).dropna())
    own = study.table("sources")
    return sorted(own.loc[own["url"].isin(addresses), "source_id"])


def _published(study: Study, *measures: str) -> pd.DataFrame:
    """Return the figures of the whole metropolitan area by year, of years that have them all."""
    rows = study.table("commuters")[_of_metro(study)]
    table = rows.pivot_table(index="year", columns="measure", values="value", aggfunc="last")
    return table.reindex(columns=[*measures]).dropna().astype(float)


def _of_metro(study: Study) -> pd.Series:
    metro = study.areas.loc[study.areas["level"] == "metro", "area_code"]
    return study.table("commuters")["area_code"].isin(metro)


def validation(found: Estimates) -> pd.DataFrame:
    """Return how close predictions come to the surveys that calibrate the main specification.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (``zones``: hidden zones; ``years``: one year from another; ``masses``: by people
        alone; ``radiation``: by the radiation model, given who leaves each zone), ``year``,
        ``calibrated`` and the columns of :func:`~metrobook.commuting.hiding.accuracy`.
    """
    lesson = found.main.lesson
    tables = {
        "zones": accuracy(lesson.hidden, ["year"]),
        "years": accuracy(hide_years(lesson.calibration), ["calibrated", "year"]),
    }
    simple = {
        "masses": lambda rows: by_masses(rows, rows["value"].sum()),
        "radiation": lambda rows: radiated(rows, residents(rows), rows[[*PAIR, "distance"]]),
    }
    for kind, predict in simple.items():
        by_year = lesson.calibration.pairs.groupby("year")
        predicted = [rows.assign(predicted=predict(rows)) for _, rows in by_year]
        tables[kind] = accuracy(pd.concat(predicted).dropna(subset=["value"]), ["year"])
    return pd.concat(
        [rows.reset_index().assign(kind=kind) for kind, rows in tables.items()], ignore_index=True
    )


def core_error(found: Estimates) -> float:
    """Return the median error, as a share, of the flows of hidden zones into the core."""
    predicted = to_core(found.main.lesson.hidden, found.main.lesson.core, ["year"])
    return float((predicted["ratio"] - 1).abs().median())


def to_core_of_parts(shared: Estimate, region: Region) -> pd.DataFrame:
    """Return for each part outside the core the share of its commuters who go to the core.

    Returns
    -------
    pandas.DataFrame
        Index part; ``value, low, high`` over the draws.
    """
    zone = region.parts["zone"]
    inward = shared.pairs["destination"].map(zone).isin(region.core).to_numpy()
    rows = {}
    for part, columns in shared.pairs.groupby("origin").indices.items():
        if zone[part] not in region.core:
            flows = shared.flows[:, columns]
            rows[part] = interval(flows[:, inward[columns]].sum(axis=1) / flows.sum(axis=1))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])


def polycentricity_by_draw(estimate: Estimate, workers: float) -> pd.Series:
    """Return Green's index of functional polycentricity of each draw, as a share of all workers."""
    arrivals = pd.DataFrame(estimate.flows).T.groupby(estimate.pairs["destination"]).sum()
    return pd.Series(evenness_of_centres(arrivals.T) * estimate.totals / workers)
