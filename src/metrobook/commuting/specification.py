"""Specifications: the defensible ways to estimate flows of one metropolitan area from another."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from metrobook.commuting.distances import centres, geodesic
from metrobook.commuting.hiding import hide_zones, into_core, scatter, to_core
from metrobook.commuting.simulation import Estimate, estimate_flows
from metrobook.commuting.transfer import Calibration, calibrate, gravity_pairs

FIXED = {"population": 1.0}
"""Commuters are taken in proportion to residents: zones to be estimated are smaller than any that
calibrate, so that another elasticity would be extrapolated."""
STAND_INS = ("production", "population")


@dataclass(frozen=True, eq=False)
class Region:
    """What the gravity model needs to know of a metropolitan area.

    Attributes
    ----------
    core : list of str
        Zones of the core.
    masses : pandas.DataFrame
        Index (zone, year); ``population`` and ``production`` (gross regional product).
    shapes : geopandas.GeoDataFrame
        Polygons by zone, in longitude and latitude.
    parts : geopandas.GeoDataFrame, optional
        Polygons of the parts of zones, with ``zone`` and ``population``, to find where the people
        of a zone are.
    """

    core: list[str]
    masses: pd.DataFrame
    shapes: gpd.GeoDataFrame
    parts: gpd.GeoDataFrame | None = None

    @property
    def zones(self) -> list[str]:
        return list(self.masses.index.unique("zone"))


@dataclass(frozen=True)
class Specification:
    """One way to estimate.

    Attributes
    ----------
    merged : bool
        Whether the core that calibrates counts as one zone.
    attraction : str
        What stands in for the jobs of a destination: a column of :attr:`Region.masses`.
    weighted : bool
        Whether distances of the area to be estimated run between the centres of its people rather
        than of its polygons.
    """

    merged: bool = True
    attraction: str = "production"
    weighted: bool = True


@dataclass(frozen=True, eq=False)
class Lesson:
    """What the lender teaches.

    Attributes
    ----------
    calibration : Calibration
    hidden : pandas.DataFrame
        Flows of hidden zones, observed and predicted (:func:`~.hiding.hide_zones`).
    core : list of str
        The core of the calibration, as its zones are called there.
    """

    calibration: Calibration
    hidden: pd.DataFrame
    core: list[str]


@dataclass(frozen=True, eq=False)
class Outcome:
    """The estimates of one specification, and the lesson they rest on.

    Attributes
    ----------
    lesson : Lesson
    three, four : Estimate
        Without and with the scatter of single flows around the model.
    """

    lesson: Lesson
    three: Estimate
    four: Estimate


def all_specifications(with_parts: bool) -> list[Specification]:
    """Return every combination, the main one first: hidden zones scatter least around it.

    Parameters
    ----------
    with_parts : bool
        Whether it is known where the people of a zone are.
    """
    places = (True, False) if with_parts else (False,)
    return [Specification(*each) for each in itertools.product((True, False), STAND_INS, places)]


def calibration_pairs(
    lender: Region, flows: pd.DataFrame, specification: Specification
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Return the flows and pairs that calibrate, and the core as its zones are called there.

    Parameters
    ----------
    lender : Region
    flows : pandas.DataFrame
        ``origin, destination, year, value`` of the zones of the lender.
    specification : Specification

    Returns
    -------
    tuple
        The first two arguments of :func:`~.transfer.calibrate`, and the zones of the core in them:
        a merged core bears the code of its first zone.
    """
    core = lender.core[:1] if specification.merged else lender.core
    group = pd.Series(
        {z: core[0] if specification.merged and z in lender.core else z for z in lender.zones}
    )
    pairs = []
    for year in sorted(flows["year"].unique()):
        masses = lender.masses.xs(year, level="year")
        apart = geodesic(centres(lender.shapes, masses["population"], group))
        sums = masses.groupby(group).sum()
        rows = gravity_pairs(sums["population"], sums[specification.attraction], apart)
        pairs.append(rows.assign(year=year))
    known = flows[flows["origin"].isin(lender.zones) & flows["destination"].isin(lender.zones)]
    known = known.assign(**{end: known[end].map(group) for end in ("origin", "destination")})
    known = known[known["origin"] != known["destination"]]
    key = ["origin", "destination", "year"]
    summed = known.groupby(key, as_index=False)["value"].sum(min_count=1)
    return summed, pd.concat(pairs, ignore_index=True), core


