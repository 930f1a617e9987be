"""The page of data templates: what each part adds, its columns, and where such data are found."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from metrobook.compendium import columns, schema, table_names
from metrobook.language import locale, translations
from metrobook.parts import Part, all_parts
from metrobook.render.tables import html_table
from metrobook.study import Study
from metrobook.templates import template_csv

TEMPLATES = "templates"
OF_LANGUAGE = re.compile(r" \((English|Indonesian|[a-z]{2,3})\)$")


def write_templates(study: Study, target: Path) -> None:
    """Write an empty CSV for every table, with the columns for the languages of a study."""
    target.mkdir(parents=True)
    for table in table_names():
        text = template_csv(table, study.languages)
        (target / f"{table}.csv").write_text(text, encoding="utf-8", newline="\n")


def templates(study: Study, language: str) -> str:
    """Return every part of a study as a folded block with the anchor ``template-<name>``.

    Layers have the anchor ``template-layer-<name>``.
    """
    headings = _headings(language)
    order = [*headings, *(part.group for part in all_parts())]
    parts = sorted(all_parts(), key=lambda part: order.index(part.group))
    return "\n".join(
        Markup('<h2 id="templates-{}">{}</h2>\n{}').format(
            group or "top",
            headings.get(group, group),
            Markup("\n").join(_block(part, study, language) for part in members),
        )
        for group, members in groupby(parts, key=lambda part: part.group)
    )


def parts_table(language: str) -> str:
    """Return what the book gains by each part, with a link to the template of it."""
    _ = translations(language).gettext
    link = Markup('<a href="templates.html#{}">{}</a>')
    rows = [(link.format(anchor(part), _(part.title)), _(part.adds)) for part in all_parts()]
    columns_of = [_("You bring"), _("The book gains")]
    return html_table(
        pd.DataFrame(rows, columns=columns_of), caption=_("What each part adds to the book"),
        id="parts", html_columns=columns_of[:1], cards=True,
    )  # fmt: skip


def _headings(language: str) -> dict[str, str]:
    _ = translations(language).gettext
    return {
        "": _("Areas and sources"),
        "indicators": _("Indicators"),
        "commuting": _("Commuting"),
        "evidence": _("Evidence"),
        "collection": _("Collection instruments"),
        "paper": _("Claims and theory"),
        "layers": _("Map layers"),
    }


def anchor(part: Part) -> str:
    """Return the anchor of a part on the page.

    Examples
    --------
    >>> from metrobook.parts import part
    >>> anchor(part("areas")), anchor(part("areas", "layer"))
    ('template-areas', 'template-layer-areas')
    """
    kind = "layer-" if part.kind == "layer" else ""
    return f"template-{kind}{part.name}"


def _block(part: Part, study: Study, language: str) -> Markup:
    _ = translations(language).gettext
    title = _(part.title)
    described = schema(part.name)["description"] if part.kind == "table" else ""
    fields = list(part.properties) or columns(part.name, study.languages)
    table = html_table(
        pd.DataFrame([_row(field, language) for field in fields]),
        caption=title, id=anchor(part), html_columns=(_("Column"),), cards=True,
    )  # fmt: skip
    return Markup(
        '<details class="mb-template" id="{}"><summary><strong>{}</strong> <code>{}</code> {}'
        "</summary>\n<p>{} {}</p>\n{}\n{}\n{}\n</details>"
    ).format(
        anchor(part), title, part.name, _(part.adds), described and _(described), _(part.without),
        _where(part, language), _file(part, language), Markup(table),
    )  # fmt: skip


def _row(field: dict[str, Any], language: str) -> dict[str, Any]:
    _ = translations(language).gettext
    required = field.get("constraints", {}).get("required")
    return {
        _("Column"): Markup("<code>{}</code><br>{}").format(
            field["name"], column_title(field, language)
        ),
        _("Meaning"): field["description"],
        _("What may stand there"): _content(field, language),
        _("Unit"): field.get("unit", "–"),
        _("Example"): str(field.get("example", "–")),
        _("Required"): _("yes") if required else _("no"),
    }


def column_stem(field: dict[str, Any]) -> str:
    """Return the title of a column without the language that its texts are written in."""
    return OF_LANGUAGE.sub("", field["title"])


def column_title(field: dict[str, Any], language: str) -> str:
    """Return the title of a column; that of a text names the language it is written in.

    Examples
    --------
    >>> column_title({"name": "name_id", "title": "Name (Indonesian)"}, "en")
    'Name (Indonesian)'
    """
    stem = column_stem(field)
    title = translations(language).gettext(stem)
    if stem == field["title"]:
        return title
    code = field["name"].rsplit("_", 1)[1]
    written = locale(code).get_display_name(locale(language))
    return f"{title} ({written})"


def _content(field: dict[str, Any], language: str) -> str:
    _ = translations(language).gettext
    if words := field.get("constraints", {}).get("enum"):
        return _("one of: {words}").format(words=", ".join(words))
    kinds = {
        "string": _("text"),
        "integer": _("whole number"),
        "number": _("number"),
        "date": _("date"),
        "boolean": "true, false",
    }
    return kinds[field.get("type", "string")]


def _where(part: Part, language: str) -> Markup:
    _ = translations(language).gettext
    if part.made:
        return Markup("<p>{}</p>").format(_(part.made))
    places = {
        "eu": _("European Union"),
        "uk": _("United Kingdom"),
        "us": _("United States"),
        "id": _("Indonesia"),
        "br": _("Brazil"),
    }
    link = Markup('<a href="{0.url}">{0.text}</a>')
    items = (
        Markup("<li>{}: {}</li>").format(
            places[place], Markup("; ").join(link.format(offer) for offer in offers)
        )
        for place, offers in part.found.items()
    )
    return Markup("<p>{}</p><ul>{}</ul>").format(
        _("Such data are found here:"), Markup("").join(items)
    )


def _file(part: Part, language: str) -> Markup:
    _ = translations(language).gettext
    place = Markup("<code>{}</code>")
    folder = f"{part.group}/" if part.group else ""
    if part.kind == "table":
        link = Markup('<a href="{0}/{1}.csv" download>{1}.csv</a>').format(TEMPLATES, part.name)
        text = Markup(_("The file is {path}. Template with an example line: {link}."))
        return Markup("<p>{}</p>").format(
            text.format(path=place.format(f"{folder}{part.name}.csv"), link=link)
        )
    if part.kind == "codebook":
        text = Markup(_("The file is {path}: categories, and within each its codes."))
        return Markup("<p>{}</p>").format(text.format(path=place.format(f"{folder}codebook.yml")))
    sentences = {
        "polygons": _("The file is {path}: polygons in longitude and latitude."),
        "lines": _("The file is {path}: lines in longitude and latitude."),
        "points": _("The file is {path}: points in longitude and latitude."),
    }
    text = Markup(sentences[part.geometry])
    return Markup("<p>{}</p>").format(
        text.format(path=place.format(f"{folder}{part.name}.geojson"))
    )
