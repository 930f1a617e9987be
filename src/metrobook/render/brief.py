"""Brief: the answer for those who decide, on two printed pages and as a page of the book."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import typst
from markupsafe import Markup, escape

from metrobook.render.tables import html_table
from metrobook.render.theme import INK, MUTED, ROLE_COLOURS, RULE, STANCE_COLOURS, tint

TEMPLATE = Path(__file__).with_name("brief.typ")
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
ACCESSIBLE = "ua-1"
"""PDF/UA: tagged, titled, with its language and every picture described."""
UNSHOWN = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories: control characters, halves of characters, line and paragraph breaks."""
BYTE_ORDER_MARKS = "\ufeff\ufffe"
PAGES = 2
SIZES = (9.6, 9.2, 8.8)
"""Points; the text of tables is a tenth smaller."""

COLOURS = STANCE_COLOURS | {
    "ink": INK,
    "muted": MUTED,
    "rule": RULE,
    "accent": ROLE_COLOURS["core"],
    "tinted": tint(ROLE_COLOURS["core"], 0.06),
}


@dataclass(frozen=True)
class Verdict:
    """How a finding came out.

    Attributes
    ----------
    label : str
        As readers see it, for instance "supported with limits".
    stance : str
        A key of :data:`metrobook.render.theme.STANCE_COLOURS`: the colour beside the label.
    confidence : str
        For instance "low confidence"; may be empty.
    """

    label: str
    stance: str
    confidence: str

    def __post_init__(self) -> None:
        if self.stance not in STANCE_COLOURS:
            raise ValueError(
                f"The finding “{self.label}” has the stance “{self.stance}”; "
                f"expected one of: {', '.join(STANCE_COLOURS)}."
            )


@dataclass(frozen=True)
class Finding(Verdict):
    """A finding in one sentence."""

    text: str


@dataclass(frozen=True)
class ChannelRow(Verdict):
    """A factor or channel of influence: a statistic with its interval and what offices said."""

    name: str
    statistic: str
    said: str


@dataclass(frozen=True)
class Recommendation:
    """What a government should do, who would act, and how urgent it is."""

    to: str
    text: str
    actors: str
    priority: str


@dataclass(frozen=True)
class Brief:
    """The content of a policy brief: plain text, in the language of its readers.

    Empty lists and texts drop their section.

    Attributes
    ----------
    headings : mapping
        As :func:`headings` gives them.
    map_svg, map_text : str
        A map some 3.4 inches wide and what it shows; may be empty.
    """

    language: str
    title: str
    subtitle: str
    answer_sentence: str
    answer_paragraph: str
    headings: Mapping[str, str]
    findings: Sequence[Finding] = ()
    channels: Sequence[ChannelRow] = ()
    recommendations: Sequence[Recommendation] = ()
    evidence_wanted: Sequence[str] = ()
    limits: Sequence[str] = ()
    sources_note: str = ""
    address: str = ""
    map_svg: str = field(default="", repr=False)
    map_text: str = ""

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError("The brief has no title: give it the name of the study.")
        if self.map_svg and not self.map_text.strip():
            raise ValueError(
                "The map of the brief has no description: say in map_text what it shows, for "
                "readers who cannot see it."
            )


def headings(_: Callable[[str], str]) -> dict[str, str]:
    """Return the headings of a brief in the language of the translation ``_``."""
    return {
        "kind": _("Policy brief"),
        "findings": _("What was found"),
        "channels": _("How the core may act on its surroundings"),
        "channel": _("Factor or channel"),
        "statistic": _("Statistic"),
        "said": _("What offices said"),
        "finding": _("Finding and confidence"),
        "recommendations": _("Recommendations"),
        "to": _("To"),
        "recommendation": _("Recommendation"),
        "actors": _("Who acts"),
        "priority": _("Priority"),
        "evidence_wanted": _("Evidence worth collecting next"),
        "limits": _("Limits"),
        "sources": _("Sources"),
    }


def brief_pdf(brief: Brief) -> bytes:
    """Return a brief as an accessible PDF on A4; the same brief gives the same bytes.

    The largest type is chosen with which the brief fits on two pages. One that fits with none
    runs on over further pages.
    """
    attempts = [_compiler(brief, size) for size in SIZES]
    fitting = (attempt for attempt in attempts if _pages(attempt) <= PAGES)
    return next(fitting, attempts[0]).compile(format="pdf", pdf_standards=ACCESSIBLE)


