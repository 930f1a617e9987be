"""Abduction: the log of surprises, the rules by which it is kept, and what it can count.

An abductive analysis lets a surprising finding question the frame that made it surprising
(Timmermans & Tavory 2012, after Peirce) and goes back and forth between frame and
material until they match (Dubois & Gadde 2002, *systematic combining*). The log makes each such
loop readable. A *surprise* states what was expected, by which theory, and the evidence items
that do not fit. Its *rivals* are explanations of the surprise, each with the evidence that would
tell it apart and the items that speak for and against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

SEPARATOR = ";"
SURPRISE_STATUS = ("open", "closed")
RIVAL_STATUS = ("open", "favoured", "rejected")
SPREAD_NEEDS = 5
"""The fewest other areas whose spread may standardise a difference."""

FAULT = ["surprise_id", "rival_id", "column", "value", "fault"]
QUANTITY = [
    "surprise_id", "measure", "year", "value", "standardised", "items", "n", "low", "high", "q",
    "own", "other",
]  # fmt: skip
Fault = tuple[str, str, str, str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class LogSummary:
    """What a log holds.

    Attributes
    ----------
    surprises, open, closed, measured : int
        Entries; how many are open, how many closed, for how many a measure is asked for.
    rivals, rivals_open, favoured, rejected : int
        Explanations, by status.
    silent : int
        Explanations for or against which no item speaks.
    items : int
        Evidence items cited anywhere in the log, each counted once.
    """

    surprises: int
    open: int
    closed: int
    measured: int
    rivals: int
    rivals_open: int
    favoured: int
    rejected: int
    silent: int
    items: int


def check_log(
    surprises: pd.DataFrame,
    rivals: pd.DataFrame,
    evidence_ids: Iterable[str],
    not_counted: Iterable[str] = (),
) -> pd.DataFrame:
    """Find what a log of surprises states without the evidence to state it.

    A surprise needs two rivals or more, since an explanation is the best only among others. A
    rival is favoured only with evidence for it and rejected only with evidence against it; an
    item that speaks both ways needs a reason. An entry is closed only when exactly one rival is
    favoured, evidence stands against a rejected one, none is left open, and the revision of the
    frame is stated. An open entry says what would settle it.

    Parameters
    ----------
    surprises : pandas.DataFrame
        Columns ``surprise_id``, ``evidence_ids`` (separated by ``;``), ``status`` (``open``,
        ``closed``), and texts whose names begin with ``needed`` and ``revision``.
    rivals : pandas.DataFrame
        Columns ``surprise_id``, ``rival_id``, ``for_ids``, ``against_ids``, ``status``
        (``open``, ``favoured``, ``rejected``), and texts whose names begin with ``reason``.
    evidence_ids : iterable of str
        All evidence items that exist.
    not_counted : iterable of str
        Items that may be cited and decide nothing alone, such as what the account under test
        says for itself.

    Returns
    -------
    pandas.DataFrame
        One row per fault: ``surprise_id``, ``rival_id`` (empty where the fault is of the
        surprise), ``column``, ``value``, ``fault`` (what is wrong and what to do). Empty when
        the log keeps the rules.

    Notes
    -----
    Surprise, rival explanations and their test against the material: Timmermans & Tavory
    (2012). Matching of frame and material, and redirection: Dubois & Gadde (2002).

    Examples
    --------
    >>> surprises = pd.DataFrame([{"surprise_id": "AB01", "evidence_ids": "E1",
    ...                            "status": "open", "needed_en": "A second year."}])
    >>> rivals = pd.DataFrame([{"surprise_id": "AB01", "rival_id": "R1", "for_ids": "E1",
    ...                         "against_ids": "", "status": "open", "reason_en": ""}])
    >>> check_log(surprises, rivals, ["E1"])["fault"].tolist()
    ['Only 1 explanation is named: give at least two rivals.']
    """
    known, not_counted = set(evidence_ids), set(not_counted)
    theirs: dict[str, list[Row]] = {key: [] for key in surprises["surprise_id"]}
    faults: list[Fault] = []
    for rival in rivals.to_dict("records"):
        key, name = rival["surprise_id"], rival["rival_id"]
        if key not in theirs:
            faults.append(
                (key, name, "surprise_id", key, "No surprise has this key: correct it or add it.")
            )
        theirs.setdefault(key, []).append(rival)
        faults += [(key, name, *fault) for fault in _rival_faults(rival, known, not_counted)]
    for surprise in surprises.to_dict("records"):
        key = surprise["surprise_id"]
        found = _surprise_faults(surprise, theirs[key], known, not_counted)
        faults += [(key, "", *fault) for fault in found]
    return pd.DataFrame(faults, columns=FAULT).sort_values(FAULT[:3], ignore_index=True)


def _rival_faults(
    rival: Row, known: set[str], not_counted: set[str]
) -> Iterator[tuple[str, str, str]]:
    yield from _unknown_items(rival, ["for_ids", "against_ids"], known)
    yield from _unknown_status(rival, RIVAL_STATUS)
    for status, column, side in (
        ("favoured", "for_ids", "for"),
        ("rejected", "against_ids", "against"),
    ):
        items = keys(rival[column])
        if rival["status"] == status and not set(items) - not_counted:
            value = SEPARATOR.join(items)
            why = "rests only on items that do not count" if items else "has no evidence"
            yield (
                column, value,
                f"The explanation is {status} and {why} {side} it: "
                f"name an item that speaks {side} it, or leave it open.",
            )  # fmt: skip
    both = [item for item in keys(rival["for_ids"]) if item in keys(rival["against_ids"])]
    for column in _blank(rival, "reason") if both else []:
        yield column, SEPARATOR.join(both), "These items speak for and against it: say how."


def _surprise_faults(
    surprise: Row, rivals: list[Row], known: set[str], not_counted: set[str]
) -> Iterator[tuple[str, str, str]]:
    yield from _unknown_items(surprise, ["evidence_ids"], known)
    yield from _unknown_status(surprise, SURPRISE_STATUS)
    if not keys(surprise["evidence_ids"]):
        yield "evidence_ids", "", "No item shows the surprise: name at least one."
    if len(rivals) < 2:
        few = f"Only {len(rivals)} explanation is" if rivals else "No explanation is"
        yield "rival_id", "", f"{few} named: give at least two rivals."
    if surprise["status"] == "open":
        for column in _blank(surprise, "needed"):
            yield column, "", "The entry is open: say what evidence would settle it."
    if surprise["status"] == "closed":
        yield from _unfounded_closing(surprise, rivals, not_counted)


def _unfounded_closing(
    surprise: Row, rivals: list[Row], not_counted: set[str]
) -> Iterator[tuple[str, str, str]]:
    by_status = {
        status: [rival for rival in rivals if rival["status"] == status] for status in RIVAL_STATUS
    }
    favoured = [rival["rival_id"] for rival in by_status["favoured"]]
    if len(favoured) != 1:
        yield (
            "status", SEPARATOR.join(favoured),
            f"The entry is closed with {len(favoured)} favoured explanations: "
            "favour exactly one, or leave it open.",
        )  # fmt: skip
    against = (set(keys(rival["against_ids"])) - not_counted for rival in by_status["rejected"])
    if not any(against):
        yield (
            "status", "closed",
            "The entry is closed and no evidence stands against a rejected rival: "
            "evidence on both sides is needed, or leave it open.",
        )  # fmt: skip
    if by_status["open"]:
        undecided = SEPARATOR.join(rival["rival_id"] for rival in by_status["open"])
        yield "status", undecided, "The entry is closed with undecided rivals: leave it open."
    for column in _blank(surprise, "revision"):
        yield column, "", "The entry is closed: say how the frame is revised."


def _unknown_items(row: Row, columns: list[str], known: set[str]) -> Iterator[tuple[str, str, str]]:
    for column in columns:
        for item in keys(row[column]):
            if item not in known:
                yield column, item, "No evidence item has this key: correct it or add the item."


def _unknown_status(row: Row, allowed: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    if row["status"] not in allowed:
        yield "status", str(row["status"]), f"Not a status: choose one of {', '.join(allowed)}."


def _blank(row: Row, begins: str) -> list[str]:
    return [
        column
        for column, cell in row.items()
        if column.startswith(begins) and (pd.isna(cell) or not str(cell).strip())
    ]


def keys(cell: Any) -> list[str]:
    """Return the keys of a cell that holds several, separated by ``;``.

    Examples
    --------
    >>> keys("EV51; ST26"), keys(None)
    (['EV51', 'ST26'], [])
    """
    if pd.isna(cell):
        return []
    return [key for key in (part.strip() for part in str(cell).split(SEPARATOR)) if key]


def quantify(
    surprises: pd.DataFrame,
    *,
    residuals: pd.DataFrame | None = None,
    indicators: pd.DataFrame | None = None,
    others: Iterable[str] = (),
    codings: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Express in numbers the surprises that name a measure.

    - ``code residual``: the adjusted residual of ``code`` in ``area_code``, which is far from
      zero where the items about that area carry the code more (or less) often than others do.
    - ``indicator difference``: the value of ``area_code`` minus that of ``other_area_code``, in
      ``year`` or, where that is empty, in every year in which both have one. It is divided by
      the standard deviation of ``others`` in the same year if at least five have a value, and
      otherwise left in the unit of the indicator.
    - ``share of items``: of the items with ``code`` the share about ``area_code``, with its
      Wilson interval.

    Parameters
    ----------
    surprises : pandas.DataFrame
        Columns ``surprise_id``, ``measure``, ``code``, ``indicator``, ``area_code``,
        ``other_area_code``, ``year``; the last five empty where the measure does not need them.
    residuals : pandas.DataFrame, optional
        Columns ``code``, ``area_code``, ``items`` (with the code, of the area), ``n`` (of the
        area), ``residual``, ``q``; see :func:`metrobook.coding.patterns.adjusted_residuals`.
    indicators : pandas.DataFrame, optional
        Columns ``area_code``, ``year``, ``indicator``, ``value``.
    others : iterable of str
        The areas whose spread standardises a difference: of the same level, without the two
        that are compared.
    codings : pandas.DataFrame, optional
        Columns ``evidence_id``, ``code``: an item has a code if at least one row says so.
    areas : pandas.DataFrame, optional
        Columns ``evidence_id``, ``area_code``: one row per item and area.

    Returns
    -------
    pandas.DataFrame
        One row per surprise that names a measure (and per year, for differences without one):
        ``surprise_id``, ``measure``, ``year``, ``value``, ``standardised`` (whether ``value``
        has no unit), ``items`` and ``n`` (items of ``n`` items; for a difference ``n`` is the
        number of other areas), ``low``, ``high`` (95 percent interval of a share), ``q`` (of a
        residual), ``own`` and ``other`` (values compared). What the data do not give is
        missing.

    Notes
    -----
    Adjusted residual: Haberman (1973). Standardised difference: Cohen (1988, eq. 2.2.1), with
    the spread of the reference areas. Interval: Wilson (1927).

    Examples
    --------
    >>> surprises = pd.DataFrame([{"surprise_id": "AB03", "measure": "share of items",
    ...     "code": "replication", "area_code": "3277"}])
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E2"], "code": ["replication"] * 2})
    >>> areas = pd.DataFrame({"evidence_id": ["E1", "E2"], "area_code": ["3277", "3273"]})
    >>> quantify(surprises, codings=codings, areas=areas)[["value", "items", "n"]].values.tolist()
    [[0.5, 1, 2]]
    """
    rows: list[Row] = []
    others = list(others)
    for surprise in surprises.to_dict("records"):
        found: list[Row] = []
        match surprise["measure"]:
            case "code residual":
                found = [{} if residuals is None else _residual(surprise, residuals)]
            case "indicator difference":
                found = [] if indicators is None else _differences(surprise, indicators, others)
                found = found or [{}]
            case "share of items":
                missing = codings is None or areas is None
                found = [{} if missing else _share(surprise, codings, areas)]
        named = {name: surprise[name] for name in ("surprise_id", "measure")}
        rows += [{**named, "standardised": True, **row} for row in found]
    table = pd.DataFrame(rows, columns=QUANTITY)
    return table.astype({"year": "Int64", "items": "Int64", "n": "Int64"})


