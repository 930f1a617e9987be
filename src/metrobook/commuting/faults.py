"""Faults: what keeps an origin–destination table from being added up, and the mend for each.

Every fault is a row of one frame: ``kind``, ``severity`` (``error`` or ``note``), ``row`` (label of
the frame's index; of a fault of an id or a value that stands in many rows, the first), ``column``,
``value``, ``expected``, ``advice``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

PAIR = ["origin", "destination"]
LAYERS = ["year", "purpose", "mode"]
"""Columns that hold several tables of flows in one frame; a pair stands once in each."""
FAULTS = ["kind", "severity", "row", "column", "value", "expected", "advice"]
REST = "rest"
"""As ``outside``: every id that is no zone lies outside."""
TOTALS = re.compile(
    r"(?:(?:sub|grand)[ -]?)?total(?:e|s|es)?\b|jumlah\b|sum\b|somme\b|suma\b|(?:ins)?gesamt\b"
    r"|all (?:zones|areas|origins|destinations)\b|toplam\b|итого\b|合計|总计|合计",
    re.IGNORECASE,
)
FOOTERS = re.compile(
    r"(?:sources?|sumber|quelle|fuente|fonte|notes?|catatan|keterangan|anmerkung)\s*[:.]|[*©†]",
    re.IGNORECASE,
)
FEWEST_ADDENDS = 2
"""Rows that must add up to another before that one looks like a total."""

Row = tuple[str, str, Any, str, Any, str, str]


def find_faults(
    frame: pd.DataFrame,
    zones: Iterable[str] | None = None,
    outside: Iterable[str] | str = (),
    suppressed: Iterable[Any] = (),
) -> pd.DataFrame:
    """Return all faults of a table of flows at once.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``origin``, ``destination``, ``value`` and, where it holds several tables, ``year``,
        ``purpose``, ``mode``. Values may still be text.
    zones : iterable of str, optional
        The ids that may occur; without them every id is a zone.
    outside : iterable of str or "rest"
        Ids of places outside the zones; ``rest`` makes every other id one.
    suppressed : iterable
        Values, as numbers or as text, that stand for a figure the source does not tell.

    Returns
    -------
    pandas.DataFrame
        ``kind, severity, row, column, value, expected, advice``. An ``error`` would make a sum
        wrong; a ``note`` is worth knowing.

    Examples
    --------
    >>> flows = pd.DataFrame({"origin": ["1"], "destination": ["002"], "value": [5]})
    >>> find_faults(flows, ["001", "002"]).loc[0, ["kind", "row", "value", "expected"]].tolist()
    ['leading zeros lost', 0, '1', '001']
    """
    known = None if zones is None else list(zones)
    outside = named_outside(outside)
    table = text_ids(frame)
    values = numbers(table["value"], suppressed)
    ids = list(_id_faults(table, known, outside))
    spoiled = {fault[4] for fault in ids if fault[0] in ("total", "footer", "blank id")}
    rows = [
        *_numeric_ids(frame),
        *ids,
        *_silent_zones(table, known),
        *_duplicates(table),
        *_value_faults(table["value"], values, suppressed),
        *_likely_totals(table.assign(value=values), known, outside, spoiled),
    ]
    return pd.DataFrame(rows, columns=FAULTS, dtype=object)


def restore_leading_zeros(frame: pd.DataFrame, zones: Iterable[str]) -> pd.DataFrame:
    """Return flows whose ids are spelled as the zones are: the mend for ids read as numbers.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``origin``, ``destination`` and further columns.
    zones : iterable of str

    Returns
    -------
    pandas.DataFrame
        ``1`` and ``1.0`` become ``001`` where that is a zone and no other zone reads as the same
        number; all other ids stay as they are.

    Examples
    --------
    >>> flows = pd.DataFrame({"origin": [1.0], "destination": ["23"], "value": [5]})
    >>> restore_leading_zeros(flows, ["001", "023"]).values.tolist()
    [['001', '023', 5]]
    """
    known = set(zones)
    spelled = _spellings(known)
    mended = text_ids(frame)
    for column in PAIR:
        names = {name: spelled.get(plain(name), [name]) for name in mended[column].unique()}
        mended[column] = mended[column].map(
            {
                name: same[0] if len(same) == 1 and name not in known else name
                for name, same in names.items()
            }
        )
    return mended


def named_outside(outside: Iterable[Any] | str) -> list[str] | str:
    """Return the ids of places outside as texts, or ``"rest"``.

    Raises
    ------
    ValueError
        If it is another text than ``"rest"``.
    """
    if not isinstance(outside, str):
        return [str(place) for place in outside]
    if outside != REST:
        raise ValueError(f'outside is {outside!r}: expected a list of ids, or "{REST}".')
    return outside


def text_ids(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its ids as text: no blanks around them, no decimals of whole numbers.

    Examples
    --------
    >>> text_ids(pd.DataFrame({"origin": [1.0], "destination": [" A"]})).values.tolist()
    [['1', 'A']]
    """
    columns = {}
    for column in PAIR:
        codes, ids = pd.factorize(frame[column], use_na_sentinel=False)
        names = np.array([_text(value) for value in ids] or [""], dtype=object)
        columns[column] = pd.Series(names[codes] if len(codes) else [], frame.index, dtype=object)
    return frame.assign(**columns)


