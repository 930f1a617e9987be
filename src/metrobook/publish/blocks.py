"""Values and blocks that pages of prose insert: answers, maps, status, colophon."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from typing import Any

import pandas as pd
from markupsafe import Markup

from metrobook.exchange.outgo import study_project
from metrobook.exchange.refi_write import refi_bytes
from metrobook.execute.run import executed_notebook
from metrobook.language import number, translations
from metrobook.publish.datasets import offered_files, project_file
from metrobook.publish.identity import identity
from metrobook.publish.templates import parts_table, templates
from metrobook.publish.troubleshooting import troubleshooting
from metrobook.render.notices import gap_html
from metrobook.render.tables import html_table
from metrobook.results import Results
from metrobook.steps import Step, all_steps
from metrobook.study import Study

SHOWN_PACKAGES = (
    "jupyter-book", "pandas", "geopandas", "folium", "statsmodels",
    "papermill", "snakemake", "frictionless", "matplotlib",
)  # fmt: skip


def substitutions(study: Study, language: str) -> dict[str, str]:
    """Return what ``{{ name }}`` stands for in the pages of a book.

    Texts of findings come from the results of the last step, so they change with the data.
    """
    results = {step.name: Results.read(study.id, language, step.name) for step in all_steps()}
    texts = {key: text for found in results.values() for key, text in found.texts.items()}
    period = study.settings["period"]
    nothing = translations(language).gettext(
        "With what was collected, nothing can be said here yet."
    )
    values = {
        **dict.fromkeys(("answer", "findings", "brief_link"), nothing),
        "study_title": study.title(language),
        "metro_name": study.text("metro", language),
        "question": study.text("question", language),
        "core_name": _names(study, "core", language),
        "buffer_name": _names(study, "buffer", language),
        "period": "–".join(dict.fromkeys(str(period[bound]) for bound in ("start", "end"))),
        "map_metro": _map_of_metro(results["05-commuting"], language),
        "brief": results["09-synthesis"].fragments.get("brief", ""),
        "citation": identity().citation,
        "atlas": _atlas(results, language),
        "downloads": downloads(study, language),
        "parts": parts_table(language),
        "templates": templates(study, language),
        "troubleshooting": troubleshooting(language),
        "status": status(results, language),
        "colophon": colophon(language),
    }
    return {key: _one_block(text) for key, text in (values | texts).items()}


def _names(study: Study, role: str, language: str) -> str:
    return ", ".join(study.name(code, language) for code in study.codes(role))


def _map_of_metro(found: Results, language: str) -> str:
    """Return the map of the metropolitan area, or why there is none."""
    _ = translations(language).gettext
    lacking = found.gaps.get("areas", _("The boundaries of the areas, so that there is no map."))
    return found.fragments.get("metro") or gap_html(lacking, _)


def _atlas(results: dict[str, Results], language: str) -> str:
    """Return all maps of a book, or why there is none."""
    maps = [
        fragment
        for found in results.values()
        for fragment in found.fragments.values()
        if 'class="mb-map"' in fragment
    ]
    return "\n".join(maps) or _map_of_metro(results["05-commuting"], language)


def downloads(study: Study, language: str) -> str:
    """Return a table of all data files of a study with size and licence."""
    _ = translations(language).gettext
    rows = [
        {
            _("File"): Markup('<a href="data/{0}" download>{0}</a>').format(
                item.path.relative_to(study.folder)
            ),
            _("What"): item.descriptor.get("title", item.name),
            _("Size (kB)"): number(item.path.stat().st_size / 1000, language, 1),
            _("Licence"): ", ".join(
                licence.get("title") or licence.get("name", "")
                for licence in item.descriptor.get("licenses", [])
            ),
        }
        for item in offered_files(study)
    ]
    if study.has("codings"):
        project = project_file(study)
        rows.append(
            {
                _("File"): Markup('<a href="data/{0}" download>{0}</a>').format(project),
                _("What"): _("Evidence, codebook and codings for programs of qualitative analysis"),
                _("Size (kB)"): number(len(refi_bytes(study_project(study))) / 1000, language, 1),
                _("Licence"): _("as the files above"),
            }
        )
    return html_table(
        pd.DataFrame(rows), caption=_("Data files of this study"), id="downloads",
        html_columns=(_("File"),), cards=True,
    )  # fmt: skip


def status(results: dict[str, Results], language: str) -> str:
    """Return a table of all notebooks: what each read, handed on and found missing."""
    _ = translations(language).gettext
    rows = [
        {
            _("Notebook"): Markup('<a href="{0}.html">{0}</a>').format(step.name),
            _("Cells run"): number(_cells_run(step, found), language),
            _("Numbers"): number(len(found.numbers), language),
            _("Figures, maps and tables"): number(len(found.fragments), language),
            _("Gaps"): ", ".join(sorted(found.gaps)) or "–",
            _("Reads results of"): ", ".join(step.needs) or "–",
        }
        for step, found in ((step, results[step.name]) for step in all_steps())
    ]
    return html_table(
        pd.DataFrame(rows), caption=_("All notebooks of this book ran to the end"), id="status",
        html_columns=(_("Notebook"),),
    )  # fmt: skip


def _cells_run(step: Step, found: Results) -> int:
    notebook = json.loads(
        executed_notebook(found.study, found.language, step.name).read_text(encoding="utf-8")
    )
    return sum(bool(cell.get("execution_count")) for cell in notebook["cells"])


def colophon(language: str) -> str:
    """Return a table of the software that made the book, without time or place."""
    _ = translations(language).gettext
    made = identity()
    rows = [(made.name, made.version), ("Python", ".".join(platform.python_version_tuple()[:2]))]
    rows += [(name, version(name)) for name in SHOWN_PACKAGES]
    frame = pd.DataFrame(rows, columns=[_("Software"), _("Version")])
    return html_table(frame, caption=_("Software that made this book"), id="colophon")


def _one_block(text: Any) -> str:
    """Return HTML without blank lines, which would end a block in Markdown."""
    return "\n".join(line.strip() for line in str(text).splitlines() if line.strip())
