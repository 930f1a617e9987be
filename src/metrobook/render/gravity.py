"""Gravity: spatial interaction models of the flows of a study, year by year."""

from __future__ import annotations

import pandas as pd

from metrobook.commuting.distances import centres, geodesic
from metrobook.commuting.interaction import fit
from metrobook.commuting.interaction.measures import common_part
from metrobook.commuting.interaction.radiation import radiation
from metrobook.commuting.zones import nearest_year
from metrobook.study import Study

PEOPLE = ("population-projection", "population-register", "population-census")
"""Concepts of population that say how many people live in a zone."""
DECAYS = ("power", "exponential")


def distances(study: Study, zones: list[str]) -> pd.DataFrame:
    """Return the kilometres between points inside the areas of a study."""
    shapes = study.layer("areas").set_index("area_code")
    return geodesic(centres(shapes.loc[zones]))


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
    """Fit doubly constrained models to the flows between zones of each year.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``origin, destination, year, value`` of the zones of ``apart``.
    apart : pandas.DataFrame
        Kilometres, index origins, columns destinations.

    Returns
    -------
    pandas.DataFrame
        ``year, form`` (power or exponential), ``decay, low, high`` (95 %, robust to
        heteroscedasticity), ``pairs, cpc, srmse, r2``.
    """
    rows = []
    for year, table in flows.groupby("year"):
        for form in DECAYS:
            model = fit(table, apart, constraint="doubly", decay=form)
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
        Kilometres, as for :func:`~metrobook.commuting.interaction.radiation.radiation`.
    """
    leaving = flows.groupby("origin")["value"].sum()
    expected = radiation(people, apart, leaving).set_index(["origin", "destination"])["value"]
    pairs = pd.MultiIndex.from_frame(flows[["origin", "destination"]])
    return expected.reindex(pairs).set_axis(flows.index)


def radiation_cpc(flows: pd.DataFrame, people: pd.Series, apart: pd.DataFrame) -> float:
    """Return the common part of commuters of the radiation model with the flows of one year."""
    seen = flows.dropna(subset=["value"])
    return common_part(seen["value"], radiated(seen, people, apart))