def pairs_to_estimate(region: Region, specification: Specification) -> pd.DataFrame:
    """Return the pairs of the area to be estimated, in the one year that it is known of."""
    [year] = region.masses.index.unique("year")
    masses = region.masses.xs(year, level="year")
    points = centres(region.shapes)
    if specification.weighted:
        points = centres(region.parts, region.parts["population"], region.parts["zone"])
    return gravity_pairs(
        masses["population"],
        masses[specification.attraction],
        geodesic(points.reindex(region.zones)),
    )


def learn(lender: Region, flows: pd.DataFrame, specification: Specification) -> Lesson:
    """Calibrate on the lender, whose part of a specification is ``merged`` and ``attraction``.

    Parameters
    ----------
    lender, flows, specification
        As for :func:`calibration_pairs`.

    Notes
    -----
    Where the core is one zone, hiding it is no test, since none like it is left.
    """
    observed, pairs, core = calibration_pairs(lender, flows, specification)
    calibration = calibrate(observed, pairs, FIXED)
    hidden = hide_zones(calibration)
    if specification.merged:
        hidden = hidden[~hidden["hidden"].isin(core)]
    return Lesson(calibration, hidden, core)


def outcome(
    specification: Specification,
    lesson: Lesson,
    region: Region,
    total: tuple[float, float],
    *,
    draws: int,
    seed: int,
) -> Outcome:
    """Estimate the flows of an area by one specification.

    Parameters
    ----------
    specification : Specification
    lesson : Lesson
        What :func:`learn` returns for it.
    region : Region
        The area to be estimated, of one year.
    total : tuple of float
        Least and most persons on all pairs together.
    draws, seed : int

    Notes
    -----
    The scatter of single flows is measured on hidden zones, apart for flows into the core and for
    all others.
    """
    hidden, core = lesson.hidden, lesson.core
    wanted = pairs_to_estimate(region, specification)
    spread = into_core(wanted, region.core).map(
        {
            True: scatter(to_core(hidden, core, ["year"])),
            False: scatter(hidden[~into_core(hidden, core)]),
        }
    )
    common = {"draws": draws, "seed": seed}
    return Outcome(
        lesson,
        estimate_flows(lesson.calibration, wanted, total, **common),
        estimate_flows(lesson.calibration, wanted, total, scatter=spread, **common),
    )


def shared_out_to_parts(
    found: Outcome, region: Region, total: tuple[float, float], *, draws: int, seed: int
) -> Estimate:
    """Return an estimate shared out to the parts of the zones by people and distance.

    What draws commuters to a part is its share, by population, of the product of its zone:
    nothing finer is known. Added up, the flows are those between the zones.

    Parameters
    ----------
    found : Outcome
        Of a specification drawn by product, such as the first of :func:`all_specifications`.
    region : Region
        With ``parts``.
    total, draws, seed
        Those of ``found``.
    """
    [year] = region.masses.index.unique("year")
    product = region.masses.xs(year, level="year")["production"]
    people, zone = region.parts["population"], region.parts["zone"]
    attraction = people / people.groupby(zone).transform("sum") * zone.map(product)
    pairs = gravity_pairs(people, attraction, geodesic(centres(region.parts)))
    apart = pairs["origin"].map(zone) != pairs["destination"].map(zone)
    direct = estimate_flows(
        found.lesson.calibration, pairs[apart].reset_index(drop=True), total, draws=draws, seed=seed
    )
    return found.four.shared_out(direct, zone)


def share_of_workers(
    estimate: Estimate,
    origins: list[str],
    core: list[str],
    workers: Mapping[str, float],
    working: float,
) -> pd.Series:
    """Return the share of the employed residents of zones who work in the core, by draw.

    Parameters
    ----------
    estimate : Estimate
        Of commuters, those in school or a course included.
    origins, core : list of str
    workers : mapping of str to float
        Employed residents by zone.
    working : float
        Share of commuters who work rather than learn.
    """
    living = sum(workers[zone] for zone in origins)
    return pd.Series(estimate.between(origins, core) * working / living)
