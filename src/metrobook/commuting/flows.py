"""Flows: a checked origin–destination table, its zones and its explicit outside."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from metrobook.commuting import balances, reading
from metrobook.commuting.faults import (
    FAULTS,
    PAIR,
    REST,
    explain,
    find_faults,
    named_outside,
    numbers,
    text_ids,
)


class Flows:
    """People who travel between zones, and to and from outside them.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``origin``, ``destination``, ``value`` in persons, and any further columns; ``year``,
        ``purpose`` and ``mode`` tell several tables in one frame apart. A missing value is a pair
        that was not observed, which is not zero. A missing diagonal is not known, not zero.
    zones : iterable of str or pandas.DataFrame, optional
        The zones in the order of all results: ids, or a frame with the ids in a column ``zone``
        or ``area_code`` or in its index, with ``population`` and ``geometry`` where they are
        known. Without it all ids that are not outside are zones.
    columns : mapping of str to str, optional
        The frame's own names, by ours: ``{"origin": "home", "value": "persons"}``.
    outside : iterable of str or "rest"
        Ids of places outside the zones; ``"rest"`` makes every id that is no zone one.
    suppressed : iterable
        Values, numbers or text, that stand for a figure the source does not tell; they become
        missing.
    year, purpose : optional
        Keep only the rows of that year or purpose.

    Attributes
    ----------
    frame : pandas.DataFrame
        The clean table: ids as text, values as numbers, only rows that touch a zone.
    zones : list of str
    zone_table : pandas.DataFrame or geopandas.GeoDataFrame
        What was given of the zones, with their ids as index ``zone``.
    outside : tuple of str
        The ids of the table that lie outside.
    report : pandas.DataFrame
        What was found and is harmless (see :func:`metrobook.commuting.faults.find_faults`).

    Raises
    ------
    ValueError
        With all serious faults at once, each with its row and its mend.

    Examples
    --------
    >>> frame = pd.DataFrame({"home": ["A", "A", "B"], "work": ["A", "B", "X"], "n": [5, 2, 1]})
    >>> flows = Flows(frame, ["A", "B"], outside=["X"],
    ...               columns={"origin": "home", "destination": "work", "value": "n"})
    >>> flows.balance()[["out", "outside"]].values.tolist()
    [[2.0, 0.0], [1.0, 1.0]]
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        zones: Iterable[str] | pd.DataFrame | None = None,
        *,
        columns: Mapping[str, str] | None = None,
        outside: Iterable[str] | str = (),
        suppressed: Iterable[Any] = (),
        year: int | None = None,
        purpose: str | None = None,
    ) -> None:
        table = _selected(_renamed(frame, columns or {}), year=year, purpose=purpose)
        outside = named_outside(outside)
        suppressed = list(suppressed)
        self.zone_table = _zone_table(zones, table, outside)
        self.zones: list[str] = self.zone_table.index.to_list()
        known = None if zones is None else self.zones
        _check_zones(self.zones, outside)
        faults = find_faults(table, known, outside, suppressed)
        serious = faults["severity"] == "error"
        if serious.any():
            raise ValueError(explain(faults))
        table = text_ids(table)
        table["value"] = numbers(table["value"], suppressed)
        touching = table[PAIR].isin(self.zones).any(axis="columns")
        self.frame = table[touching].reset_index(drop=True)
        self.report = pd.concat([faults, _passing(table[~touching])], ignore_index=True)
        ids = pd.unique(pd.concat([self.frame[column] for column in PAIR]))
        self.outside = tuple(sorted(set(ids) - set(self.zones)))

    @classmethod
    def read(
        cls,
        path: str | Path,
        zones: Iterable[str] | pd.DataFrame | None = None,
        *,
        columns: Mapping[str, str] | None = None,
        outside: Iterable[str] | str = (),
        suppressed: Iterable[Any] = (),
        year: int | None = None,
        purpose: str | None = None,
        aggregate: bool = False,
    ) -> Flows:
        """Read flows from a CSV, TSV or Parquet file, only the rows that touch a zone.

        Parameters
        ----------
        path : str or pathlib.Path
        zones, columns, outside, suppressed, year, purpose
            As in :class:`Flows`; the row of a fault is the row of the file as a spreadsheet
            counts (the header is row 1; of Parquet as if it had one).
        aggregate : bool
            Add up the rows of each pair, as in a table by sex or age; otherwise a pair that
            stands twice is a fault.

        Raises
        ------
        ValueError
            If the file or a column is missing, or with all serious faults at once.
        """
        ids = None if zones is None else _zone_ids(zones)
        rows = reading.read_rows(
            path, ids, columns=columns, outside=outside, suppressed=suppressed,
            year=year, purpose=purpose, aggregate=aggregate,
        )  # fmt: skip
        try:
            return cls(rows, zones, outside=outside, suppressed=() if aggregate else suppressed)
        except ValueError as error:
            raise ValueError(f"{Path(path).name}: {error}") from None

    @property
    def years(self) -> list[Any]:
        """The years of the flows, in order; none where they are not dated."""
        return sorted(self.frame["year"].dropna().unique().tolist()) if "year" in self.frame else []

    def select(self, **values: Any) -> Flows:
        """Return the flows of one ``year``, ``purpose`` or ``mode``, for the same zones."""
        chosen = object.__new__(Flows)
        chosen.__dict__ = self.__dict__ | {
            "frame": _selected(self.frame, **values).reset_index(drop=True)
        }
        return chosen

    def balance(self, printed: Mapping[str, pd.Series] | None = None) -> pd.DataFrame:
        """Return who stays, leaves and comes by zone: see :func:`.balances.balance`."""
        return balances.balance(self, printed)

    def matrix(self) -> pd.DataFrame:
        """Return origins by destinations: see :func:`matrix`."""
        return matrix(self)

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        outside = f", outside {', '.join(self.outside[:3])}" if self.outside else ""
        outside += ", …" if len(self.outside) > 3 else ""
        return f"<Flows: {len(self)} pairs between {len(self.zones)} zones{outside}>"