def numbers(values: pd.Series, suppressed: Iterable[Any] = ()) -> pd.Series:
    """Return values as numbers, missing where they are suppressed or not readable as a number.

    Examples
    --------
    >>> numbers(pd.Series(["12", "-999", "1,234", None]), [-999]).tolist()
    [12.0, nan, nan, nan]
    """
    read = pd.to_numeric(values, errors="coerce").astype(float)
    return read.mask(_is_suppressed(values, read, suppressed) | np.isinf(read))


def explain(faults: pd.DataFrame, most: int = 40) -> str:
    """Return the errors among the faults as one text for people."""
    errors = faults[faults["severity"] == "error"]
    lines = [
        f"- {fault.kind}: "
        + (f"row {fault.row}, " if pd.notna(fault.row) else "")
        + f"{fault.column} {fault.value!r}: expected {fault.expected}. {fault.advice}"
        for fault in errors.head(most).itertuples()
    ]
    more = [f"- and {len(errors) - most} more."] if len(errors) > most else []
    count = "1 fault" if len(errors) == 1 else f"{len(errors)} faults"
    return "\n".join([f"The flows cannot be added up ({count}):", *lines, *more])


def _id_faults(
    table: pd.DataFrame, zones: list[str] | None, outside: list[str] | str
) -> Iterator[Row]:
    known = set(zones or ())
    declared = set() if outside == REST else set(outside)
    everywhere = pd.unique(pd.concat([table[column] for column in PAIR]))
    spelled = _spellings(everywhere if zones is None else zones)
    for column in PAIR:
        first = table[column].drop_duplicates()
        counts = table[column].value_counts()
        for row, name in first.items():
            others = f" It stands in {counts[name]} rows." if counts[name] > 1 else ""
            say = lambda kind, expected, advice, n=name, r=row, c=column, o=others: (  # noqa: E731
                kind, "error", r, c, n, expected, advice + o
            )  # fmt: skip
            same = [zone for zone in spelled.get(plain(name), []) if zone != name]
            if name in known or name in declared:
                continue
            if name == "":
                yield say("blank id", "the id of a zone", "Fill the cell, or remove the row.")
            elif TOTALS.match(name):
                yield say("total", "the id of a zone", "Remove the row: sums are no flows.")
            elif FOOTERS.match(name):
                yield say("footer", "the id of a zone", "Remove the line: it is no row of data.")
            elif same and (zones is not None or len(name) < max(map(len, same))):
                kind = "id with decimals" if "." in name else "leading zeros lost"
                yield say(
                    kind, " or ".join(same),
                    "Read ids as text, or mend them with restore_leading_zeros(frame, zones).",
                )  # fmt: skip
            elif zones is not None and outside != REST:
                yield say(
                    "id without zone", "the id of a zone or of the declared outside",
                    "Correct it, add its zone, or name it in outside.",
                )  # fmt: skip


def _numeric_ids(frame: pd.DataFrame) -> Iterator[Row]:
    for column in PAIR:
        if pd.api.types.is_numeric_dtype(frame[column]) and len(frame):
            yield (
                "numeric ids", "note", None, column, str(frame[column].dtype), "ids as text",
                "Store ids as text: numbers lose their leading zeros.",
            )  # fmt: skip


def _silent_zones(table: pd.DataFrame, zones: list[str] | None) -> Iterator[Row]:
    for column in PAIR:
        for zone in pd.Index(zones or []).difference(pd.Index(table[column].unique()), sort=False):
            yield (
                "zone without flows", "note", None, column, zone, "at least one flow",
                f"Nothing to do if the zone has none; its id is no {column} in the table.",
            )  # fmt: skip


def _duplicates(table: pd.DataFrame) -> Iterator[Row]:
    key = [*PAIR, *(column for column in LAYERS if column in table)]
    repeated = table[table.duplicated(key, keep=False)]
    if repeated.empty:
        return
    first = repeated.reset_index(names="_label").drop_duplicates(key).set_index(key)["_label"]
    again = repeated[repeated.duplicated(key)]
    for row, cells in zip(again.index, again[key].itertuples(index=False, name=None), strict=True):
        yield (
            "duplicate pair", "error", row, "origin, destination",
            f"{cells[0]} → {cells[1]}" + "".join(f", {cell}" for cell in cells[2:]),
            "every pair once",
            f"It stands already in row {first[cells]}: remove one, or add them up beforehand.",
        )  # fmt: skip


