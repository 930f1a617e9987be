"""From disagreements of coders to one agreed coding: what to discuss, what was decided, what is
left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from metrobook.coding.items import coded_items

KEY = ["evidence_id", "code"]
DECISIONS = ("given", "not given")


def disagreements(
    codings: pd.DataFrame, units: Iterable[str], coders: Iterable[str] | None = None
) -> pd.DataFrame:
    """Return every code that some coders gave to an item and others did not.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``; codings of other units are left out.
    units : iterable of str
        All evidence items that were offered for coding.
    coders : iterable of str, optional
        All who coded, also those who gave no code; otherwise the coders of the codings.

    Returns
    -------
    pandas.DataFrame
        ``evidence_id``, ``code``, ``given_by``, ``not_given_by`` (coders separated by ``;``), in
        the order of ``units``, then of codes.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E1", "E2"], "coder": ["a", "b", "a"],
    ...                         "code": ["scale", "scale", "focus"]})
    >>> disagreements(codings, ["E1", "E2"]).to_numpy().tolist()
    [['E2', 'focus', 'a', 'b']]
    """
    units, coders = list(units), _coders(codings, coders)
    given = _offered(codings, units, coders).groupby(KEY)["coder"].agg(set)
    split = given[given.map(len) < len(coders)]
    frame = split.index.to_frame(index=False)
    frame["given_by"] = [";".join(c for c in coders if c in some) for some in split]
    frame["not_given_by"] = [";".join(c for c in coders if c not in some) for some in split]
    return _in_order(frame, units)


def reconcile(
    codings: pd.DataFrame,
    adjudications: pd.DataFrame,
    units: Iterable[str],
    coders: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return the agreed codings: what all coders gave, and what an adjudication settled as given.

    A disagreement without an adjudication is not agreed and does not appear; :func:`unresolved`
    lists it.

    Parameters
    ----------
    codings, units, coders
        As in :func:`disagreements`.
    adjudications : pandas.DataFrame
        Columns ``evidence_id``, ``code``, ``decision`` (``given`` or ``not given``).

    Returns
    -------
    pandas.DataFrame
        ``evidence_id``, ``code``, ``basis`` (``all coders`` or ``adjudicated``), in the order of
        ``units``, then of codes.

    Raises
    ------
    ValueError
        If an adjudication names an unknown item or code, settles what was not in dispute, decides
        something else than given or not given, or stands twice; every such row is named.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E1", "E2"], "coder": ["a", "b", "a"],
    ...                         "code": ["scale", "scale", "focus"]})
    >>> decided = pd.DataFrame({"evidence_id": ["E2"], "code": ["focus"], "decision": ["given"]})
    >>> reconcile(codings, decided, ["E1", "E2"])["basis"].tolist()
    ['all coders', 'adjudicated']
    """
    units, coders = list(units), _coders(codings, coders)
    disputed = disagreements(codings, units, coders)
    _check(adjudications, codings, units, disputed)
    items = coded_items(_offered(codings, units, coders))
    shared = items[items["coders"] == len(coders)][KEY].assign(basis="all coders")
    settled = adjudications[adjudications["decision"] == "given"][KEY].assign(basis="adjudicated")
    return _in_order(pd.concat([shared, settled]), units)


def unresolved(
    codings: pd.DataFrame,
    adjudications: pd.DataFrame,
    units: Iterable[str],
    coders: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return the disagreements that no adjudication has settled, as :func:`disagreements` does."""
    disputed = disagreements(codings, units, coders)
    settled = pd.MultiIndex.from_frame(adjudications[KEY])
    open_ = ~pd.MultiIndex.from_frame(disputed[KEY]).isin(settled)
    return disputed[open_].reset_index(drop=True)


def before_after(
    codings: pd.DataFrame,
    adjudications: pd.DataFrame,
    codes: Iterable[str],
    units: Iterable[str],
    coders: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Count the items of each code before and after the disagreements were settled.

    Parameters
    ----------
    codings, adjudications, units, coders
        As in :func:`reconcile`.
    codes : iterable of str
        The codes to show, in their order, also those never given.

    Returns
    -------
    pandas.DataFrame
        One row per code: ``code``, ``either`` and ``both`` (items to which at least one coder, or
        every coder, gave it), ``reconciled`` (items of the agreed coding), ``unresolved``
        (disagreements that are left).

    Raises
    ------
    ValueError
        As in :func:`reconcile`.
    """
    units, coders = list(units), _coders(codings, coders)
    agreed = reconcile(codings, adjudications, units, coders)
    counts = {
        "both": agreed[agreed["basis"] == "all coders"],
        "reconciled": agreed,
        "unresolved": unresolved(codings, adjudications, units, coders),
    }
    table = pd.DataFrame({name: rows["code"].value_counts() for name, rows in counts.items()})
    disputed = disagreements(codings, units, coders)["code"].value_counts()
    table.insert(0, "either", table["both"].add(disputed, fill_value=0))
    table = table.reindex(pd.Index(list(codes), name="code")).fillna(0).astype(int)
    return table.reset_index()


def _coders(codings: pd.DataFrame, coders: Iterable[str] | None) -> list[str]:
    return sorted(codings["coder"].unique()) if coders is None else list(coders)


def _offered(codings: pd.DataFrame, units: list[str], coders: list[str]) -> pd.DataFrame:
    return codings[codings["evidence_id"].isin(units) & codings["coder"].isin(coders)]


def _in_order(frame: pd.DataFrame, units: list[str]) -> pd.DataFrame:
    """Sort by the order of the units, then by code."""
    place = frame["evidence_id"].map({unit: place for place, unit in enumerate(units)})
    return (
        frame.assign(place=place)
        .sort_values(["place", "code"], ignore_index=True)
        .drop(columns="place")
    )


def _check(
    adjudications: pd.DataFrame, codings: pd.DataFrame, units: list[str], disputed: pd.DataFrame
) -> None:
    faults = list(_faults(adjudications, codings, units, disputed))
    if faults:
        raise ValueError("The adjudications do not fit the codings. " + " ".join(faults))


def _faults(
    adjudications: pd.DataFrame, codings: pd.DataFrame, units: list[str], disputed: pd.DataFrame
) -> Iterator[str]:
    known, codes = set(units), set(codings["code"])
    pairs = set(disputed[KEY].itertuples(index=False, name=None))
    seen: dict[tuple[str, str], int] = {}
    rows = adjudications[[*KEY, "decision"]].itertuples(index=False, name=None)
    for row, (unit, code, decision) in enumerate(rows, 1):
        where = f"Row {row} (item {unit}, code {code})"
        if unit not in known:
            yield f"{where}: there is no such item among those coded; correct evidence_id."
        elif code not in codes:
            yield f"{where}: no coder gave this code to any item; correct code."
        elif (unit, code) not in pairs:
            yield f"{where}: the coders did not disagree on it; remove the row."
        elif decision not in DECISIONS:
            yield f"{where}: the decision is {decision!r}; expected is given or not given."
        elif (unit, code) in seen:
            yield f"{where}: row {seen[unit, code]} decides on it already; keep one of them."
        seen.setdefault((unit, code), row)
