"""What a chapter had and what it lacks, and what that means for its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup

from metrobook.parts import Part, part
from metrobook.steps import Step
from metrobook.study import Study

UNFOLDED = 3

Translate = Callable[[str], str]


def inventory(step: Step, study: Study) -> list[tuple[Part, int]]:
    """Return the parts that a step declares to read, each with its number of rows or features."""
    tables = [part(name) for name in step.reads]
    layers = [part(name, "layer") for name in step.layers]
    return [(one, _size(one, study)) for one in (*tables, *layers)]


def _size(one: Part, study: Study) -> int:
    if one.kind == "layer":
        return len(study.layer(one.name)) if study.has_layer(one.name) else 0
    return len(study.codebook if one.kind == "codebook" else study.table(one.name))


def statement(
    sizes: list[tuple[Part, int]], join: Callable[[Iterable[str]], str], _: Translate
) -> Markup:
    """Return the sentences that open a chapter: what it had, what it lacks, what that means.

    Parameters
    ----------
    sizes : list of tuple
        Result of :func:`inventory`.
    join : callable
        Joins names as the language does.
    """
    had, lacks = ([one for one, size in sizes if bool(size) is there] for there in (True, False))
    names = [join(_(one.title) for one in some) for some in (had, lacks)]
    told = Markup("<p>{}</p>").format(_("This chapter had: {parts}.").format(parts=names[0]))
    if lacks:
        told += Markup("<p>{}</p>").format(_("It lacks: {parts}.").format(parts=names[1]))
        told += _meaning(lacks, _)
    return Markup('<div class="mb-had" role="note">{}</div>').format(told)


def _meaning(lacks: list[Part], _: Translate) -> Markup:
    """Say what each missing part means for the findings, folded where there are many."""
    line = Markup("<li><strong>{}.</strong> {}</li>")
    lines = Markup("").join(line.format(_(one.title), _(one.without)) for one in lacks)
    listed = Markup("<ul>{}</ul>").format(lines)
    if len(lacks) <= UNFOLDED:
        return listed
    head = _("What that means for the findings")
    return Markup("<details><summary>{}</summary>{}</details>").format(head, listed)
