"""Structure: how the flows between all zones hang together, in one number or one tree.

The functions take a :class:`~metrobook.commuting.flows.Flows` or a frame with the columns
``origin``, ``destination`` and ``value``, of one year and purpose. Only flows between two
different zones count, except where it says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import entr

from metrobook.commuting.balances import balance, one_table

if TYPE_CHECKING:
    from metrobook.commuting.flows import Flows


@dataclass(frozen=True)
class Polycentricity:
    """How evenly the flows of a system spread over its centres.

    Attributes
    ----------
    functional : float
        Green's index: 0 for two zones of which one draws all, near 0 for any star, 1 for equal
        centres that are all connected.
    evenness : float
        Its part that compares the centres: 1 if all draw the same. Many that draw nobody beside
        one that draws all differ little from each other, so it does not fall to 0 for a star.
    density : float
        Its other part: the share of the possible links (or people) that exist.
    rank_size_slope : float
        Slope of the logarithm of people who come in on the logarithm of the rank, negative: the
        flatter, the more polycentric.
    centres : int
        Zones that the slope rests on.
    """

    functional: float
    evenness: float
    density: float
    rank_size_slope: float
    centres: int


def polycentricity(
    flows: Flows | pd.DataFrame, centres: int | None = None, potential: float | None = None
) -> Polycentricity:
    """Return the functional polycentricity of the system of zones.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        One table of flows, in persons.
    centres : int, optional
        How many of the largest centres the rank-size slope rests on; all by default.
    potential : float, optional
        The most people who could travel between the zones, such as all who work: the density is
        then the share of them who do. By default it is the share of the directed links between
        zones over which anybody travels.

    Returns
    -------
    Polycentricity
        With missing values where nobody travels between zones.

    Notes
    -----
    Green's index of one function is ``(1 - s / s_max) D``: ``s`` the standard deviation over the
    zones of the people who come in from other zones (their nodality), ``s_max`` that of two zones
    of which one draws nobody and the other as many as the largest does, ``D`` the density. The
    general index is the mean over several functions.

    References
    ----------
    Green 2007, Urban Studies 44(11), for the functional index; Burger & Meijers 2012, Urban
    Studies 49(5), for the rank-size slope of the centrality of centres.

    Examples
    --------
    >>> pairs = [("A", "B"), ("B", "A"), ("A", "C"), ("C", "A"), ("B", "C"), ("C", "B")]
    >>> even = pd.DataFrame(pairs, columns=["origin", "destination"]).assign(value=10.0)
    >>> polycentricity(even).functional
    1.0
    """
    between, zones = _between(flows)
    nodality = between.groupby("destination")["value"].sum().reindex(zones, fill_value=0.0)
    largest = nodality.max() if len(nodality) else 0.0
    if not largest > 0:
        return Polycentricity(*[float("nan")] * 4, centres=0)
    evenness = evenness_of_centres(nodality)
    if potential is None:
        density = len(between) / (len(zones) * (len(zones) - 1))
    else:
        density = between["value"].sum() / potential
    ranked = nodality[nodality > 0].sort_values(ascending=False).head(centres or len(zones))
    slope = float("nan")
    if len(ranked) > 1:
        ranks = np.log(np.arange(1, len(ranked) + 1))
        slope = float(np.polyfit(ranks, np.log(ranked), 1)[0])
    return Polycentricity(
        float(evenness * density), float(evenness), float(density), slope, len(ranked)
    )


def evenness_of_centres(nodality: ArrayLike) -> NDArray[np.float64]:
    """Return how alike centres are in how many people they draw.

    One less the standard deviation over that of two centres of which one draws nobody and the
    other as many as the largest does (Green 2007): 1 if all draw the same.

    Parameters
    ----------
    nodality : array_like
        People who come in from other zones, zones along the last axis, with somebody among them.

    Examples
    --------
    >>> evenness_of_centres([[5, 5, 5], [0, 0, 6]]).round(3).tolist()
    [1.0, 0.057]
    """
    nodality = np.asarray(nodality, dtype=float)
    return 1 - nodality.std(axis=-1) / (nodality.max(axis=-1) / 2)


def nodal_flows(flows: Flows | pd.DataFrame) -> pd.DataFrame:
    """Return the hierarchy of zones by their largest flow.

    A zone is subordinate to the zone to which its largest flow goes if that zone is larger; if
    not, it is a terminal, the head of a nodal region. Size is the sum of the people who come in
    from other zones; of equal sizes or flows the first id is the larger.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        One table of flows, in persons.

    Returns
    -------
    pandas.DataFrame
        Index ``zone``; ``size``, ``largest_destination`` and ``largest_flow`` (missing where
        nobody leaves), ``superior`` (the zone it is subordinate to; missing for a terminal),
        ``terminal`` (bool), ``region`` (the terminal at the end of its chain) and ``level`` (steps
        to it).

    References
    ----------
    Nystuen & Dacey 1961, Papers of the Regional Science Association 7, 29–42.

    Examples
    --------
    >>> flows = pd.DataFrame({"origin": ["A", "B", "C"], "destination": ["B", "A", "A"],
    ...                       "value": [5.0, 9.0, 7.0]})
    >>> nodal_flows(flows)["region"].tolist()
    ['A', 'A', 'A']
    """
    between, zones = _between(flows)
    size = between.groupby("destination")["value"].sum().reindex(zones, fill_value=0.0)
    order = sorted(zones, key=lambda zone: (-size[zone], zone))
    place = {zone: number for number, zone in enumerate(order)}
    ordered = between.assign(place=between["destination"].map(place)).sort_values(
        ["value", "place"], ascending=[False, True], kind="stable"
    )
    largest = ordered.drop_duplicates("origin").set_index("origin").reindex(zones)
    larger = largest["place"] < pd.Series(place).reindex(zones)
    table = pd.DataFrame(
        {
            "size": size,
            "largest_destination": largest["destination"],
            "largest_flow": largest["value"],
            "superior": largest["destination"].where(larger),
            "terminal": ~larger,
        }
    ).rename_axis("zone")
    region, level = {}, {}
    for zone in order:  # a superior stands before its subordinates
        superior = table["superior"][zone]
        head = pd.isna(superior)
        region[zone] = zone if head else region[superior]
        level[zone] = 0 if head else level[superior] + 1
    return table.assign(region=pd.Series(region), level=pd.Series(level))


def share_within_metro(flows: Flows) -> float:
    """Return the share of those who leave their zone whose destination is another zone.

    The others go outside; missing where nobody leaves, or where the flows name no place outside.
    """
    table = balance(flows)
    leaving = table["out"].sum()
    return float(1 - table["outside"].sum(min_count=1) / leaving) if leaving > 0 else float("nan")


def network_entropy(flows: Flows | pd.DataFrame) -> float:
    """Return how evenly people spread over all possible links between zones.

    Shannon's entropy of the shares of the flows between different zones, divided by the logarithm
    of the number of possible links: 0 if all take one link, 1 if every link carries the same.
    Missing where nobody travels or only one link is possible.

    References
    ----------
    Shannon 1948; Limtanakool, Schwanen & Dijst 2009 for its use on flows.
    """
    between, zones = _between(flows)
    links = len(zones) * (len(zones) - 1)
    if between.empty or links < 2:
        return float("nan")
    share = between["value"] / between["value"].sum()
    return float(abs(entr(share).sum()) / np.log(links))


def _between(flows: Flows | pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    frame, zones = one_table(flows)
    inside = frame["origin"].isin(zones) & frame["destination"].isin(zones)
    moves = frame["origin"] != frame["destination"]
    return frame[inside & moves & (frame["value"] > 0)], zones