def matrix(flows: Flows | pd.DataFrame) -> pd.DataFrame:
    """Return the flows as a table of origins by destinations.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        One table of flows.

    Returns
    -------
    pandas.DataFrame
        Zones by zones, followed by the places outside where there are any: in the rows those that
        people come from, in the columns those that they go to. Missing where there is no value.
    """
    frame, zones = balances.one_table(flows)
    wide = frame.pivot(index="origin", columns="destination", values="value")
    beyond = [sorted(set(axis) - set(zones)) for axis in wide.axes]
    return wide.reindex(index=[*zones, *beyond[0]], columns=[*zones, *beyond[1]]).astype(float)


def merge_zones(flows: Flows, groups: Mapping[str, str]) -> Flows:
    """Return the flows between groups of zones.

    Moves between members of a group become part of its diagonal, which is missing where the
    diagonal of a member is not known.

    Parameters
    ----------
    flows : Flows
        One table of flows.
    groups : mapping of str to str
        Group by zone; zones that are not named keep their id.

    Examples
    --------
    >>> frame = pd.DataFrame({"origin": ["A", "B", "B", "A", "B"], "value": [3, 1, 5, 2, 4],
    ...                       "destination": ["B", "A", "C", "A", "B"]})
    >>> merge_zones(Flows(frame), {"A": "core", "B": "core"}).frame.values.tolist()
    [['core', 'C', 5.0], ['core', 'core', 10.0]]
    """
    frame, zones = balances.one_table(flows)
    group = {zone: groups.get(zone, zone) for zone in [*zones, *flows.outside]}
    stays = frame["origin"] == frame["destination"]
    known = set(frame.loc[stays & frame["value"].notna(), "origin"])
    unknown = {group[zone] for zone in zones if zone not in known}
    named = frame.assign(**{column: frame[column].map(group) for column in PAIR})
    merged = named.groupby(PAIR, as_index=False)["value"].sum(min_count=1)
    undefined = (merged["origin"] == merged["destination"]) & merged["origin"].isin(unknown)
    merged["value"] = merged["value"].mask(undefined)
    return Flows(merged, dict.fromkeys(group[zone] for zone in zones), outside=flows.outside)