def _residual(surprise: Row, residuals: pd.DataFrame) -> Row:
    found = residuals[
        (residuals["code"] == surprise["code"]) & (residuals["area_code"] == surprise["area_code"])
    ]
    if found.empty:
        return {}
    row = found.iloc[0]
    return {"value": row["residual"], **{name: row[name] for name in ("items", "n", "q")}}


def _differences(surprise: Row, indicators: pd.DataFrame, others: list[str]) -> list[Row]:
    series = indicators[indicators["indicator"] == surprise["indicator"]]
    table = series.pivot(index="year", columns="area_code", values="value")
    pair = [surprise["area_code"], surprise["other_area_code"]]
    both = table.reindex(columns=pair).dropna()
    if pd.notna(surprise["year"]):
        both = both[both.index == int(surprise["year"])]
    reference = table[[area for area in table if area in others and area not in pair]]
    rows = []
    for year, (own, other) in both.iterrows():
        spread = reference.loc[year].dropna()
        standardised = len(spread) >= SPREAD_NEEDS and spread.std() > 0
        difference = own - other
        rows.append(
            {
                "year": year,
                "value": difference / spread.std() if standardised else difference,
                "standardised": standardised,
                "n": len(spread),
                "own": own,
                "other": other,
            }
        )
    return rows


