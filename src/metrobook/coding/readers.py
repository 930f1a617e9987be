"""Readings: which coders read which evidence item, so that silence is not taken for a no."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

Readers = Mapping[str, frozenset[str]]
"""The coders who read each evidence item, in the order of the items."""


def readers(
    evidence: pd.DataFrame, listed: pd.DataFrame, judged: pd.DataFrame, *others: pd.DataFrame
) -> dict[str, frozenset[str]]:
    """Return who read each evidence item.

    A coder reads a source as a whole: all its items, if the coder judged at least one of them or
    is listed as its reader. An item that a coder read and left without a code is a decision
    against every code; an item that a coder never saw is none.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Columns ``evidence_id``, ``source_id``.
    listed : pandas.DataFrame
        Columns ``coder``, ``source_id``: sources that a coder read and found nothing in.
    judged : pandas.DataFrame
        Columns ``evidence_id``, ``coder``: the judgements at stake. Only their coders count.
    *others : pandas.DataFrame
        Further judgements, which tell too what these coders read.

    Returns
    -------
    dict of str to frozenset of str
        One entry for each item of ``evidence``, in its order; empty where nobody read it.

    Examples
    --------
    >>> evidence = pd.DataFrame({"evidence_id": ["E1", "E2", "E3"],
    ...                          "source_id": ["S1", "S1", "S2"]})
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E3"], "coder": ["a", "b"]})
    >>> none = pd.DataFrame(columns=["coder", "source_id"])
    >>> [*map(sorted, readers(evidence, none, codings).values())]
    [['a'], ['a'], ['b']]
    """
    source_of = evidence.set_index("evidence_id")["source_id"]
    found = pd.concat([table[["evidence_id", "coder"]] for table in (judged, *others)])
    found = found.assign(source_id=found["evidence_id"].map(source_of))
    read = pd.concat([listed, found])
    read = read[read["coder"].isin(judged["coder"])]
    by_source = read.groupby("source_id")["coder"].agg(frozenset).to_dict()
    return {unit: by_source.get(source, frozenset()) for unit, source in source_of.items()}
