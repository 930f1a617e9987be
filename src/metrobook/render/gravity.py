"""Gravity: spatial interaction models of the flows of a study, year by year."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from metrobook.commuting.distances import centres, geodesic
from metrobook.commuting.interaction import fit
from metrobook.commuting.interaction.measures import common_part
from metrobook.commuting.interaction.radiation import radiation
from metrobook.commuting.zones import nearest_year
from metrobook.compendium import StudyError
from metrobook.study import Study

PEOPLE = ("population-register", "population-census", "population-projection")
"""Concepts of population that say how many people live in a zone."""
DECAYS = ("power", "exponential")


@dataclass(frozen=True)
class Apart:
    """How far zones lie from each other, and how that is known.

    Attributes
    ----------
    table : pandas.DataFrame
        Index origins, columns destinations; missing where it is not known.
    unit : str
        ``km`` or ``minutes``.
    measure : str
        What was measured, in the words of the table of distances; empty for straight lines
        between points on the map.
    sources : list of str
        Of the table of distances.
    """

    table: pd.DataFrame
    unit: str = "km"
    measure: str = ""
    sources: list[str] = field(default_factory=list)

    def known(self, flows: pd.DataFrame) -> pd.Series:
        """Tell of each flow whether the distance between its ends is known."""
        pairs = pd.MultiIndex.from_frame(flows[["origin", "destination"]])
        return self.table.stack().reindex(pairs).notna().set_axis(flows.index)

    @property
    def complete(self) -> bool:
        """Whether every distance between two zones is known."""
        apart = ~np.eye(len(self.table), dtype=bool)
        return bool(self.table.notna().to_numpy()[apart].all())


def distances(study: Study, zones: list[str], measure: str = "") -> Apart | None:
    """Return the distances between zones: those of the study's table, or else of its map.

    Parameters
    ----------
    study : Study
    zones : list of str
    measure : str
        Which measure of the table to take; empty for the first by name.

    Returns
    -------
    Apart or None
        None where there is neither a table nor a map of the zones.

    Raises
    ------
    StudyError
        If the table does not have the measure.
    """
    rows = study.table("distances")
    measures = sorted(rows["measure"].unique())
    if measure and measure not in measures:
        raise StudyError(
            f"data/{study.id} has no distances of the measure {measure!r}; "
            f"its measures are: {', '.join(measures) or 'none'}."
        )
    if measures:
        chosen = rows[rows["measure"] == (measure or measures[0])]
        table = chosen.pivot(index="origin_code", columns="destination_code", values="value")
        table = table.reindex(index=zones, columns=zones)
        sources = sorted(set(chosen["source_id"]))
        return Apart(table, chosen["unit"].iloc[0], chosen["measure"].iloc[0], sources)
    if not study.has_layer("areas"):
        return None
    shapes = study.layer("areas").set_index("area_code")
    return Apart(geodesic(centres(shapes.loc[[*filter(shapes.index.__contains__, zones)]])))


def usable(study: Study, *concepts: str) -> pd.DataFrame:
    """Return the values of the indicators of some concepts that may be used for inference."""
    definitions, panel = study.table("indicator_definitions"), study.table("indicators")
    allowed = definitions["inference"].fillna(False).astype(bool)
    chosen = definitions.loc[allowed & definitions["concept"].isin(concepts), "indicator"]
    return panel[panel["indicator"].isin(chosen)]


def population(study: Study, zones: list[str], year: int) -> pd.Series | None:
    """Return the residents by zone of the nearest year that all have, or None where none has."""
    try:
        return nearest_year(usable(study, *PEOPLE), zones, year)
    except ValueError:
        return None


def models_by_year(flows: pd.DataFrame, apart: pd.DataFrame) -> pd.DataFrame:
    """Fit doubly constrained models to the flows between zones of each year that allows it.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``origin, destination, year, value`` of the zones of ``apart``.
    apart : pandas.DataFrame
        Kilometres or minutes, index origins, columns destinations.

    Returns
    -------
    pandas.DataFrame
        ``year, form`` (power or exponential), ``decay, low, high`` (95 %, robust to
        heteroscedasticity), ``pairs, cpc, srmse, r2``. A year whose flows cannot tell how they
        fall with distance, such as one with too few pairs, has no rows.
    """
    rows = []
    for year, table in flows.groupby("year"):
        try:
            models = {form: fit(table, apart, constraint="doubly", decay=form) for form in DECAYS}
        except ValueError:
            continue
        for form, model in models.items():
            low, high = model.conf_int().loc["decay"]
            rows.append(
                (
                    year, form, model.params["decay"], low, high,
                    model.n_pairs, model.cpc, model.srmse, model.mcfadden_r2,
                )
            )  # fmt: skip
    columns = ["year", "form", "decay", "low", "high", "pairs", "cpc", "srmse", "r2"]
    return pd.DataFrame(rows, columns=columns)


def radiated(flows: pd.DataFrame, people: pd.Series, apart: pd.DataFrame) -> pd.Series:
    """Return what the radiation model expects on the pairs of one year, given who leaves each zone.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``origin, destination, value``; a missing value is not observed and adds nothing.
    people : pandas.Series
        Residents by zone.
    apart : pandas.DataFrame
        Kilometres or minutes, as for :func:`~metrobook.commuting.interaction.radiation.radiation`.
    """
    leaving = flows.groupby("origin")["value"].sum()
    expected = radiation(people, apart, leaving).set_index(["origin", "destination"])["value"]
    pairs = pd.MultiIndex.from_frame(flows[["origin", "destination"]])
    return expected.reindex(pairs).set_axis(flows.index)


def radiation_cpc(flows: pd.DataFrame, people: pd.Series, apart: pd.DataFrame) -> float:
    """Return the common part of commuters of the radiation model with the flows of one year."""
    seen = flows.dropna(subset=["value"])
    return common_part(seen["value"], radiated(seen, people, apart))