def choose_year(years: Iterable[int], wanted: int = 0) -> int:
    """Return the wanted year, or the latest where 0 is wanted.

    Raises
    ------
    ValueError
        If the table has no flows of that year.

    Examples
    --------
    >>> choose_year([2014, 2023]), choose_year([2014, 2023], 2014)
    (2023, 2014)
    """
    known = sorted({int(year) for year in years})
    if not known or (wanted and wanted not in known):
        listed = ", ".join(map(str, known)) or "none"
        raise ValueError(
            f"There are no flows of {wanted or 'any year'}: the years are {listed}, or 0 for the "
            "latest."
        )
    return wanted or known[-1]


def definition_changes(published: pd.DataFrame) -> list[int]:
    """Return the years in which commuters were defined otherwise than the year before.

    Parameters
    ----------
    published : pandas.DataFrame
        ``year``, ``note`` (the definition in words; rows without one are passed over).

    Examples
    --------
    >>> definition_changes(pd.DataFrame({"year": [2014, 2019, 2023], "note": ["a", "a", "b"]}))
    [2023]
    """
    worded = published.dropna(subset=["note"]).groupby("year")["note"].agg(set)
    years = [int(year) for year in worded.index]
    pairs = itertools.pairwise(years)
    return [later for earlier, later in pairs if worded[earlier] != worded[later]]


def _renamed(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    table = frame.rename(columns={own: ours for ours, own in columns.items()})
    needed = dict.fromkeys([*PAIR, "value", *columns])
    missing = [columns.get(name, name) for name in needed if name not in table]
    if missing:
        raise ValueError(
            f"The flows have no column {', '.join(missing)}; their columns are "
            f"{', '.join(map(str, frame.columns))}. Name them in columns, such as "
            '{"origin": "home", "destination": "work", "value": "persons"}.'
        )
    return table


def _selected(frame: pd.DataFrame, **values: Any) -> pd.DataFrame:
    for column, wanted in values.items():
        if wanted is None:
            continue
        found = frame[column] if column in frame else pd.Series(dtype=object)
        rows = found.astype(str) == str(wanted)
        if not rows.any():
            listed = ", ".join(map(str, sorted(found.dropna().unique(), key=str))) or "none"
            raise ValueError(f"There are no flows of {column} {wanted}; there are: {listed}.")
        frame = frame[rows]
    return frame


def _zone_table(
    zones: Iterable[str] | pd.DataFrame | None, table: pd.DataFrame, outside: list[str] | str
) -> pd.DataFrame:
    if isinstance(zones, pd.DataFrame):
        ids = _zone_ids(zones)
        return zones.set_axis(pd.Index(ids, name="zone", dtype=object), axis="index")
    if zones is None:
        ids = pd.unique(pd.concat([text_ids(table[PAIR])[column] for column in PAIR]))
        zones = sorted({name for name in ids if name} - set(outside if outside != REST else ()))
    return pd.DataFrame(index=pd.Index(_zone_ids(zones), name="zone", dtype=object))


def _zone_ids(zones: Iterable[str] | pd.DataFrame) -> list[str]:
    if isinstance(zones, pd.DataFrame):
        named = [name for name in ("zone", "area_code") if name in zones]
        zones = zones[named[0]] if named else zones.index
    return [str(zone) for zone in zones]


def _check_zones(zones: list[str], outside: list[str] | str) -> None:
    twice = sorted({zone for zone in zones if zones.count(zone) > 1}) if _repeats(zones) else []
    both = [] if outside == REST else sorted(set(zones) & set(outside))
    for ids, fault in ((twice, "stand more than once"), (both, "are named as outside as well")):
        if ids:
            raise ValueError(f"The zones {', '.join(ids)} {fault}: give every zone once.")


def _repeats(names: list[str]) -> bool:
    return len(set(names)) < len(names)


def _passing(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the note on flows that neither start nor end in a zone."""
    if rows.empty:
        return pd.DataFrame(columns=FAULTS, dtype=object)
    note = (
        "outside to outside", "note", rows.index[0], "origin, destination",
        f"{rows['value'].sum():,.0f} persons", "a zone at one end",
        f"{len(rows)} rows neither start nor end in a zone and are left out.",
    )  # fmt: skip
    return pd.DataFrame([note], columns=FAULTS, dtype=object)
