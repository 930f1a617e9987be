"""Result: zones with their areas, and the tables that say how good the areas are."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from metrobook.commuting.areas.commuters import Commuters

NONE = -1


class Areas(pd.DataFrame):
    """Zones and the area that each belongs to: columns ``zone, area``, missing where none.

    What is derived from it (a selection, a merge) is a plain frame.

    Attributes
    ----------
    quality : pandas.DataFrame
        One row for each area, see :func:`quality`.
    overall : pandas.Series
        The same of all areas together: see :func:`overall`.
    notes : tuple of str
        Steps that changed something, or could not be taken, in words.
    shares : pandas.DataFrame
        Functional urban areas only: ``zone, core, share``, the core to which most employed
        residents of the zone commute, and their share.
    cores : dict of str to list of str
        Functional urban areas only: the zones of the core of each area.
    exclaves : list of str
        Functional urban areas only: zones that reach the threshold and were dropped, since no land
        of the area links them to its city.
    reserve : pandas.DataFrame
        Labour market areas only: ``zone, reason``, zones that passed through the reserve list.
    """

    _metadata: ClassVar = ["quality", "overall", "notes", "shares", "cores", "exclaves", "reserve"]

    @property
    def _constructor(self):
        return pd.DataFrame


def areas(
    table: Commuters, label: np.ndarray, names: list[str], quality: pd.DataFrame, **attributes
) -> Areas:
    """Return the zones under the names of their areas, with what is known of them."""
    named = pd.Series(label).map(dict(enumerate(names))).astype(object)
    result = Areas({"zone": table.zones, "area": named.where(named.notna(), None)})
    for name, value in {"quality": quality, **attributes}.items():
        setattr(result, name, value)
    return result


def quality(table: Commuters, label: np.ndarray, names: list[str]) -> pd.DataFrame:
    """Return how large and how self-contained areas are.

    Parameters
    ----------
    table : Commuters
    label : numpy.ndarray
        Position of the area of each zone among ``names``, or -1.
    names : list of str

    Returns
    -------
    pandas.DataFrame
        Index ``area``; ``zones`` (number), ``residents`` (employed residents), ``jobs``, ``within``
        (who live and work in the area), ``self_containment_residence`` (``within`` as a share of
        ``residents``: the supply side) and ``self_containment_workplace`` (of ``jobs``: the demand
        side).
    """
    inside, n = label != NONE, len(names)
    flows = table.flows.tocoo()
    live, work = flows.coords
    stays = (label[live] == label[work]) & inside[live]
    result = pd.DataFrame(
        {
            "zones": np.bincount(label[inside], minlength=n),
            "residents": np.bincount(label[inside], table.residents[inside], minlength=n),
            "jobs": np.bincount(label[inside], table.jobs[inside], minlength=n),
            "within": np.bincount(label[live[stays]], flows.data[stays], minlength=n),
        },
        index=pd.Index(names, name="area", dtype=object),
    )
    return result.assign(
        self_containment_residence=result["within"] / result["residents"],
        self_containment_workplace=result["within"] / result["jobs"],
    )


def overall(table: Commuters, quality: pd.DataFrame) -> pd.Series:
    """Return what holds of all areas together.

    Returns
    -------
    pandas.Series
        ``areas`` and ``zones`` (numbers), ``zones_without_area``, ``residents`` of the areas,
        ``within`` (who work in the area where they live) and ``self_containment``, their share.
    """
    residents, within = quality["residents"].sum(), quality["within"].sum()
    return pd.Series(
        {
            "areas": len(quality),
            "zones": quality["zones"].sum(),
            "zones_without_area": len(table.zones) - quality["zones"].sum(),
            "residents": residents,
            "within": within,
            "self_containment": within / residents if residents else np.nan,
        }
    )