def _share(surprise: Row, codings: pd.DataFrame, areas: pd.DataFrame) -> Row:
    base = set(codings.loc[codings["code"] == surprise["code"], "evidence_id"])
    about = set(areas.loc[areas["area_code"] == surprise["area_code"], "evidence_id"])
    items, n = len(base & about), len(base)
    if not n:
        return {"items": items, "n": n}
    low, high = proportion_confint(items, n, method="wilson")
    return {"value": items / n, "items": items, "n": n, "low": low, "high": high}


def log_summary(surprises: pd.DataFrame, rivals: pd.DataFrame) -> LogSummary:
    """Count the entries of a log, its explanations by status, and the items that it uses.

    Parameters
    ----------
    surprises : pandas.DataFrame
        Columns ``surprise_id``, ``evidence_ids``, ``status``, ``measure``.
    rivals : pandas.DataFrame
        Columns ``surprise_id``, ``rival_id``, ``for_ids``, ``against_ids``, ``status``.
    """
    entries, explanations = surprises["status"], rivals["status"]
    spoken_to = [
        keys(row["for_ids"]) + keys(row["against_ids"]) for row in rivals.to_dict("records")
    ]
    cited = [keys(cell) for cell in surprises["evidence_ids"]] + spoken_to
    return LogSummary(
        surprises=len(entries),
        open=int((entries == "open").sum()),
        closed=int((entries == "closed").sum()),
        measured=int(surprises["measure"].notna().sum()),
        rivals=len(explanations),
        rivals_open=int((explanations == "open").sum()),
        favoured=int((explanations == "favoured").sum()),
        rejected=int((explanations == "rejected").sum()),
        silent=sum(not items for items in spoken_to),
        items=len({item for items in cited for item in items}),
    )
