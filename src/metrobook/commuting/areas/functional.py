"""Functional urban areas: a city, and the zones around it that commute to it.

The definition of the European Union and the OECD (Dijkstra, Poelman & Veneri 2019, *The EU–OECD
definition of a functional urban area*, OECD Regional Development Working Papers 2019/11; Eurostat
et al. 2021, *Applying the degree of urbanisation*, chapter 7), from the city onwards: the cities
themselves, which the definition finds on a population grid, are given here as cores.

1. Cities of which one sends at least 15 % of its employed residents to the other count as one
   destination; this is repeated with the merged cities until none is left to merge.
2. A zone with at least 15 % of its employed residents working in a city belongs to it, to the one
   with the largest share where there are several.
3. Zones that one area surrounds are added, zones that no land of the area links to its city are
   dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from metrobook.commuting.areas.commuters import Commuters, commuters, listed
from metrobook.commuting.areas.contiguity import (
    Contiguity,
    contiguity,
    without_enclaves,
    without_exclaves,
)
from metrobook.commuting.areas.result import NONE, Areas, areas, overall, quality

STEPS = np.arange(10, 26) / 100
Cores = str | Iterable[str] | Mapping[str, Iterable[str]]


def delineate_fua(
    flows,
    core: Cores,
    threshold: float = 0.15,
    *,
    cores_merge: float = 0.15,
    residents: pd.Series | None = None,
    geometry: gpd.GeoDataFrame | None = None,
) -> Areas:
    """Return the functional urban area of each core, after the EU–OECD definition.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        ``origin, destination, value`` in persons. Each zone needs its own commuters (``origin ==
        destination``), for shares are taken of all employed residents; or give ``residents``.
    core : str, iterable of str or mapping
        The zone of the city, its zones, or the zones of each of several cities by name.
    threshold : float
        Least share of the employed residents of a zone who work in the city.
    cores_merge : float
        Least share of the employed residents of a city who work in another, for the two to be one.
    residents : pandas.Series, optional
        Employed residents by zone; who stays in a zone is then those who do not leave it.
    geometry : geopandas.GeoDataFrame, optional
        Polygons by zone (index, or column ``zone``); the geometry of ``flows.zone_table`` where
        there is one. Without polygons step 3 is left out, and ``notes`` says so.

    Returns
    -------
    Areas
        ``zone, area``: the name of the city, or the first id of its zones; of cities that merged,
        the name of that with most residents. ``quality`` has the columns of
        :func:`~metrobook.commuting.areas.result.quality` and ``core_zones``, ``core_residents``
        and ``core_jobs`` (the core's share of those of the area), ``enclaves``, ``exclaves`` (zones
        added and dropped in step 3; missing without polygons) and ``marginal`` (zones outside the
        core whose share is within one percentage point of the threshold).

    Raises
    ------
    ValueError
        If shares cannot be computed, a core is unknown or in two cities, or a threshold is no
        share.

    Examples
    --------
    >>> flows = pd.DataFrame([("city", "city", 90.0), ("near", "city", 20.0),
    ...                       ("near", "near", 80.0), ("far", "city", 10.0), ("far", "far", 90.0)],
    ...                      columns=["origin", "destination", "value"])
    >>> delineate_fua(flows, "city").dropna()["zone"].tolist()
    ['city', 'near']
    """
    table, cores, map_, notes = _prepared(flows, core, cores_merge, residents, geometry)
    _share(threshold, "threshold")
    best, share = main_core(table, cores)
    label, measures = _delineated(table, cores, best, share, threshold, map_)
    main = pd.Series(best).map(dict(enumerate(cores))).astype(object)
    dropped = (label == NONE) & (share >= threshold)
    return areas(
        table,
        label,
        list(cores),
        measures,
        overall=overall(table, measures),
        notes=notes,
        shares=pd.DataFrame({"zone": table.zones, "core": main, "share": share}),
        cores={name: list(table.zones[zones]) for name, zones in cores.items()},
        exclaves=list(table.zones[dropped]),
    )


def threshold_sensitivity(
    flows,
    core: Cores,
    thresholds: Iterable[float] = STEPS,
    *,
    cores_merge: float = 0.15,
    residents: pd.Series | None = None,
    geometry: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Return how the functional urban areas change with the threshold.

    Parameters
    ----------
    thresholds : iterable of float
        10 to 25 % in steps of one point by default.
    flows, core, cores_merge, residents, geometry
        As in :func:`delineate_fua`; the cores merge at ``cores_merge`` whatever the threshold.

    Returns
    -------
    pandas.DataFrame
        By area and threshold, ascending: ``area, threshold, zones_in`` (number of zones),
        ``joined`` and ``left`` (tuples of zone ids, against the threshold below),
        ``self_containment_residence``, ``self_containment_workplace``, ``core_residents`` and
        ``core_jobs`` as in :func:`delineate_fua`.
    """
    table, cores, map_, _ = _prepared(flows, core, cores_merge, residents, geometry)
    best, share = main_core(table, cores)
    rows, before = [], None
    for threshold in sorted(thresholds):
        _share(threshold, "threshold")
        label, measures = _delineated(table, cores, best, share, threshold, map_)
        before = label if before is None else before
        measures = measures.rename(columns={"zones": "zones_in"})
        for at, name in enumerate(cores):
            now, then = label == at, before == at
            changes = {
                "area": name,
                "threshold": float(threshold),
                "joined": tuple(table.zones[now & ~then]),
                "left": tuple(table.zones[then & ~now]),
            }
            rows.append({**changes, **measures.loc[name]})
        before = label
    columns = ["area", "threshold", "zones_in", "joined", "left", "self_containment_residence",
               "self_containment_workplace", "core_residents", "core_jobs"]  # fmt: skip
    result = pd.DataFrame(rows, columns=columns).astype({"zones_in": int})
    return result.sort_values(["area", "threshold"], ignore_index=True)


