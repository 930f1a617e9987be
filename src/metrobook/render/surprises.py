"""The abduction log as HTML: each surprise opens to its expectation, explanations and evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from markupsafe import Markup

ENTRY = Markup(
    '<details class="mb-surprise" id="surprise-{key}"><summary>{text} '
    '<span class="mb-meta">{key} · {status}</span></summary>{body}</details>'
)
PART = Markup("<p><strong>{}</strong> {}</p>")
RIVAL = Markup(
    '<li class="mb-rival mb-rival-{kind}"><p>{explanation} <span class="mb-meta">{status}</span>'
    "</p>{parts}</li>"
)

Items = Callable[[str], Markup]


def surprise_log(
    surprises: pd.DataFrame,
    rivals: pd.DataFrame,
    *,
    items: Items,
    quantities: Mapping[str, str],
    labels: Mapping[str, str],
) -> Markup:
    """Return the log as one ``details`` element per surprise; it works without a script.

    Parameters
    ----------
    surprises : pandas.DataFrame
        In the order to be shown: ``surprise_id``, ``evidence_ids``, ``status``, and as readers
        shall read them ``text``, ``expectation``, ``needed``, ``revision`` (missing where none).
    rivals : pandas.DataFrame
        ``surprise_id``, ``for_ids``, ``against_ids``, ``status``, and as readers shall read
        them ``explanation``, ``test``, ``reason``.
    items : callable
        From a cell of evidence ids to ready HTML, empty where none of the items is known.
    quantities : mapping
        Surprise to what its number says.
    labels : mapping
        ``expected``, ``shown_by``, ``measured``, ``rivals``, ``test``, ``for``, ``against``,
        ``none`` (no item on a side), ``reason``, ``needed``, ``revision``, and the name of every
        status.
    """
    return Markup("\n").join(
        ENTRY.format(
            key=row["surprise_id"],
            text=row["text"],
            status=labels[row["status"]],
            body=_body(row, rivals[rivals["surprise_id"] == row["surprise_id"]],
                       items, quantities, labels),
        )
        for row in surprises.to_dict("records")
    )  # fmt: skip


def _body(
    row: dict, rivals: pd.DataFrame, items: Items, quantities: Mapping[str, str],
    labels: Mapping[str, str],
) -> Markup:  # fmt: skip
    parts = [PART.format(labels["expected"], row["expectation"])]
    if shown := items(row["evidence_ids"]):
        parts.append(PART.format(labels["shown_by"], "") + shown)
    if row["surprise_id"] in quantities:
        parts.append(PART.format(labels["measured"], quantities[row["surprise_id"]]))
    listed = Markup("").join(_rival(rival, items, labels) for rival in rivals.to_dict("records"))
    if listed:
        parts.append(PART.format(labels["rivals"], "") + Markup("<ol>{}</ol>").format(listed))
    parts += [
        PART.format(labels[name], row[name])
        for name in ("needed", "revision")
        if isinstance(row[name], str)
    ]
    return Markup("").join(parts)


def _rival(rival: dict, items: Items, labels: Mapping[str, str]) -> Markup:
    shown = {
        side: items(ids) if isinstance(ids, str) else Markup("")
        for side, ids in (("for", rival["for_ids"]), ("against", rival["against_ids"]))
    }
    sides = [
        PART.format(labels[side], "" if found else labels["none"]) + found
        for side, found in shown.items()
    ]
    return RIVAL.format(
        kind=rival["status"],
        explanation=rival["explanation"],
        status=labels[rival["status"]],
        parts=Markup("").join(
            [
                PART.format(labels["test"], rival["test"]),
                *sides,
                PART.format(labels["reason"], rival["reason"]),
            ]
        ),
    )
