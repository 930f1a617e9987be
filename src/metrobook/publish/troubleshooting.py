"""The page of troubleshooting: every message of the program, grouped by what one was doing."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from metrobook.language import translations
from metrobook.publish.messages import Message, all_messages
from metrobook.publish.wordings import tells
from metrobook.render.tables import html_table

ROOMS = {
    "commands": ("",),
    "founding": ("founding", "templates"),
    "settings": ("validation.settings",),
    "files": ("validation.package", "validation.report", "validation.passages", "consent"),
    "tables": ("validation.tables",),
    "layers": ("validation.layers",),
    "flows": ("validation", "commuting.faults", "commuting.reading", "commuting.files"),
    "analysis": ("coding.abduction", "coding.framework", "coding.adjudication"),
    "zones": ("imports.zone", "imports.borders", "imports.generalise"),
    "imports": ("imports",),
    "archives": ("exchange.archives", "exchange.tables", "exchange.text", "exchange.xml"),
    "codings": ("exchange", "publish.pseudonyms"),
    "running": ("execute",),
    "site": ("publish", "render"),
    "methods": ("coding", "collection", "commuting", "development", "linkage", "triangulation"),
}
"""Rooms of the page, each with the beginnings of the modules whose messages it holds.

A module belongs to the room that names the longest beginning of it, which may be empty.
"""


def troubleshooting(language: str) -> str:
    """Return all messages with a heading for each room; messages are in English as they appear."""
    by_room: dict[str, list[Message]] = {room: [] for room in ROOMS}
    for message in all_messages():
        if tells(message.says) or tells(message.advice):
            by_room[room_of(message.module)].append(message)
    titles = _titles(language)
    return "\n".join(
        _room(room, titles[room], found, language) for room, found in by_room.items() if found
    )


def room_of(module: str) -> str:
    """Return the room of the page in which the messages of a module stand.

    Examples
    --------
    >>> room_of("imports.zones"), room_of("imports.flows"), room_of("validation.tables")
    ('zones', 'imports', 'tables')
    >>> room_of("compendium")
    'commands'
    """
    beginnings = {name: room for room, names in ROOMS.items() for name in names}
    return beginnings[max((name for name in beginnings if module.startswith(name)), key=len)]


def _titles(language: str) -> dict[str, str]:
    _ = translations(language).gettext
    return {
        "commands": _("Commands and studies"),
        "founding": _("A new study"),
        "settings": _("Settings and codebook"),
        "files": _("Files of a study"),
        "tables": _("Tables"),
        "layers": _("Map layers"),
        "flows": _("Flows"),
        "analysis": _("Codings, syntheses and surprises"),
        "zones": _("Imports: zones"),
        "imports": _("Imports: flows, indicators, surveys and the rest"),
        "archives": _("Imports: files and archives"),
        "codings": _("Imports: codings, transcripts and names"),
        "running": _("Running a chapter"),
        "site": _("Figures, maps and the site"),
        "methods": _("Methods"),
    }


def _room(room: str, title: str, messages: list[Message], language: str) -> Markup:
    _ = translations(language).gettext
    listed = {
        _("The command stops and says"): _list(messages, "error", "warning"),
        _("The check lists a problem"): _problems(room, title, messages, language),
        _("An import says what it left out or changed"): _list(messages, "loss"),
    }
    blocks = (
        Markup("<h3>{}</h3>\n{}").format(heading, body) for heading, body in listed.items() if body
    )
    heading = Markup('<h2 id="troubleshooting-{}">{}</h2>\n').format(room, title)
    return heading + Markup("\n").join(blocks)


def _list(messages: list[Message], *kinds: str) -> Markup:
    said = dict.fromkeys(each.says for each in messages if each.kind in kinds)
    items = Markup("\n").join(Markup("<li>{}</li>").format(_lines(text)) for text in said)
    return Markup('<ul class="mb-items">\n{}\n</ul>').format(items) if said else Markup("")


def _lines(text: str) -> Markup:
    return Markup("<br>").join(line.strip() for line in text.splitlines() if line.strip())


def _problems(room: str, title: str, messages: list[Message], language: str) -> Markup:
    _ = translations(language).gettext
    pairs = dict.fromkeys(
        (each.says, each.advice or "–") for each in messages if each.kind == "problem"
    )
    if not pairs:
        return Markup("")
    frame = pd.DataFrame(
        [*pairs], columns=[_("What was expected, or what is wrong"), _("What to do")]
    )
    return Markup(html_table(frame, caption=title, id=f"problems-{room}", cards=True))
