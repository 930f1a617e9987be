"""Labour market areas: a partition into areas in which most who live there also work there.

The algorithm of the British travel-to-work areas (Coombes & Bond 2008, *Travel-to-Work Areas: the
2007 review*, Office for National Statistics) as Istat applies it (Franconi, D'Alò & Ichim 2016,
*Istat implementation of the algorithm to develop labour market areas*; Franconi, Ichim & D'Alò
2017, *Statistical Journal of the IAOS* 33). Every zone starts as a cluster of its own. Then, again
and again:

1. The cluster of least validity is looked at; if it is valid, so are all, and this ends.
2. It gives up one zone, that of whose commuting with other zones most crosses its border.
3. The zone goes to the cluster to which its cohesion is greatest, if the validity of that cluster
   grows by it; else, or where it is tied to none, to the reserve list.

Lastly each zone of the reserve list joins the cluster of greatest cohesion, whatever that does to
its validity. Validity and cohesion stand in :mod:`~metrobook.commuting.areas.clusters`.

The published descriptions do not settle which zone is given up in step 2. In trials on synthetic
tables the rule taken found more areas than that of least flows across the border; both find those
published for Brindisi. A zone that comes back to a cluster which it had joined before, unchanged,
goes to the reserve list, so that this ends. Ties are broken by size, then by the order of the ids:
the result depends neither on the order of the rows nor, but for ties, on the names of the zones.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from metrobook.commuting.areas.clusters import Clusters, validity
from metrobook.commuting.areas.commuters import Commuters, commuters, listed
from metrobook.commuting.areas.contiguity import Contiguity, contiguity, pieces
from metrobook.commuting.areas.result import NONE, Areas, areas, overall, quality

VALID = 1 - 1e-12


def delineate_lma(
    flows,
    min_size: float,
    min_selfcontainment: float,
    target_size: float,
    target_selfcontainment: float,
    *,
    residents: pd.Series | None = None,
    geometry: gpd.GeoDataFrame | None = None,
) -> Areas:
    """Return the labour market areas of a table of commuters, after Coombes & Bond and Istat.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        ``origin, destination, value`` in persons. Each zone needs its own commuters (``origin ==
        destination``), or give ``residents``.
    min_size, target_size : float
        Employed residents: the least that an area needs if its self-containment reaches the
        target, and those from which on the least self-containment is enough.
    min_selfcontainment, target_selfcontainment : float
        Shares of one: of employed residents who work in the area, and of jobs held by residents,
        the lesser of the two.
    residents : pandas.Series, optional
        Employed residents by zone; who stays in a zone is then those who do not leave it.
    geometry : geopandas.GeoDataFrame, optional
        Polygons by zone (index, or column ``zone``); the geometry of ``flows.zone_table`` where
        there is one. With polygons, pieces of an area that lie apart from its largest piece (by
        jobs) join the bordering area of greatest cohesion.

    Returns
    -------
    Areas
        ``zone, area``: the id of the zone with most jobs of the area; missing where nobody
        employed lives or no tie leads to an area. ``quality`` has the columns of
        :func:`~metrobook.commuting.areas.result.quality`, ``validity`` and ``valid`` (areas that
        took in zones at the end may not be). ``reserve`` lists the zones that passed through the
        reserve list, with ``reason``: ``no tie`` to a cluster or ``no gain`` of validity.

    Raises
    ------
    ValueError
        If self-containment cannot be computed, or a target does not lie above its minimum.

    Examples
    --------
    >>> flows = pd.DataFrame([("a", "a", 900.0), ("a", "b", 100.0), ("b", "a", 60.0),
    ...                       ("b", "b", 40.0), ("c", "c", 800.0), ("c", "a", 200.0)],
    ...                      columns=["origin", "destination", "value"])
    >>> delineate_lma(flows, 500, 0.6, 1000, 0.8)["area"].tolist()
    ['a', 'a', 'c']
    """
    aims = min_size, min_selfcontainment, target_size, target_selfcontainment
    _check(*aims)
    table = commuters(flows, residents)
    clusters = Clusters(table)
    reserve, notes = _settle(clusters, aims), []
    _empty_reserve(clusters)
    if geometry is None and "geometry" in getattr(flows, "zone_table", ()):
        geometry = flows.zone_table
    if geometry is None:
        notes.append("No polygons were given: an area may lie in pieces.")
    else:
        moved = table.zones[_join_pieces(clusters, contiguity(geometry, table.zones))]
        notes.append(f"Moved to a bordering area: {listed(moved) or 'no zone'}.")
    left = np.flatnonzero(clusters.label == NONE)
    if len(left):
        notes.append(f"Without area, for lack of residents or ties: {listed(table.zones[left])}.")
    names, label = _named(table, clusters.label)
    measures = quality(table, label, names)
    measures["validity"] = validity(
        measures["residents"], measures["jobs"], measures["within"], *aims
    )
    measures["valid"] = measures["validity"] >= VALID
    reserve = pd.DataFrame(
        {"zone": table.zones[list(reserve)], "reason": list(reserve.values())}, dtype=object
    )
    return areas(
        table,
        label,
        names,
        measures,
        overall=overall(table, measures),
        notes=tuple(notes),
        reserve=reserve,
    )


def _settle(clusters: Clusters, aims: tuple[float, ...]) -> dict[int, str]:
    """Move zones until every cluster is valid; return those put on the reserve list, and why."""
    reserve: dict[int, str] = {}
    tried: set[tuple[int, frozenset[int]]] = set()
    valid = clusters.validity(aims)
    while True:
        weakest = _least(valid, clusters.live)
        if valid[weakest] >= VALID:
            return reserve
        members = np.array(sorted(clusters.members[weakest]))
        zone = members[_least(clusters.belonging(members), clusters.table.residents[members])]
        clusters.leave([zone])
        valid[weakest] = clusters.validity(aims, weakest)
        joined = clusters.strongest([zone], without=weakest)
        if joined == NONE:
            reserve[zone] = "no tie"
            continue
        attempt = (zone, frozenset(clusters.members[joined]))
        clusters.join([zone], joined)
        gained = clusters.validity(aims, joined)
        if gained > valid[joined] and attempt not in tried:
            tried.add(attempt)
            valid[joined] = gained
        else:
            clusters.leave([zone])
            reserve[zone] = "no gain"


def _empty_reserve(clusters: Clusters) -> None:
    """Let each zone without cluster join that of greatest cohesion, all at once, until none can."""
    while True:
        waiting = np.flatnonzero(clusters.label == NONE)
        joined = [clusters.strongest([zone]) for zone in waiting]
        for zone, cluster in zip(waiting, joined, strict=True):
            if cluster != NONE:
                clusters.join([zone], cluster)
        if all(cluster == NONE for cluster in joined):
            return


def _join_pieces(clusters: Clusters, map_: Contiguity) -> list[int]:
    """Let stray pieces of areas join a bordering area, the smallest first; return their zones.

    A piece that is tied to no bordering area, such as an island, stays where it is.
    """
    jobs, moved, stuck = clusters.table.jobs, [], set()
    while True:
        piece = pieces(map_, clusters.label)
        size = np.bincount(piece, jobs)
        area = np.zeros(len(size), int)
        area[piece] = clusters.label
        largest = pd.Series(size).groupby(area).idxmax()
        stray = np.setdiff1d(np.flatnonzero(area != NONE), largest)
        for number in stray[np.argsort(size[stray], kind="stable")]:
            zones = np.flatnonzero(piece == number)
            if tuple(zones) in stuck:
                continue
            bordering = np.unique(clusters.label[map_.neighbours(zones)])
            clusters.leave(zones)
            new = clusters.strongest(zones, among=bordering)
            clusters.join(zones, area[number] if new == NONE else new)
            if new != NONE:
                moved.extend(zones)
                break
            stuck.add(tuple(zones))
        else:
            return sorted(set(moved))


def _named(table: Commuters, label: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Name areas after the zone with most jobs, and number them in the order of their names."""
    order = np.lexsort((-table.residents, -table.jobs))
    order = order[label[order] != NONE]
    first = pd.Series(order).groupby(label[order]).first().sort_values()
    number = np.full(max(label.max(), 0) + 2, NONE)
    number[first.index] = np.arange(len(first))
    return list(table.zones[first]), number[label]


def _least(value: np.ndarray, size: np.ndarray) -> int:
    """Return where a value is least; of several places the smallest, then the first."""
    least = np.flatnonzero(value == value.min())
    return int(least[size[least].argmin()])


def _check(
    min_size: float, min_selfcontainment: float, target_size: float, target_selfcontainment: float
) -> None:
    if not 0 < min_size < target_size:
        raise ValueError(
            f"target_size ({target_size}) must be larger than min_size ({min_size}), and both "
            "positive, in employed residents."
        )
    if not 0 < min_selfcontainment < target_selfcontainment <= 1:
        raise ValueError(
            f"min_selfcontainment ({min_selfcontainment}) must be less than target_selfcontainment "
            f"({target_selfcontainment}), and both shares of one such as 0.6667 and 0.75."
        )
