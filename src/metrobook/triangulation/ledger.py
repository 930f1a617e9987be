"""The claims ledger: one row per claim with everything it rests on, and the audit of its chain."""

from __future__ import annotations

import pandas as pd

from metrobook.triangulation.findings import UNTESTABLE

STATISTICS = "statistics"
SYNTHETIC = "synthetic"
MARKS = ("reliability", "kind", "note", "reliability_note")
FINDING = ["label", "supports", "qualifies", "contradicts", "weight", "balance", "techniques"]
CONFIDENCE = ["confidence", "methodological", "coherence", "adequacy", "relevance"]
ROBUSTNESS = ["trials", "kept", "share", "fragile", "flips"]


def ledger(
    claims: pd.DataFrame,
    findings: pd.DataFrame,
    confidence: pd.DataFrame,
    fragility: pd.DataFrame,
    tipping: pd.DataFrame,
    witnesses: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row per claim: finding, confidence, robustness, tipping points, evidence.

    Parameters
    ----------
    claims : pandas.DataFrame
        ``claim_id`` and whatever shall be kept.
    findings, confidence, fragility, tipping, witnesses : pandas.DataFrame
        Results of the functions of the same name.

    Returns
    -------
    pandas.DataFrame
        In the order of ``claims``: its columns, the finding with its counts, confidence with
        its four concerns, robustness, ``tipping`` (``stance:needed→label``, separated by
        ``|``), ``evidence_ids`` and ``source_ids`` behind the finding (separated by ``;``).
    """
    turns = tipping.assign(
        text=tipping["stance"] + ":" + tipping["needed"].astype(str) + "→" + tipping["label"]
    )
    behind = witnesses.groupby("claim_id")[["evidence_ids", "source_ids"]].agg(_joined)
    table = (
        claims.join(findings[FINDING], on="claim_id")
        .join(confidence[CONFIDENCE], on="claim_id")
        .join(fragility[ROBUSTNESS], on="claim_id")
        .join(turns.groupby("claim_id")["text"].agg("|".join).rename("tipping"), on="claim_id")
        .join(behind, on="claim_id")
    )
    texts = ["tipping", "evidence_ids", "source_ids"]
    return table.assign(**{name: table[name].fillna("") for name in texts})


def audit(
    ledger: pd.DataFrame,
    items: pd.DataFrame,
    witnesses: pd.DataFrame,
    *,
    claims: pd.DataFrame,
    evidence: pd.DataFrame,
    sources: pd.DataFrame,
) -> list[str]:
    """Return what is wrong with the chain from the evidence to the findings; nothing, if sound.

    Parameters
    ----------
    ledger : pandas.DataFrame
        Result of :func:`ledger`, or any table with ``claim_id`` and ``label``.
    items : pandas.DataFrame
        The items that were weighed, as for :func:`metrobook.triangulation.witnesses.witnesses`.
    witnesses : pandas.DataFrame
        Their witnesses: ``claim_id``, ``witness``, ``evidence_ids``.
    claims : pandas.DataFrame
        ``claim_id``: every claim under test.
    evidence : pandas.DataFrame
        The published evidence: ``evidence_id``, ``source_id``, optionally ``note``. What is
        withheld is not among it.
    sources : pandas.DataFrame
        The published sources: ``source_id``, optionally ``kind``, ``reliability``, ``note``,
        ``reliability_note``.

    Returns
    -------
    list of str
        One sentence per problem: a claim without a row or with two; a label other than "not
        testable" without witnesses; a witness that rests on an item nobody weighed, or on one of
        the examined paper; an item or its source that is not published; an item or its source
        that is synthetic, which means that its kind or reliability is "synthetic" or that a
        note on it begins with that word.
    """
    named = witnesses.assign(evidence_id=witnesses["evidence_ids"].str.split(";"))
    named = named.explode("evidence_id")
    return [
        *_rows(ledger, claims),
        *_baseless(ledger, witnesses),
        *_examined(items, named),
        *_unpublished(named, items, evidence, sources),
        *_synthetic(named, items, evidence, sources),
    ]


def _rows(ledger: pd.DataFrame, claims: pd.DataFrame) -> list[str]:
    number = ledger["claim_id"].value_counts()
    return [
        f"Claim {claim} has {number.get(claim, 0)} rows in the ledger; it must have one."
        for claim in claims["claim_id"]
        if number.get(claim, 0) != 1
    ] + [
        f"Row {claim} of the ledger is no claim of the claims table."
        for claim in number.index.difference(claims["claim_id"])
    ]


def _baseless(ledger: pd.DataFrame, witnesses: pd.DataFrame) -> list[str]:
    heard = set(witnesses["claim_id"])
    judged = ledger[ledger["label"] != UNTESTABLE]
    return [
        f'Claim {row.claim_id} is labelled "{row.label}" without a witness.'
        for row in judged.itertuples()
        if row.claim_id not in heard
    ]


def _examined(items: pd.DataFrame, named: pd.DataFrame) -> list[str]:
    weighed = items.set_index(["claim_id", "evidence_id"])["examined"].to_dict()
    texts = {
        True: "Claim {}: witness {} rests on {}, an item of the examined paper.",
        None: "Claim {}: witness {} rests on {}, which was not weighed for that claim.",
    }
    found = [(row, weighed.get((row.claim_id, row.evidence_id))) for row in named.itertuples()]
    return [
        texts[state].format(row.claim_id, row.witness, row.evidence_id)
        for row, state in found
        if state in texts
    ]


def _unpublished(
    named: pd.DataFrame, items: pd.DataFrame, evidence: pd.DataFrame, sources: pd.DataFrame
) -> list[str]:
    used = _used(named, items)
    missing = used[~used["evidence_id"].isin(evidence["evidence_id"])]
    unknown = used[~used["source_id"].isin(sources["source_id"])]
    return [
        f"Item {item} is behind a finding but not among the published evidence."
        for item in sorted(set(missing["evidence_id"]))
    ] + [
        f"Source {source} is behind a finding but not among the published sources."
        for source in sorted(set(unknown["source_id"]))
    ]


def _synthetic(
    named: pd.DataFrame, items: pd.DataFrame, evidence: pd.DataFrame, sources: pd.DataFrame
) -> list[str]:
    used = _used(named, items)
    made_up = {
        "Item": (evidence, "evidence_id"),
        "Source": (sources, "source_id"),
    }
    return [
        f"{what} {name} is marked synthetic; synthetic data can reach no finding."
        for what, (table, key) in made_up.items()
        for name in sorted(set(table.loc[_marked(table), key]) & set(used[key]))
    ]


def _used(named: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    weighed = items[items["technique"] != STATISTICS]
    return weighed[weighed["evidence_id"].isin(named["evidence_id"])]


def _marked(table: pd.DataFrame) -> pd.Series:
    marked = pd.Series(False, index=table.index)
    for column in table.columns.intersection(MARKS):
        marked |= (
            table[column]
            .astype("string")
            .str.strip()
            .str.lower()
            .str.startswith(SYNTHETIC, na=False)
        )
    return marked


def _joined(cells: pd.Series) -> str:
    return ";".join(sorted({name for cell in cells for name in cell.split(";") if name}))