def _value_faults(raw: pd.Series, values: pd.Series, suppressed: Iterable[Any]) -> Iterator[Row]:
    say = lambda kind, severity, row, value, expected, advice: (  # noqa: E731
        kind, severity, row, "value", value, expected, advice
    )  # fmt: skip
    read = pd.to_numeric(raw, errors="coerce").astype(float)
    hidden = _is_suppressed(raw, read, suppressed)
    missing = _is_blank(raw)
    unread = ~hidden & ~missing & (read.isna() | np.isinf(read))
    for row, text in raw[unread].items():
        yield say("not a number", "error", row, str(text), "a number", _reading(str(text).strip()))
    for row, value in values[values < 0].items():
        if re.fullmatch(r"-(?:1|9+|8+|7+)", f"{value:g}") or value % 1000 == -999:
            yield say(
                "suppressed code", "error", row, f"{value:.0f}", "persons, 0 or more",
                f"If it stands for a figure that is not told, declare suppressed: [{value:.0f}].",
            )  # fmt: skip
        else:
            yield say(
                "negative value", "error", row, f"{value:g}", "persons, 0 or more",
                "Correct it from the source.",
            )  # fmt: skip
    nines = values[values.isin([10.0**digits - 1 for digits in range(5, 13)])]
    for value, rows in nines.groupby(nines):
        yield say(
            "suppressed code", "error" if len(rows) > 1 else "note", rows.index[0], f"{value:.0f}",
            "persons", f"It stands in {len(rows)} rows and looks like a code: if it is one, "
            f"declare suppressed: [{value:.0f}].",
        )  # fmt: skip
    if hidden.any():
        told = ", ".join(sorted({str(value) for value in raw[hidden].unique()}))
        yield say(
            "suppressed", "note", raw.index[hidden.to_numpy().argmax()], told, "a number",
            f"{hidden.sum()} suppressed values are taken as missing.",
        )  # fmt: skip
    zeros = int((values == 0).sum())
    if missing.any():
        yield say(
            "missing value", "note", raw.index[missing.to_numpy().argmax()], "", "a number",
            f"{missing.sum()} values are missing (not observed) and {zeros} are zero: "
            "missing ones add nothing to a sum and are not taken as zero.",
        )  # fmt: skip


def _likely_totals(
    table: pd.DataFrame,
    zones: list[str] | None,
    outside: list[str] | str,
    spoiled: set[str],
) -> Iterator[Row]:
    """Find rows that equal the sum of the other rows of their origin or of their destination."""
    clean = table[~table[PAIR].isin(spoiled).any(axis="columns") & (table["value"] > 0)]
    declared, known = set() if outside == REST else set(outside), set(zones or ())
    layers = [column for column in LAYERS if column in clean]
    people, moves = clean["value"].to_numpy(), (clean["origin"] != clean["destination"]).to_numpy()
    for column, other in (PAIR, PAIR[::-1]):
        group = clean.groupby([other, *layers], dropna=False, sort=False).ngroup().to_numpy()
        sums = [np.bincount(group, weights=people * counted)[group] for counted in (1, moves)]
        equal = [np.isclose(people, total - people, rtol=1e-12, atol=0) for total in sums]
        several = np.bincount(group)[group] > FEWEST_ADDENDS
        looks = clean[np.logical_or(*equal) & several & moves]
        seen = clean[column].value_counts()
        for name, rows in looks.groupby(column):
            always = len(rows) == seen[name] > 1
            if name in declared or (name in known and not always):
                continue
            certain = always if zones is None or outside == REST else name not in known
            for row, value in rows["value"].items():
                yield (
                    "likely total", "error" if certain else "note", row, column, name,
                    "the id of a zone",
                    f"Its value {value:,.0f} is the sum of the other rows of the same {other}: "
                    "remove it if it is a total.",
                )  # fmt: skip


def _reading(text: str) -> str:
    if re.fullmatch(r"\d{1,3}([,.'\s]\d{3})+", text):
        return f"Write it without separators: {re.sub(r'[^0-9]', '', text)}."
    if re.match(r"[<>≤≥~]", text):
        return f'It is suppressed: declare suppressed: ["{text}"], or leave the cell empty.'
    if not re.search(r"\w", text):
        return "Leave the cell empty if nothing was observed; write 0 only for a counted zero."
    return "Write a plain number, or leave the cell empty."


def _is_blank(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        return values.isna()
    return values.isna() | values.astype("string").str.strip().fillna("").isin(["", "nan", "NaN"])


def _is_suppressed(raw: pd.Series, read: pd.Series, suppressed: Iterable[Any]) -> pd.Series:
    codes = list(suppressed)
    as_numbers = pd.to_numeric(pd.Series(codes, dtype=object), errors="coerce").dropna()
    hidden = read.isin(as_numbers.astype(float))
    if codes and not pd.api.types.is_numeric_dtype(raw):
        hidden |= raw.astype("string").str.strip().isin([str(code) for code in codes])
    return hidden.astype(bool)


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def plain(name: str) -> str:
    """Return an id as a spreadsheet would read it: ``001`` and ``1.0`` are ``1``."""
    plain = re.sub(r"\.0+$", "", name).lstrip("0")
    return (plain or "0") if name.replace(".", "", 1).isdigit() else name


def _spellings(names: Iterable[str]) -> dict[str, list[str]]:
    spelled: dict[str, list[str]] = defaultdict(list)
    for name in names:
        spelled[plain(name)].append(name)
    return spelled
