"""Answers: what the findings together say to the research question, in a sentence and at length.

Every function takes ``_``, the translation of the chapter; the words follow the labels, so that
an answer cannot say what its findings do not.
"""

from __future__ import annotations

from collections.abc import Sequence

from metrobook.triangulation.wording import Translate, quoted, status

SIDES = {
    "borne out": "supports",
    "with limits": "supports",
    "in part, otherwise untested": "supports",
    "in part, otherwise mixed": "qualifies",
    "in part, otherwise contradicted": "qualifies",
    "mixed": "qualifies",
    "contradicted": "contradicts",
    "open": "not collected",
}
"""Which stance a status amounts to, for the colour beside it."""


def side_of(labels: Sequence[str]) -> str:
    """Return the stance that the findings on one claim or several amount to.

    Examples
    --------
    >>> side_of(["supported with limits"]), side_of(["supported", "contradicted"])
    ('supports', 'qualifies')
    """
    return SIDES[status(labels)]


def answer_sentence(
    standing: Sequence[str], marked: int | None, core: str, buffer: str, _: Translate
) -> str:
    """Return the answer to the research question in one sentence.

    Parameters
    ----------
    standing : sequence of str
        Texts of the claims on factors and channels that are supported, with or without limits.
    marked : int or None
        Results in which the buffer moved with the core, or changed after a programme started,
        more than other areas did; None where nothing was there to compare with.
    core, buffer : str
    """
    if standing and marked is None:
        text = _(
            "Of what is said to tie {buffer} to {core}, the evidence bears out, at least with "
            "limits: {claims}; whether the development of one moves the other could not be "
            "compared with other areas."
        )
    elif standing and marked:
        text = _(
            "Of what is said to tie {buffer} to {core}, the evidence bears out, at least with "
            "limits: {claims}; some figures of {buffer} stand out against those of other areas."
        )
    elif standing:
        text = _(
            "Of what is said to tie {buffer} to {core}, the evidence bears out, at least with "
            "limits: {claims}; no figure shows that the development of {core} moves that of "
            "{buffer}, but only large changes could have been seen."
        )
    elif marked:
        text = _(
            "No tie that is said to bind {buffer} to {core} is borne out by what was collected, "
            "though some figures of {buffer} stand out against those of other areas."
        )
    else:
        text = _(
            "No tie that is said to bind {buffer} to {core} is borne out by what was collected, "
            "and no figure shows that the development of one moves the other."
        )
    return text.format(core=core, buffer=buffer, claims=quoted(standing, _))


def status_sentence(status: str, _: Translate) -> str:
    """Return what the claims of a factor or channel amount to, as a sentence."""
    sentences = {
        "borne out": _("It is supported."),
        "with limits": _("It is supported, with limits."),
        "in part, otherwise untested": _("Part of it is supported; the rest could not be tested."),
        "in part, otherwise mixed": _("Part of it is supported; elsewhere the evidence is mixed."),
        "in part, otherwise contradicted": _("Part of it is supported, part contradicted."),
        "mixed": _("The evidence on it is mixed."),
        "contradicted": _("What was collected contradicts it."),
        "open": _("It could not be tested with what was collected."),
    }
    return sentences[status]
