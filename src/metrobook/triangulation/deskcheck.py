"""The desk check: a verdict in free words, read as a label so that it can be compared."""

from __future__ import annotations

import pandas as pd

from metrobook.triangulation.findings import CONTRADICTED, LIMITED, MIXED, SUPPORTED, UNTESTABLE

OPENINGS = (
    ("partly contradicted", MIXED),
    ("contradicted", CONTRADICTED),
    ("not supported", UNTESTABLE),
    ("not tested", UNTESTABLE),
    ("unverified", UNTESTABLE),
    ("plausible, not corroborated", UNTESTABLE),
    ("unclear", UNTESTABLE),
    ("confirmed", SUPPORTED),
    ("supported", SUPPORTED),
)


def desk_label(wording: str) -> str | None:
    """Return the label that the wording of a desk check amounts to, None where it has none.

    The opening words decide; a reservation after "confirmed" or "supported" makes it
    "supported with limits". "Not supported" means that no source was found, so it is read as
    not testable, not as contradicted.

    Examples
    --------
    >>> desk_label("confirmed, with earlier forerunners")
    'supported with limits'
    >>> desk_label("weak indicator") is None
    True
    """
    text = wording.strip().lower()
    for opening, label in OPENINGS:
        if text.startswith(opening):
            reserved = label == SUPPORTED and text != opening
            return LIMITED if reserved else label
    return None


def compare(labels: pd.Series, desk_checks: pd.DataFrame) -> pd.DataFrame:
    """Set the computed label of each claim beside its desk check.

    Parameters
    ----------
    labels : pandas.Series
        Computed labels, indexed by ``claim_id``.
    desk_checks : pandas.DataFrame
        ``claim_id``, ``evidence_en``, ``verdict_en``.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``claim_id``: ``label``, ``verdict_en``, ``evidence_en``, ``desk_label`` and
        ``comparison``: ``same``, ``differs``, ``not mapped`` (the wording fits no label) or
        ``no desk check``.
    """
    desk = desk_checks.set_index("claim_id")[["verdict_en", "evidence_en"]]
    table = labels.to_frame("label").join(desk)
    checked = table["verdict_en"].notna()
    table["desk_label"] = [desk_label(text) if isinstance(text, str) else None
                           for text in table["verdict_en"]]  # fmt: skip
    table["comparison"] = "differs"
    table.loc[table["label"] == table["desk_label"], "comparison"] = "same"
    table.loc[checked & table["desk_label"].isna(), "comparison"] = "not mapped"
    table.loc[~checked, "comparison"] = "no desk check"
    return table
