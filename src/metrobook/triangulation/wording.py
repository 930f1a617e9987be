"""Wording: sentences that choose their words by what was found, in the reader's language.

Every function takes ``_``, the translation of the chapter, and returns whole sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from metrobook.triangulation.findings import CONTRADICTED, LIMITED, MIXED, SUPPORTED, UNTESTABLE

RARE = 0.05
Translate = Callable[[str], str]

STANDING = (SUPPORTED, LIMITED)
CHALLENGED = (MIXED, CONTRADICTED)
STATUSES = (
    "borne out",
    "with limits",
    "in part, otherwise untested",
    "in part, otherwise mixed",
    "in part, otherwise contradicted",
    "mixed",
    "contradicted",
    "open",
)


def label_names(_: Translate) -> dict[str, str]:
    """Return the labels of verdicts as readers see them, from firmest support to open."""
    return {
        SUPPORTED: _("supported"),
        LIMITED: _("supported with limits"),
        MIXED: _("mixed"),
        CONTRADICTED: _("contradicted"),
        UNTESTABLE: _("not testable"),
    }


def stance_names(_: Translate) -> dict[str, str]:
    """Return the stances as readers see them."""
    return {
        "supports": _("supports"),
        "qualifies": _("qualifies"),
        "contradicts": _("contradicts"),
    }


def status(labels: Sequence[str]) -> str:
    """Return what the labels of the claims on one theme amount to.

    Returns
    -------
    str
        One of ``STATUSES``. Where every claim stands: ``borne out``, or ``with limits``. Where
        only some stand: ``in part, otherwise …``, with the worst verdict among the others, so
        that a contradicted claim stays visible. Where none stands: ``contradicted`` or
        ``mixed``, again by the worst verdict, or ``open`` (no claim could be tested).

    Examples
    --------
    >>> status(["supported", "supported with limits"]), status(["supported", "contradicted"])
    ('with limits', 'in part, otherwise contradicted')
    """
    if labels and all(label in STANDING for label in labels):
        return "with limits" if LIMITED in labels else "borne out"
    worst = next((label for label in (CONTRADICTED, MIXED) if label in labels), None)
    if any(label in STANDING for label in labels):
        return f"in part, otherwise {worst or 'untested'}"
    return worst or "open"


def opening(counts: Mapping[str, int], core: str, buffer: str, _: Translate) -> str:
    """Return the first sentence of the answer: how the claims fared as a whole.

    Parameters
    ----------
    counts : mapping of str to int
        Number of claims per label.
    core, buffer : str
        Names of the areas.
    """
    total = sum(counts.values())
    stands = sum(counts.get(label, 0) for label in STANDING)
    challenged = sum(counts.get(label, 0) for label in CHALLENGED)
    if counts.get(UNTESTABLE, 0) == total:
        text = _("No claim about {core} and {buffer} could be tested with what was collected.")
    elif 2 * counts.get(UNTESTABLE, 0) > total:
        text = _("Most claims about {core} and {buffer} cannot be tested.")
    elif 2 * stands > total:
        text = _("Most claims about {core} and {buffer} stand.")
    elif 2 * challenged > total:
        text = _("Most claims about {core} and {buffer} do not stand as stated.")
    else:
        text = _("The evidence on {core} and {buffer} is divided.")
    return text.format(core=core, buffer=buffer)


def quoted(names: Sequence[str], _: Translate) -> str:
    """Return names in quotation marks, separated by semicolons: they may hold commas and "and".

    Examples
    --------
    >>> quoted(["roads and rail", "water"], str)
    '“roads and rail”; “water”'
    """
    return "; ".join(_("“{name}”").format(name=name) for name in names)


def channel_sentences(channels: pd.DataFrame, _: Translate) -> list[str]:
    """Return one sentence per degree of support that occurs among the channels.

    Parameters
    ----------
    channels : pandas.DataFrame
        ``name`` (in the reader's language) and ``status``, as :func:`status` gives it.
    """
    sentences = {
        _("Supported: {channels}."): ["borne out"],
        _("Some support: {channels}."): ["with limits"],
        _("Partly supported: {channels}."): [name for name in STATUSES if "otherwise" in name],
        _("Evidence goes both ways: {channels}."): ["mixed"],
        _("Not borne out: {channels}."): ["contradicted"],
        _("Not testable: {channels}."): ["open"],
    }
    rests = {
        "in part, otherwise untested": _("“{name}” (otherwise not testable)"),
        "in part, otherwise mixed": _("“{name}” (otherwise mixed)"),
        "in part, otherwise contradicted": _("“{name}” (otherwise contradicted)"),
    }
    found = []
    for template, statuses in sentences.items():
        rows = channels[channels["status"].isin(statuses)]
        names = [
            rests.get(row.status, _("“{name}”")).format(name=row.name)
            for row in rows.itertuples(index=False)
        ]
        if names:
            found.append(template.format(channels="; ".join(names)))
    return found


def contradicted_sentence(shown: Sequence[str], every: int, _: Translate) -> str:
    """Return a sentence that names contradicted claims.

    Parameters
    ----------
    shown : sequence of str
        Texts of the claims to name, at least one.
    every : int
        Number of contradicted claims in all; says whether those shown are all of them.
    """
    if every > len(shown):
        text = _("Contradicted, among others: {claims}.")
    else:
        text = _("Contradicted: {claims}.")
    return text.format(claims=quoted(shown, _))


def tally(counts: Mapping[str, int], write: Callable[[int], str], _: Translate) -> str:
    """Return a sentence with the number of claims per label.

    Parameters
    ----------
    counts : mapping of str to int
        Number of claims per label.
    write : callable
        Writes a number as the language does.
    """
    some = _(
        "Of {total} claims, {supported} are supported, {limited} supported with limits, "
        "{mixed} mixed and {contradicted} contradicted; {untestable} cannot be tested with "
        "what was collected."
    )
    none = _(
        "Of {total} claims, none is supported without limits, {limited} are supported with "
        "limits, {mixed} are mixed and {contradicted} contradicted; {untestable} cannot be "
        "tested with what was collected."
    )
    text = some if counts.get(SUPPORTED, 0) else none
    keys = {"supported": SUPPORTED, "limited": LIMITED, "mixed": MIXED,
            "contradicted": CONTRADICTED, "untestable": UNTESTABLE}  # fmt: skip
    values = {key: write(counts.get(label, 0)) for key, label in keys.items()}
    return text.format(total=write(sum(counts.values())), **values)


def gap_sentence(
    trends: int,
    closed: int,
    beyond_most: int,
    chance: float | None,
    write: Callable[[int], str],
    _: Translate,
) -> str:
    """Return a sentence on whether the buffer came nearer to the core than chance allows.

    Parameters
    ----------
    trends : int
        Gaps between core and buffer that could be followed over time.
    closed : int
        Those that narrowed.
    beyond_most : int
        Those that narrowed more than in nine of ten other areas.
    chance : float or None
        Probability of at least as many by chance alone; None where no other area is known.
    write : callable
        Writes a number.
    """
    if chance is None:
        text = _(
            "Of {trends} gaps between buffer and core that could be followed, {closed} narrowed; "
            "whether that is more than elsewhere is not known."
        )
    elif beyond_most and chance <= RARE:
        text = _(
            "Of {trends} gaps between buffer and core that could be followed, {closed} narrowed; "
            "{most} did so more than in nine of ten other areas, which is more than chance brings."
        )
    elif beyond_most:
        text = _(
            "Of {trends} gaps between buffer and core that could be followed, {closed} narrowed; "
            "{most} did so more than in nine of ten other areas, as chance alone may bring."
        )
    else:
        text = _(
            "Of {trends} gaps between buffer and core that could be followed, {closed} narrowed; "
            "none of them stands out against the same gaps of other areas."
        )
    return text.format(trends=write(trends), closed=write(closed), most=write(beyond_most))


def levels_sentence(
    compared: int, ahead: int, behind: int, write: Callable[[int], str], _: Translate
) -> str:
    """Return a sentence on how the buffer stands against the core.

    Parameters
    ----------
    compared, ahead, behind : int
        Pairs of an indicator and a buffer area; those in which the buffer stands better, worse.
    """
    if behind > ahead:
        text = _(
            "Buffer and core were compared {compared} times, one indicator at a time: the buffer "
            "stands worse in {count}."
        )
    else:
        text = _(
            "Buffer and core were compared {compared} times, one indicator at a time: the buffer "
            "does not stand worse in {count}."
        )
    count = behind if behind > ahead else compared - behind
    return text.format(count=write(count), compared=write(compared))


def cooperation_sentences(
    agreements: int | None,
    naming: int | None,
    takeover: str | None,
    names: Mapping[str, str],
    write: Callable[[int], str],
    _: Translate,
) -> list[str]:
    """Return what is documented of the cooperation of core and buffer, at most two sentences.

    Parameters
    ----------
    agreements : int or None
        Agreements between the two that other sources than the examined paper document; None
        where no agreements were collected.
    naming : int or None
        Those whose subject names the programme.
    takeover : str or None
        Who says that the buffer took over software of the core: ``documented`` (such a source),
        ``claimed`` (only the examined paper), ``unsaid``; None where nothing was collected.
    names : mapping
        ``core``, ``buffer`` and ``programme`` as readers see them.
    write : callable
        Writes a number.
    """
    if agreements == 0 and takeover in ("claimed", "unsaid"):
        text = _(
            "Neither an agreement between {core} and {buffer} nor a transfer of software is "
            "documented."
        )
        return [text.format(**names)]
    sentences = []
    if agreements == 0:
        sentences.append(_("No agreement to which both are parties was found."))
    elif agreements and naming:
        text = _(
            "{count} agreements to which both are parties are documented; {naming} of them name "
            "{programme} as their subject."
        )
        sentences.append(text.format(**names, count=write(agreements), naming=write(naming)))
    elif agreements:
        text = _(
            "{count} agreements to which both are parties are documented; none of them names "
            "{programme} as its subject."
        )
        sentences.append(text.format(**names, count=write(agreements)))
    said = {
        "documented": _("That {buffer} took over software from {core} is documented."),
        "claimed": _("Only the examined paper says that {buffer} took over software from {core}."),
        "unsaid": _("No source says that {buffer} took over software from {core}."),
    }
    return [*sentences, *([said[takeover].format(**names)] if takeover else [])]


def mid_sentence(name: str) -> str:
    """Return a name as it stands within a sentence.

    Examples
    --------
    >>> mid_sentence("Shared services"), mid_sentence("ICT skills")
    ('shared services', 'ICT skills')
    """
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
