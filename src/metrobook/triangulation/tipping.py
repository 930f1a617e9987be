"""Tipping points: how much further evidence would change a finding, and which is worth having."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from metrobook.triangulation.findings import Rule, findings
from metrobook.triangulation.stances import STANCES

SIDES = ("supports", "contradicts")
NEW = "a further technique"
COLUMNS = ["claim_id", "stance", "needed", "label"]
OUTCOMES = ["wanted_id", "claim_id", "stance", "label"]


def tipping(
    witnesses: pd.DataFrame,
    labels: Mapping[str, str],
    rule: Rule | None = None,
    most: int = 5,
    weight: float = 1.0,
) -> pd.DataFrame:
    """Return how many further witnesses of one stance would change each finding, and to what.

    The further witnesses are official, speak directly to the claim, depend on none of those
    known, and share one technique that has not supported the claim so far. They are added one
    after the other until the label changes.

    Parameters
    ----------
    witnesses : pandas.DataFrame
        Result of :func:`metrobook.triangulation.witnesses.witnesses`.
    labels : mapping of str to str
        Finding on each claim, by ``claim_id``.
    rule : Rule, optional
        The rule that gave the labels.
    most : int
        Further witnesses to try at most.
    weight : float
        Weight of an official witness.

    Returns
    -------
    pandas.DataFrame
        ``claim_id``, ``stance``, ``needed`` (witnesses) and ``label`` (the new one). A stance of
        which even ``most`` witnesses change nothing has no row.
    """
    known, rows = dict(labels), []
    for stance in STANCES:
        open_claims = list(known)
        for needed in range(1, most + 1):
            further = [(claim, NEW) for claim in open_claims for _ in range(needed)]
            new = _labels(witnesses, further, stance, open_claims, rule, weight)
            turned = {claim: new[claim] for claim in open_claims if new[claim] != known[claim]}
            rows += [(claim, stance, needed, label) for claim, label in turned.items()]
            open_claims = [claim for claim in open_claims if claim not in turned]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"needed": "Int64"})
    order = {claim: place for place, claim in enumerate(known)}
    return table.sort_values(
        "claim_id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True
    )


def outcomes(
    wanted: pd.DataFrame,
    witnesses: pd.DataFrame,
    labels: Mapping[str, str],
    rule: Rule | None = None,
    weight: float = 1.0,
    number: int = 1,
) -> pd.DataFrame:
    """Return the findings that witnesses of each wanted kind of evidence would change.

    Parameters
    ----------
    wanted : pandas.DataFrame
        ``wanted_id``, ``technique`` and ``claim_ids`` (separated by ``;``): evidence that is
        not there yet, how it would be collected and the claims it could speak to.
    witnesses, labels, rule, weight
        As for :func:`tipping`.
    number : int
        New witnesses of one stance.

    Returns
    -------
    pandas.DataFrame
        ``wanted_id``, ``claim_id``, ``stance`` (of the new witness, for or against the claim)
        and ``label`` (the new one), where it differs from the present one.

    Raises
    ------
    ValueError
        If a wanted piece of evidence names a claim that has no finding.
    """
    known, rows = dict(labels), []
    for piece in wanted.itertuples():
        claims = _claims(piece)
        unknown = [claim for claim in claims if claim not in known]
        if unknown:
            raise ValueError(
                f"Wanted evidence {piece.wanted_id}, column claim_ids: no finding on "
                f"{', '.join(unknown)}. Name claims of the claims table."
            )
        for stance in SIDES:
            further = [(claim, piece.technique) for claim in claims] * number
            new = _labels(witnesses, further, stance, claims, rule, weight)
            rows += [
                (piece.wanted_id, claim, stance, new[claim])
                for claim in claims
                if new[claim] != known[claim]
            ]
    return pd.DataFrame(rows, columns=OUTCOMES)


def worth(
    wanted: pd.DataFrame,
    witnesses: pd.DataFrame,
    labels: Mapping[str, str],
    rule: Rule | None = None,
    weight: float = 1.0,
) -> pd.DataFrame:
    """Return the wanted evidence, first that which could change most findings.

    Parameters
    ----------
    wanted, witnesses, labels, rule, weight
        As for :func:`outcomes`.

    Returns
    -------
    pandas.DataFrame
        ``wanted`` with ``changes`` (number of findings that one official, direct and
        independent witness of that technique would change, whichever side it takes), ``claims``
        (number of claims it could speak to), ``outcomes`` (``claim:stance→label``, separated by
        ``|``) and ``changes_by_two``, as ``changes`` if a second such witness agreed with it:
        where none takes a side yet, one alone settles nothing. By falling ``changes``, falling
        ``changes_by_two``, falling ``claims`` and ``wanted_id``.
    """
    found = outcomes(wanted, witnesses, labels, rule, weight)
    ids = wanted["wanted_id"]
    changed, by_two = (
        table.groupby("wanted_id")["claim_id"].nunique().to_dict()
        for table in (found, outcomes(wanted, witnesses, labels, rule, weight, number=2))
    )
    text = found["claim_id"] + ":" + found["stance"] + "→" + found["label"]
    texts = text.groupby(found["wanted_id"]).agg("|".join).to_dict()
    table = wanted.assign(
        changes=[changed.get(name, 0) for name in ids],
        changes_by_two=[by_two.get(name, 0) for name in ids],
        claims=[len(_claims(piece)) for piece in wanted.itertuples()],
        outcomes=[texts.get(name, "") for name in ids],
    )
    order = ["changes", "changes_by_two", "claims", "wanted_id"]
    return table.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def _claims(piece: tuple) -> list[str]:
    return [claim.strip() for claim in piece.claim_ids.split(";") if claim.strip()]


def _labels(
    witnesses: pd.DataFrame,
    further: list[tuple[str, str]],
    stance: str,
    claims: Iterable[str],
    rule: Rule | None,
    weight: float,
) -> pd.Series:
    known = witnesses[witnesses["claim_id"].isin(list(claims))]
    new = pd.DataFrame(further, columns=["claim_id", "techniques"]).assign(
        stance=stance, weight=weight, direct=True, reliability="official"
    )
    new["witness"] = [f"further {number}" for number in range(len(new))]
    return findings(pd.concat([known, new], ignore_index=True), claims, rule)["label"]
