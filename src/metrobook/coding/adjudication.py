"""From disagreements of coders to one agreed coding: what to discuss, what was decided, what is
left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from metrobook.coding.items import coded_items
from metrobook.coding.readers import Readers

KEY = ["evidence_id", "code"]
DECISIONS = ("given", "not given")


def disagreements(codings: pd.DataFrame, readers: Readers) -> pd.DataFrame:
    """Return every code that some of the coders who read an item gave to it and others did not.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``; codings of other units are left out.
    readers : mapping of str to set of str
        Who read each evidence item, see :func:`~metrobook.coding.readers.readers`.

    Returns
    -------
    pandas.DataFrame
        ``evidence_id``, ``code``, ``given_by``, ``not_given_by`` (coders separated by ``;``), in
        the order of ``readers``, then of codes.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E1", "E2"], "coder": ["a", "b", "a"],
    ...                         "code": ["scale", "scale", "focus"]})
    >>> readers = {"E1": {"a", "b"}, "E2": {"a", "b"}}
    >>> disagreements(codings, readers).to_numpy().tolist()
    [['E2', 'focus', 'a', 'b']]
    """
    given = _read(codings, readers).groupby(KEY)["coder"].agg(set)
    others = [readers[unit] - some for (unit, _), some in given.items()]
    frame = given.index.to_frame(index=False)
    frame["given_by"] = [";".join(sorted(some)) for some in given]
    frame["not_given_by"] = [";".join(sorted(some)) for some in others]
    return _in_order(frame[frame["not_given_by"] != ""], readers)


def reconcile(codings: pd.DataFrame, adjudications: pd.DataFrame, readers: Readers) -> pd.DataFrame:
    """Return the agreed codings: what all who read an item gave, and what was settled as given.

    A disagreement without an adjudication is not agreed and does not appear; :func:`unresolved`
    lists it. What one coder gave who read the item alone is agreed unless an adjudication, as a
    second look, says otherwise.

    Parameters
    ----------
    codings, readers
        As in :func:`disagreements`.
    adjudications : pandas.DataFrame
        Columns ``evidence_id``, ``code``, ``decision`` (``given`` or ``not given``).

    Returns
    -------
    pandas.DataFrame
        ``evidence_id``, ``code``, ``basis`` (``all coders`` or ``adjudicated``), in the order of
        ``readers``, then of codes.

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
    >>> readers = {"E1": {"a", "b"}, "E2": {"a", "b"}}
    >>> reconcile(codings, decided, readers)["basis"].tolist()
    ['all coders', 'adjudicated']
    """
    _check(adjudications, codings, readers)
    items = coded_items(_read(codings, readers))
    every = items["coders"] == items["evidence_id"].map({u: len(c) for u, c in readers.items()})
    looked_at = _pairs(items).isin(_pairs(adjudications))
    shared = items[every & ~looked_at][KEY].assign(basis="all coders")
    settled = adjudications[adjudications["decision"] == "given"][KEY].assign(basis="adjudicated")
    return _in_order(pd.concat([shared, settled]), readers)


def unresolved(
    codings: pd.DataFrame, adjudications: pd.DataFrame, readers: Readers
) -> pd.DataFrame:
    """Return the disagreements that no adjudication has settled, as :func:`disagreements` does."""
    disputed = disagreements(codings, readers)
    open_ = ~_pairs(disputed).isin(_pairs(adjudications))
    return disputed[open_].reset_index(drop=True)


def before_after(
    codings: pd.DataFrame,
    adjudications: pd.DataFrame,
    codes: Iterable[str],
    readers: Readers,
) -> pd.DataFrame:
    """Count the items of each code before and after the disagreements were settled.

    Parameters
    ----------
    codings, adjudications, readers
        As in :func:`reconcile`.
    codes : iterable of str
        The codes to show, in their order, also those never given.

    Returns
    -------
    pandas.DataFrame
        One row per code: ``code``, ``either`` and ``both`` (items to which at least one coder, or
        every coder who read them, gave it), ``reconciled`` (items of the agreed coding),
        ``unresolved`` (disagreements that are left).

    Raises
    ------
    ValueError
        As in :func:`reconcile`.
    """
    agreed = reconcile(codings, adjudications, readers)
    counts = {
        "either": coded_items(_read(codings, readers)),
        "both": agreed[agreed["basis"] == "all coders"],
        "reconciled": agreed,
        "unresolved": unresolved(codings, adjudications, readers),
    }
    table = pd.DataFrame({name: rows["code"].value_counts() for name, rows in counts.items()})
    table = table.reindex(pd.Index(list(codes), name="code")).fillna(0).astype(int)
    return table.reset_index()


def _read(codings: pd.DataFrame, readers: Readers) -> pd.DataFrame:
    pairs = [(unit, coder) for unit, coders in readers.items() for coder in coders]
    return codings.merge(pd.DataFrame(pairs, columns=["evidence_id", "coder"]))


def _pairs(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[KEY])


def _in_order(frame: pd.DataFrame, units: Iterable[str]) -> pd.DataFrame:
    """Sort by the order of the units, then by code."""
    place = frame["evidence_id"].map({unit: place for place, unit in enumerate(units)})
    return (
        frame.assign(place=place)
        .sort_values(["place", "code"], ignore_index=True)
        .drop(columns="place")
    )


def _check(adjudications: pd.DataFrame, codings: pd.DataFrame, readers: Readers) -> None:
    faults = list(_faults(adjudications, codings, readers))
    if faults:
        raise ValueError("The adjudications do not fit the codings. " + " ".join(faults))


def _faults(adjudications: pd.DataFrame, codings: pd.DataFrame, readers: Readers) -> Iterator[str]:
    codes = set(codings["code"])
    given = coded_items(_read(codings, readers)).set_index(KEY)["coders"]
    open_ = {pair for pair, coders in given.items() if coders < max(2, len(readers[pair[0]]))}
    seen: dict[tuple[str, str], int] = {}
    rows = adjudications[[*KEY, "decision"]].itertuples(index=False, name=None)
    for row, (unit, code, decision) in enumerate(rows, 1):
        where = f"Row {row} (item {unit}, code {code})"
        if unit not in readers:
            yield f"{where}: there is no such item among those coded; correct evidence_id."
        elif code not in codes:
            yield f"{where}: no coder gave this code to any item; correct code."
        elif (unit, code) not in open_:
            yield f"{where}: the coders did not disagree on it; remove the row."
        elif decision not in DECISIONS:
            yield f"{where}: the decision is {decision!r}; expected is given or not given."
        elif (unit, code) in seen:
            yield f"{where}: row {seen[unit, code]} decides on it already; keep one of them."
        seen.setdefault((unit, code), row)
