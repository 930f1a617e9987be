"""Commuters between zones, with all who live and all who work in each: what both methods read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array

PAIR = ["origin", "destination"]


@dataclass(frozen=True)
class Commuters:
    """Commuters between zones.

    Attributes
    ----------
    zones : pandas.Index
        Zone ids as text, sorted.
    flows : scipy.sparse.csr_array
        Persons who live in the zone of the row and work in the zone of the column.
    residents, jobs : numpy.ndarray
        Employed residents and persons working there, by zone, flows across the border of the table
        included.
    """

    zones: pd.Index
    flows: csr_array
    residents: np.ndarray
    jobs: np.ndarray

    def positions(self, ids: Iterable[str]) -> np.ndarray:
        """Return where zones stand in the table, or say which are not in it."""
        ids = [str(zone) for zone in ids]
        found = self.zones.get_indexer(ids)
        unknown = [zone for zone, at in zip(ids, found, strict=True) if at < 0]
        if unknown:
            raise ValueError(
                f"{listed(unknown)} of the core {_is(unknown)} not among the {len(self.zones)} "
                f"zones of the flows ({listed(self.zones)}): check the spelling of the ids."
            )
        return found


def commuters(flows, residents: pd.Series | None = None) -> Commuters:
    """Return the table of commuters that flows hold, once it is sure that it can be added up.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        ``origin, destination, value`` in persons. The zones are ``flows.zones``, or of a plain
        frame its origins; other ids are outside, and count in the totals of residents and jobs.
        A missing value is a pair that was not observed and adds nothing.
    residents : pandas.Series, optional
        Employed residents by zone. Who stays in a zone is then the rest of them that leaves for
        nowhere, instead of the rows with ``origin == destination``.

    Returns
    -------
    Commuters

    Raises
    ------
    ValueError
        If the flows are empty, hold a pair twice, a negative or infinite value or a row without
        id; if who stays in a zone is not known; if more leave a zone than live there.
    """
    frame = _checked(getattr(flows, "frame", flows))
    declared = getattr(flows, "zones", None)
    zones = pd.Index(sorted({str(z) for z in (frame["origin"] if declared is None else declared)}))
    observed = frame.dropna(subset=["value"])
    value = observed["value"].to_numpy(float)
    rows, columns = (zones.get_indexer(observed[end]) for end in PAIR)
    n, stays = len(zones), (rows == columns) & (rows >= 0)
    out = _totals(rows[~stays], value[~stays], n)
    if residents is None:
        unknown = np.setdiff1d(np.flatnonzero(out > 0), rows[stays])
        if len(unknown):
            raise ValueError(
                f"Who works in the own zone is not known for {listed(zones[unknown])} "
                f"({len(unknown)} of {n} zones), so neither are all employed residents, of whom "
                "every share is taken. Add rows with origin = destination (0 where nobody stays), "
                "or give residents, the employed residents by zone."
            )
    else:
        living = _by_zone(residents, zones, out)
        rows = np.concatenate([rows[~stays], np.arange(n)])
        columns = np.concatenate([columns[~stays], np.arange(n)])
        value = np.concatenate([value[~stays], living - out])
    both = (rows >= 0) & (columns >= 0)
    table = coo_array((value[both], (rows[both], columns[both])), shape=(n, n)).tocsr()
    return Commuters(zones, table, _totals(rows, value, n), _totals(columns, value, n))


def listed(ids: Iterable[object], most: int = 5) -> str:
    """Return the first few ids as text.

    Examples
    --------
    >>> listed(range(7))
    '0, 1, 2, 3, 4 …'
    """
    ids = [str(one) for one in ids]
    return ", ".join(ids[:most]) + (" …" if len(ids) > most else "")


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    absent = [column for column in [*PAIR, "value"] if column not in frame]
    if absent:
        raise ValueError(
            f"The flows have no column {listed(absent)}: they need origin, destination, value."
        )
    if frame.empty:
        raise ValueError("The flows hold no row: there is nothing to delineate areas from.")
    value = pd.to_numeric(frame["value"], errors="coerce")
    faults = {
        "without an origin or destination": frame[PAIR].isna().any(axis="columns"),
        "with a value that is no number": value.isna() & frame["value"].notna(),
        "with a negative or infinite value": (value < 0) | np.isinf(value),
        "twice for one pair (choose one year, purpose and mode, or add them up)": frame.duplicated(
            PAIR
        ),
    }
    for fault, rows in faults.items():
        if rows.any():
            first = frame[rows].iloc[0]
            raise ValueError(
                f"The flows hold {int(rows.sum())} row(s) {fault}; the first is row "
                f"{frame.index[rows][0]}: {first['origin']} to {first['destination']}, "
                f"{first['value']}."
            )
    return frame[PAIR].astype(str).assign(value=value)


def _by_zone(residents: pd.Series, zones: pd.Index, out: np.ndarray) -> np.ndarray:
    living = residents.set_axis(residents.index.astype(str)).reindex(zones).to_numpy(float)
    absent = np.isnan(living) & (out > 0)
    if absent.any():
        raise ValueError(f"residents has no value for {listed(zones[absent])}.")
    living = np.nan_to_num(living)
    if (living < out).any():
        zone = int(np.argmax(out - living))
        raise ValueError(
            f"More commuters leave {zones[zone]} ({out[zone]:,.0f}) than employed residents live "
            f"there ({living[zone]:,.0f}): residents and flows do not belong together."
        )
    return living


def _totals(zone: np.ndarray, value: np.ndarray, n: int) -> np.ndarray:
    inside = zone >= 0
    return np.bincount(zone[inside], value[inside], minlength=n)


def _is(ids: list[str]) -> str:
    return "is" if len(ids) == 1 else "are"