def _compiler(brief: Brief, size: float) -> typst.Compiler:
    content = asdict(brief) | {"colours": COLOURS}
    drawn = content.pop("map_svg")
    return typst.Compiler(
        TEMPLATE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"brief": json.dumps(_printable(content)), "map": drawn, "size": str(size)},
    )


def _pages(compiler: typst.Compiler) -> int:
    return int(compiler.query("<pages>", field="value", one=True))


def _printable(content: Any) -> Any:
    """Write one space for line breaks and for characters that no page can show."""
    if isinstance(content, str):
        return re.sub(" +", " ", "".join(map(_shown, content))).strip()
    if isinstance(content, Mapping):
        return {key: _printable(value) for key, value in content.items()}
    return [_printable(value) for value in content]


def _shown(sign: str) -> str:
    hidden = unicodedata.category(sign) in UNSHOWN or sign in BYTE_ORDER_MARKS
    return " " if hidden else sign


def brief_html(brief: Brief) -> Markup:
    """Return a brief as the sections of a page, all text escaped.

    The page brings the first heading. Findings carry the classes ``mb-stance`` and
    ``mb-stance-<stance>``; tables turn into cards on phones.
    """
    named = brief.headings
    parts = [
        _paragraph(brief.subtitle, "mb-brief-question"),
        _paragraph(brief.answer_sentence, "mb-finding"),
        _picture(brief),
        _paragraph(brief.answer_paragraph),
        _section("findings", named, _findings(brief.findings)),
        _section("channels", named, _channels(brief)),
        _section("recommendations", named, _recommendations(brief)),
        _section("evidence_wanted", named, _items(brief.evidence_wanted)),
        _section("limits", named, _items(brief.limits)),
        _section("sources", named, _paragraph(brief.sources_note)),
        _paragraph(brief.address, "mb-meta"),
    ]
    return Markup('<div class="mb-brief" lang="{}">\n{}\n</div>').format(
        brief.language, Markup("\n").join(part for part in parts if part)
    )


def _section(key: str, named: Mapping[str, str], body: Markup) -> Markup:
    if not body:
        return body
    return Markup(
        '<section aria-labelledby="brief-{key}">\n<h2 id="brief-{key}">{heading}</h2>\n'
        "{body}\n</section>"
    ).format(key=key.replace("_", "-"), heading=named[key], body=body)


def _paragraph(text: str, name: str = "") -> Markup:
    if not text:
        return Markup("")
    kind = Markup(' class="{}"').format(name) if name else ""
    return Markup("<p{}>{}</p>").format(kind, text)


def _items(texts: Sequence[str]) -> Markup:
    if not texts:
        return Markup("")
    items = Markup("\n").join(Markup("<li>{}</li>").format(text) for text in texts)
    return Markup('<ul class="mb-brief-items">\n{}\n</ul>').format(items)


def _verdict(found: Verdict) -> Markup:
    label = Markup('<strong class="mb-stance mb-stance-{}">{}</strong>').format(
        found.stance.replace(" ", "-"), found.label
    )
    sure = Markup(' <span class="mb-meta">({})</span>').format(found.confidence)
    return label + sure if found.confidence else label


def _findings(findings: Sequence[Finding]) -> Markup:
    return _items([Markup("{}<br>{}").format(found.text, _verdict(found)) for found in findings])


def _channels(brief: Brief) -> Markup:
    keys = ("channel", "statistic", "said", "finding")
    rows = [(row.name, row.statistic, row.said, _verdict(row)) for row in brief.channels]
    return _table("channels", keys, rows, brief.headings)


def _recommendations(brief: Brief) -> Markup:
    keys = ("to", "recommendation", "actors", "priority")
    rows = [(row.to, row.text, row.actors, row.priority) for row in brief.recommendations]
    return _table("recommendations", keys, rows, brief.headings)


def _table(
    name: str, keys: Sequence[str], rows: Sequence[tuple], named: Mapping[str, str]
) -> Markup:
    if not rows:
        return Markup("")
    frame = pd.DataFrame([map(escape, row) for row in rows], columns=[named[key] for key in keys])
    return Markup(
        html_table(
            frame, caption=named[name], id=f"brief-{name}", html_columns=tuple(frame), cards=True
        )
    )


def _picture(brief: Brief) -> Markup:
    if not brief.map_svg:
        return Markup("")
    drawn = base64.b64encode(brief.map_svg.encode()).decode()
    return Markup('<img class="mb-brief-map" src="data:image/svg+xml;base64,{}" alt="{}">').format(
        drawn, brief.map_text
    )
