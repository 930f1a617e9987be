"""A chapter: what a notebook shows to readers and hands on to later steps.

Everything shown is HTML with a twin: a figure or map with its caption, alternative text,
sources and data as CSV; a table with its CSV. All text that comes from data is escaped.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import pandas as pd
from IPython.display import HTML, display
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from metrobook import language as languages
from metrobook.compendium import StudyError
from metrobook.render import maps
from metrobook.render.inventory import inventory, statement
from metrobook.render.notices import gap_html, notice_html, notices
from metrobook.render.tables import html_table
from metrobook.render.theme import save_svg
from metrobook.results import Results
from metrobook.steps import find_step
from metrobook.study import Study

WIDE, NARROW = 7.6, 3.4
MAP_ASSETS = "../../../leaflet"

Draw = Callable[[float], Figure]


class Chapter:
    """One step of a study in one language, as it unfolds.

    Parameters
    ----------
    step : str
        Name of the step, for instance ``"05-commuting"``.
    study, language : str
        The papermill parameters of the notebook.

    Raises
    ------
    StudyError
        If the study does not exist or is not offered in the language.
    """

    def __init__(self, step: str, study: str, language: str):
        self.study = Study.load(study, language)
        self.step = find_step(step)
        self.language = language
        self.results = Results.begin(study, language, self.step.name)
        catalogue = languages.translations(language)
        self.gettext, self.ngettext = catalogue.gettext, catalogue.ngettext
        for notice in notices(self.study, language):
            self._show(notice_html(notice))

    def earlier(self, step: str) -> Results:
        """Return the results of an earlier step, which the notebook must have declared.

        Raises
        ------
        StudyError
            If the notebook does not declare to need that step, or it has not been run.
        """
        if step not in self.step.needs:
            raise StudyError(
                f"notebooks/{self.step.notebook.name} reads results of {step} without declaring "
                f'it: add "{step}" to "needs" in its metadata.'
            )
        return Results.read(self.study.id, self.language, step)

    def local(self, frame: pd.DataFrame, column: str) -> pd.Series:
        """Return a column in the chapter's language, falling back to English row by row."""
        english = frame[f"{column}_en"]
        own = f"{column}_{self.language}"
        return frame[own].fillna(english) if own in frame else english

    def join(self, names: Iterable[str]) -> str:
        """Join names as the language does, an en dash where there is none."""
        listed = list(names)
        return languages.listed(listed, self.language) if listed else "–"

    def place_name(self, role: str) -> str:
        """Name the areas of a role, or the area that holds them all where there are many."""
        areas = self.study.areas
        own, others = areas[areas["role"] == role], areas[~areas["role"].isin([role, ""])]
        parents = own["parent_code"].dropna().unique()
        if len(own) > 2 and len(parents) == 1 and parents[0] not in set(others["parent_code"]):
            return self.study.name(parents[0], self.language)
        return self.join(self.study.name(code, self.language) for code in self.study.codes(role))

    def format(self, value: float, decimals: int = 0) -> str:
        """Write a number as the language writes it, an en dash where it is missing."""
        return "–" if pd.isna(value) else languages.number(value, self.language, decimals)

    def format_share(self, share: float, decimals: int = 0) -> str:
        """Write a share of one as a percentage, an en dash where it is missing."""
        return "–" if pd.isna(share) else languages.percent(share, self.language, decimals)

    def number(self, key: str, value: float, decimals: int = 0, unit: str = "") -> str:
        """Record a number under a key and return how it is written."""
        return self._record(key, value, self.format(value, decimals), unit)

    def percent(self, key: str, share: float, decimals: int = 1) -> str:
        """Record a share of one under a key and return it as a percentage."""
        return self._record(key, share, self.format_share(share, decimals), "share")

    def year(self, key: str, year: int) -> str:
        """Record a year under a key and return it: years have no thousands separator."""
        return self._record(key, int(year), str(int(year)), "year")

    def _record(self, key: str, value: float, text: str, unit: str) -> str:
        plain = None if pd.isna(value) else value.item() if hasattr(value, "item") else value
        self.results.numbers[key] = {"value": plain, "text": text, "unit": unit}
        return text

    def cite(self, *source_ids: str) -> Markup:
        """Return links to the source register, as publisher and year."""
        return Markup("; ").join(self._citation(source_id) for source_id in source_ids)

    def _citation(self, source_id: str) -> Markup:
        source = self.study.source(source_id)
        label = " ".join(
            str(part) for part in (source["publisher"], source["year"]) if pd.notna(part)
        )
        return Markup('<a class="mb-cite" href="02-collection.html#source-{}">{}</a>').format(
            source_id, label
        )

    def say(self, template: str, **values: Any) -> None:
        """Show a paragraph; values are put in escaped, markup of the template is kept."""
        self._show(Markup("<p>{}</p>").format(Markup(template).format(**values)))

    def heading(self, title: str) -> None:
        """Show a heading within a section, where it depends on the data whether it is there."""
        self._show(Markup("<h4>{}</h4>").format(title))

    def finding(self, template: str, key: str, **values: Any) -> None:
        """Show a paragraph as a key finding and record it as a text for later steps."""
        text = Markup(template).format(**values)
        self.results.texts[key] = str(text)
        self._show(Markup('<p class="mb-finding" id="{}">{}</p>').format(key, text))

    def text(self, key: str, template: str, **values: Any) -> str:
        """Record a text for later steps without showing it."""
        self.results.texts[key] = str(Markup(template).format(**values))
        return self.results.texts[key]

    def gap(self, table: str, sentence: str) -> None:
        """Show what was not collected and what it would have shown, and record it."""
        self.results.gaps[table] = sentence
        self._show(gap_html(sentence, self.gettext))

    def figure(
        self,
        name: str,
        draw: Draw,
        *,
        caption: str,
        alt: str,
        sources: list[str] | None = None,
        data: pd.DataFrame,
    ) -> None:
        """Show a figure, drawn once for wide pages and once for phones.

        Parameters
        ----------
        name : str
            Identifies the figure within the chapter.
        draw : callable
            Takes a width in inches and returns a figure of that width.
        caption : str
            States the finding.
        alt : str
            Says what the picture shows to someone who cannot see it.
        sources : list of str
            Identifiers in the source register.
        data : pandas.DataFrame
            What is drawn; offered as CSV.
        """
        self._fragment(
            name,
            Markup('<figure class="mb-figure" id="figure-{}">{}{}</figure>').format(
                name, self.picture(name, draw, alt), self._caption(name, caption, sources, data)
            ),
        )

    def map(
        self,
        name: str,
        interactive: Any,
        *,
        static: Draw,
        caption: str,
        alt: str,
        sources: list[str] | None = None,
        data: pd.DataFrame,
    ) -> None:
        """Show an interactive map with its static twin and its data table.

        The parameters are those of :meth:`figure`; ``interactive`` is a folium map and
        ``static`` draws its twin with the same classes.
        """
        page = maps.map_html(
            interactive,
            title=alt,
            language=languages.text_language(self.language),
            assets=MAP_ASSETS,
        )
        path = self.results.add_file("maps", f"{name}.html", page)
        frame = Markup('<iframe class="mb-map" title="{}" loading="lazy" {}></iframe>').format(
            alt, self._frame_source(path, page)
        )
        static_twin = Markup("<details><summary>{}</summary>{}</details>").format(
            self.gettext("Map as a picture"), self.picture(name, static, alt)
        )
        table = Markup("<details><summary>{}</summary>{}</details>").format(
            self.gettext("Map as a table"), self._html_table(name, data, alt)
        )
        self._fragment(
            name,
            Markup('<figure class="mb-figure" id="figure-{}">{}{}{}{}</figure>').format(
                name, frame, self._caption(name, caption, sources, data), static_twin, table
            ),
        )

    def table(
        self,
        name: str,
        frame: pd.DataFrame,
        *,
        caption: str,
        sources: list[str] | None = None,
        fold: bool = False,
        html_columns: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        """Show a table with its CSV.

        Parameters
        ----------
        frame : pandas.DataFrame
            Columns named as readers shall see them.
        fold : bool
            Show only the caption until the reader opens it.
        html_columns : tuple of str
            Columns that hold ready HTML, such as citations; all others are escaped.
        options
            Passed to :func:`metrobook.render.tables.html_table`.
        """
        plain = frame.copy()
        for column in html_columns:
            plain[column] = [Markup(text).striptags() for text in plain[column]]
        body = self._html_table(name, frame, caption, html_columns, **options)
        if fold:
            body = Markup("<details><summary>{}</summary>{}</details>").format(caption, body)
        self.block(name, body, data=plain, sources=sources)

    def block(
        self, name: str, html: Markup, *, data: pd.DataFrame, sources: list[str] | None = None
    ) -> None:
        """Show ready HTML that :mod:`metrobook.render` made, with its CSV."""
        foot = self._foot(name, self.cite(*sources) if sources else None, data)
        self._fragment(
            name,
            Markup('<div class="mb-table" id="table-{}">{}{}</div>').format(name, html, foot),
        )

    def download(self, name: str, content: bytes, title: str) -> Markup:
        """Keep a file for readers and return a link to it."""
        url = self._url(self.results.add_file("forms", name, content))
        return Markup('<a href="{}" download>{}</a>').format(url, title)

    def data_used(self) -> None:
        """Show what the chapter had, what it lacks and what that means, and the numbers of rows."""
        _ = self.gettext
        sizes = inventory(self.step, self.study)
        self._show(statement(sizes, self.join, _))
        rows = [
            (_(one.title), self.format(size) if size else _("not collected")) for one, size in sizes
        ]
        frame = pd.DataFrame(rows, columns=[_("Table or layer"), _("Rows")])
        self.table("data_used", frame, caption=_("Data that this chapter reads"), fold=True)

    def hand_on(self) -> None:
        """Write the results and show the numbers that later steps may use.

        Raises
        ------
        StudyError
            If the notebook read a table or layer that it does not declare.
        """
        undeclared = sorted(self.study.used - {*self.step.reads, *self.step.layers})
        if undeclared:
            raise StudyError(
                f"notebooks/{self.step.notebook.name} reads {', '.join(undeclared)} without "
                'declaring it: add it to "reads" or "layers" in its metadata.'
            )
        _ = self.gettext
        rows = [
            (key, item["text"], item["unit"]) for key, item in sorted(self.results.numbers.items())
        ]
        frame = pd.DataFrame(rows, columns=[_("Result"), _("Value"), _("Unit")])
        if rows:
            self.table("results", frame, caption=_("Numbers handed on"), fold=True)
        else:
            self.say(_("This chapter hands on no number."))
        self.results.save()

    @cached_property
    def _by_hand(self) -> bool:
        return "METROBOOK_SITE" not in os.environ

    def _show(self, html: Markup) -> None:
        display(HTML(str(html)))

    def _fragment(self, name: str, html: Markup) -> None:
        self.results.fragments[name] = str(html)
        self._show(html)

    def _url(self, path: str) -> str:
        return f"files/{self.step.name}/{path}"

    def picture(self, name: str, draw: Draw, alt: str) -> Markup:
        """Keep a picture, drawn for pages and for phones, and return the HTML that shows it."""
        urls = {}
        for suffix, width in (("", WIDE), ("-narrow", NARROW)):
            svg = save_svg(draw(width))
            path = self.results.add_file("figures", f"{name}{suffix}.svg", svg)
            urls[suffix] = _data_url(svg) if self._by_hand else self._url(path)
        return Markup(
            '<picture><source media="(max-width: 600px)" srcset="{}">'
            '<img src="{}" alt="{}" loading="lazy"></picture>'
        ).format(urls["-narrow"], urls[""], alt)

    def _frame_source(self, path: str, page: str) -> Markup:
        if not self._by_hand:
            return Markup('src="{}"').format(self._url(path))
        return Markup('srcdoc="{}"').format(maps.inline_assets(page, MAP_ASSETS))

    def _html_table(
        self,
        name: str,
        frame: pd.DataFrame,
        caption: str,
        html_columns: tuple[str, ...] = (),
        **options: Any,
    ) -> Markup:
        return Markup(
            html_table(frame, caption=caption, id=name, html_columns=html_columns, **options)
        )

    def _caption(
        self, name: str, caption: str, sources: list[str] | None, data: pd.DataFrame
    ) -> Markup:
        own = Markup('<a href="data.html">{}</a>').format(
            self.gettext("computed from the data of this study")
        )
        cited = self.cite(*sources) if sources else own
        return Markup("<figcaption><p>{}</p>{}</figcaption>").format(
            escape(caption), self._foot(name, cited, data)
        )

    def _foot(self, name: str, cited: Markup | None, data: pd.DataFrame) -> Markup:
        url = self._url(self.results.add_table(name, data))
        link = Markup('<a href="{}" download>{}</a>').format(url, self.gettext("Data (CSV)"))
        source = Markup("{}: {} · ").format(self.gettext("Source"), cited) if cited else ""
        return Markup('<p class="mb-source">{}{}</p>').format(source, link)


def _data_url(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
