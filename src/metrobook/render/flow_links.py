"""Links of a flow map: which flows become lines, how these bend, and what stays unseen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

BEND = 0.2
"""How far the control point of a curve stands beside its chord, as a share of the chord."""


@dataclass(frozen=True)
class Shown:
    """What a flow map shows of all flows that cross a border.

    Attributes
    ----------
    links, of : int
        Lines shown, and pairs of different zones with anyone between them.
    persons : float
    share : float
        Of all who leave their zone, also of those who go to or come from outside.
    """

    links: int
    of: int
    persons: float
    share: float


@dataclass(frozen=True, eq=False)
class FlowLinks:
    """The flows of a flow map.

    Attributes
    ----------
    frame : geopandas.GeoDataFrame
        Flows between different zones, the smallest first: ``origin``, ``destination``, ``value``
        and the other columns of the flows. The geometry of each is the control polygon of a
        quadratic Bézier curve: origin, control point, destination.
    names : pandas.Series
        Names by zone.
    within, outside, from_outside : float
        Persons who stay within their zone, who go outside, and who come from there: no lines.
    not_observed : int
        Pairs of different zones without a value: it is missing, or they have no row.
    estimated : bool
        Whether any value is an estimate.
    cut : int
        Links between zones that are left out because the map would become too large.
    cut_persons : float
        Their persons.
    """

    frame: gpd.GeoDataFrame
    names: pd.Series
    within: float
    outside: float
    from_outside: float
    not_observed: int
    estimated: bool
    cut: int = 0
    cut_persons: float = 0.0

    @property
    def crossing(self) -> float:
        """Persons who leave their zone, for another one or for outside."""
        return float(self.frame["value"].sum()) + self.cut_persons + self.outside

    def shown(self, least: float = 0.0) -> Shown:
        """Return what a map shows that leaves out links with fewer than ``least`` persons."""
        values = self.frame.loc[self.frame["value"] >= least, "value"]
        persons, crossing = float(values.sum()), self.crossing
        share = persons / crossing if crossing else float("nan")
        return Shown(len(values), len(self.frame) + self.cut, persons, share)

    def largest(self, count: int) -> FlowLinks:
        """Return the largest links only; the others are counted as cut."""
        left_out = self.frame["value"].iloc[: max(len(self.frame) - count, 0)]
        return replace(
            self,
            frame=self.frame.iloc[len(left_out) :],
            cut=self.cut + len(left_out),
            cut_persons=self.cut_persons + float(left_out.sum()),
        )


def flow_links(flows: Any, places: gpd.GeoDataFrame, outside: Collection[str] = ()) -> FlowLinks:
    """Return the links of a flow map.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        ``origin``, ``destination`` and ``value`` (persons, missing where not observed), one row
        per pair.
    places : geopandas.GeoDataFrame
        Index: zone. ``name`` and a geometry, which lines begin and end within.
    outside : collection of str
        Ids of what lies outside, added to those that the flows declare.

    Raises
    ------
    ValueError
        If a pair has several rows, a value is negative, or a zone has no place.
    """
    frame = getattr(flows, "frame", flows)
    beyond = {*outside, *getattr(flows, "outside", ())}
    _check(frame, places, beyond)
    known = frame[frame["value"] > 0]
    goes_out, comes_in = known["destination"].isin(beyond), known["origin"].isin(beyond)
    is_outside = goes_out | comes_in
    is_within = (known["origin"] == known["destination"]) & ~is_outside
    zones = getattr(flows, "zones", set(frame["origin"]) | set(frame["destination"]))
    between = known[~is_outside & ~is_within].sort_values(
        ["value", "origin", "destination"], ascending=[True, False, False]
    )
    return FlowLinks(
        gpd.GeoDataFrame(
            between.reset_index(drop=True), geometry=_curves(between, places), crs=3857
        ),
        places["name"],
        within=float(known.loc[is_within, "value"].sum()),
        outside=float(known.loc[goes_out & ~comes_in, "value"].sum()),
        from_outside=float(known.loc[comes_in & ~goes_out, "value"].sum()),
        not_observed=pairs_without_value(frame, set(zones) - beyond),
        estimated="estimate" in frame and bool(frame["estimate"].any()),
    )


def pairs_without_value(frame: pd.DataFrame, zones: Collection[str]) -> int:
    """Count the ordered pairs of different zones for which the flows hold no value.

    Examples
    --------
    >>> flows = pd.DataFrame({"origin": ["A", "B"], "destination": ["B", "C"], "value": [3, None]})
    >>> pairs_without_value(flows, ["A", "B", "C"])
    5
    """
    between = frame["origin"].isin(zones) & frame["destination"].isin(zones)
    known = between & (frame["origin"] != frame["destination"]) & frame["value"].notna()
    return len(zones) * (len(zones) - 1) - int(known.sum())


def _check(frame: pd.DataFrame, places: gpd.GeoDataFrame, outside: set[str]) -> None:
    twice = frame[frame.duplicated(["origin", "destination"])]
    if len(twice):
        origin, destination = twice[["origin", "destination"]].iloc[0]
        raise ValueError(
            f"The flow {origin} → {destination} has several rows ({len(twice)} rows too many in "
            "all): a flow map shows one year, purpose and mode; select them first."
        )
    negative = frame[frame["value"] < 0]
    if len(negative):
        origin, destination, value = negative[["origin", "destination", "value"]].iloc[0]
        raise ValueError(
            f"The flow {origin} → {destination} is {value}: expected persons, zero or more, or a "
            "missing value."
        )
    ids = {*frame["origin"], *frame["destination"]}
    if lost := sorted(map(str, ids - outside - set(places.index))):
        raise ValueError(
            f"No place is known for {', '.join(lost[:10])}{' …' if len(lost) > 10 else ''}: add "
            "it to the places, or to outside if it lies there."
        )


def _curves(links: pd.DataFrame, places: gpd.GeoDataFrame) -> np.ndarray:
    """Return control polygons whose control points stand to the left of the way.

    On Web Mercator, where angles are true: the way there and the way back bend apart.
    """
    points = places.to_crs(3857).representative_point()
    start, end = (
        shapely.get_coordinates(points.loc[links[side]]) for side in ("origin", "destination")
    )
    along = end - start
    left = np.column_stack([-along[:, 1], along[:, 0]])
    control = (start + end) / 2 + BEND * left
    return shapely.linestrings(np.stack([start, control, end], axis=1))