def to_cores(table: Commuters, cores: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the share of the employed residents of each zone who work in each core.

    Parameters
    ----------
    table : Commuters
    cores : mapping of str to numpy.ndarray
        Positions of the zones of each core.

    Returns
    -------
    numpy.ndarray
        Zones × cores; ``NaN`` where nobody employed lives.
    """
    inside = np.zeros((len(table.zones), len(cores)))
    for at, zones in enumerate(cores.values()):
        inside[zones, at] = 1
    living = np.where(table.residents > 0, table.residents, np.nan)
    return (table.flows @ inside) / living[:, None]


def main_core(table: Commuters, cores: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the core that most employed residents of each zone commute to, and their share.

    Returns
    -------
    tuple of numpy.ndarray
        Position of the core (the zone's own where it is part of one; -1 where nobody employed
        lives), and the share of the employed residents of the zone who work there.
    """
    share = to_cores(table, cores)
    best = np.where(np.isnan(share).any(axis=1), NONE, share.argmax(axis=1))
    for at, zones in enumerate(cores.values()):
        best[zones] = at
    return best, share[np.arange(len(share)), best]


def by_flows(best: np.ndarray, share: np.ndarray, core: np.ndarray, threshold: float) -> np.ndarray:
    """Return step 2: the label of zones that reach the threshold, and of those of the cores."""
    label = np.where(share >= threshold, best, NONE)
    label[core] = best[core]
    return label


def contiguous(map_: Contiguity, label: np.ndarray, core: np.ndarray) -> np.ndarray:
    """Return step 3: enclaves added and exclaves dropped, until there are none."""
    while True:
        after = without_exclaves(map_, without_enclaves(map_, label), core)
        if (after == label).all():
            return label
        label = after


def merged_cores(
    table: Commuters, cores: dict[str, np.ndarray], least: float
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Return the cores after those were merged that commute to each other, and what was merged.

    Parameters
    ----------
    table : Commuters
    cores : dict of str to numpy.ndarray
        Positions of the zones of each core.
    least : float
        Share of the employed residents of one core who work in the other, one way.

    Returns
    -------
    tuple of dict and list of str
        The strongest tie is merged first, and shares are taken anew after each merger.
    """
    cores, notes = dict(cores), []
    while len(cores) > 1:
        names = list(cores)
        sent = to_cores(table, cores) * table.residents[:, None]
        living = np.array([table.residents[cores[name]].sum() for name in names])
        share = np.array([np.nansum(sent[cores[name]], axis=0) for name in names])
        share = np.divide(
            share, living[:, None], out=np.zeros_like(share), where=living[:, None] > 0
        )
        np.fill_diagonal(share, -1)
        one, other = np.unravel_index(share.argmax(), share.shape)
        if share[one, other] < least:
            break
        keeps, goes = (one, other) if living[one] > living[other] else (other, one)
        notes.append(
            f"{names[one]} sends {share[one, other]:.1%} of its employed residents to "
            f"{names[other]}: the two count as one city, {names[keeps]}."
        )
        cores[names[keeps]] = np.concatenate([cores[names[keeps]], cores.pop(names[goes])])
    return cores, notes


def _delineated(table, cores, best, share, threshold, map_):
    core = np.concatenate(list(cores.values()))
    flows_alone = by_flows(best, share, core, threshold)
    label = flows_alone if map_ is None else contiguous(map_, flows_alone, core)
    near = np.abs(share - threshold) < 0.01
    near[core] = False
    changed = label != flows_alone
    measures = quality(table, label, list(cores))
    measures["core_zones"] = [len(zones) for zones in cores.values()]
    for column in ("residents", "jobs"):
        within = [getattr(table, column)[zones].sum() for zones in cores.values()]
        measures[f"core_{column}"] = within / measures[column]
    for column, count in {
        "enclaves": label[changed & (label != NONE)],
        "exclaves": flows_alone[changed & (flows_alone != NONE)],
        "marginal": best[near],
    }.items():
        counted = pd.array(np.bincount(count, minlength=len(cores)), dtype="Int64")
        measures[column] = pd.NA if map_ is None and column != "marginal" else counted
    return label, measures.astype({"enclaves": "Int64", "exclaves": "Int64"})


def _prepared(flows, core, cores_merge, residents, geometry):
    table = commuters(flows, residents)
    _share(cores_merge, "cores_merge")
    cores, notes = merged_cores(table, _cores(table, core), cores_merge)
    if geometry is None and "geometry" in getattr(flows, "zone_table", ()):
        geometry = flows.zone_table
    if geometry is None:
        notes.append(
            "No polygons were given: enclaves were not added and exclaves not dropped, so an area "
            "may lie in pieces."
        )
        return table, cores, None, tuple(notes)
    return table, cores, contiguity(geometry, table.zones), tuple(notes)


def _cores(table: Commuters, core: Cores) -> dict[str, np.ndarray]:
    if isinstance(core, str | int | np.integer):
        core = [core]
    if not isinstance(core, Mapping):
        core = [str(zone) for zone in core]
        core = {core[0]: core} if core else {}
    named = {str(name): [str(z) for z in zones] for name, zones in core.items()}
    if not named or not all(named.values()):
        raise ValueError("A core needs at least one zone: give an id, ids, or ids by city.")
    every = pd.Series([zone for zones in named.values() for zone in zones])
    if every.duplicated().any():
        raise ValueError(f"Zone {listed(every[every.duplicated()])} stands in a core twice.")
    return {name: table.positions(zones) for name, zones in named.items()}


def _share(value: float, name: str) -> None:
    if not 0 < value <= 1:
        raise ValueError(
            f"{name} is a share of one, such as 0.15 for 15 %, more than 0 and at most 1; it was "
            f"{value}."
        )
