"""The site: one Jupyter Book per study and language, rendered without execution."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from markupsafe import Markup

from metrobook.compendium import project_root, read_yaml
from metrobook.execute.books import books, studies
from metrobook.execute.run import executed_notebook
from metrobook.language import language_name, text_direction, text_language, translations
from metrobook.publish.blocks import substitutions
from metrobook.publish.datasets import copy_data, write_dataset_pages
from metrobook.publish.identity import identity
from metrobook.publish.templates import TEMPLATES, write_templates
from metrobook.render.icon import ICON
from metrobook.render.notices import notices
from metrobook.results import results_folder
from metrobook.steps import all_steps
from metrobook.study import Study

JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))
SHOWN = ("figures", "maps", "tables", "forms")
FAVICON = "_static/icon.svg"
LEAFLET = ("leaflet.js", "leaflet.css")


class SiteError(Exception):
    """A book that could not be rendered; the message is what Jupyter Book said."""


@dataclass(frozen=True)
class Book:
    """One book: a study in a language.

    The book of the site's first study in its first language stands at the root of the site.
    """

    study: str
    language: str

    @property
    def base(self) -> str:
        """Path of the book within the site: ``""``, ``"id/"``, ``"jabodetabek/"``, …"""
        study = "" if self.study == studies()[0] else f"{self.study}/"
        first = _languages(self.study)[0]
        return study if self.language == first else f"{study}{self.language}/"

    @property
    def folder(self) -> Path:
        return project_root() / "_build" / "sites" / self.study / self.language

    def link_to(self, other: Book) -> str:
        """Return the relative address of another book's folder from this one."""
        return "../" * self.base.count("/") + other.base


def _languages(study: str) -> list[str]:
    return [language for each, language in books() if each == study]


def all_books() -> list[Book]:
    """Return all books of the site, the root first."""
    return [Book(*book) for book in books()]


def build_site(study: str, language: str) -> None:
    """Render the book of a study in a language into ``_build/sites/<study>/<language>/html``.

    Raises
    ------
    SiteError
        If Jupyter Book fails or warns: warnings are errors.
    """
    book = Book(study, language)
    built = book.folder / "built"
    try:
        html = render(stage(book), built)
    except SiteError as error:
        raise SiteError(f"The book of {study} in {language} has faults:\n{error}") from None
    shutil.rmtree(book.folder / "html", ignore_errors=True)
    shutil.move(html, book.folder / "html")
    shutil.rmtree(built)


def render(source: Path, target: Path) -> Path:
    """Let Jupyter Book render a folder without executing anything; return the pages' folder.

    Raises
    ------
    SiteError
        If Jupyter Book fails or warns.
    """
    shutil.rmtree(target, ignore_errors=True)
    command = [
        *(JUPYTER_BOOK, "build", str(source)),
        *("--path-output", str(target), "--nitpick", "--warningiserror", "--keep-going", "--quiet"),
    ]
    environment = os.environ | {"PYTHONHASHSEED": "0", "TZ": "UTC"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SiteError((done.stdout + done.stderr).replace(f"{source}/", "").strip())
    html = target / "_build" / "html"
    (html / ".buildinfo").unlink(missing_ok=True)
    return html


def stage(book: Book) -> Path:
    """Lay out everything that Jupyter Book needs for one book and return the folder.

    Pages and notebooks lie flat, so that addresses are short; the table of contents is the
    compendium's own without its folders.
    """
    root = project_root()
    source = book.folder / "source"
    shutil.rmtree(source, ignore_errors=True)
    for folder in ("_static", "_templates", "locale"):
        shutil.copytree(root / "book" / folder, source / folder)
    (source / FAVICON).write_text(ICON, encoding="utf-8", newline="\n")
    shutil.copy(root / "book" / "references.bib", source)
    for page in _pages(read_yaml(root / "_toc.yml")):
        if page.startswith("notebooks/"):
            name = Path(page).name
            shutil.copy(
                executed_notebook(book.study, book.language, name), source / f"{name}.ipynb"
            )
        else:
            shutil.copy(root / f"{page}.md", source)
    study = Study.load(book.study)
    _copy_leaflet(source / "extra" / "leaflet")
    _copy_results(book, source / "extra" / "files")
    copy_data(study, source / "extra" / "data")
    write_templates(study, source / "extra" / TEMPLATES)
    write_dataset_pages(study, source / "generated", book.language)
    _write_yaml(source / "_toc.yml", _flat(read_yaml(root / "_toc.yml"), book.language))
    _write_yaml(source / "_config.yml", config(book, study))
    return source


def config(book: Book, study: Study) -> dict[str, Any]:
    """Return the compendium's settings with what differs from book to book."""
    settings = read_yaml(project_root() / "_config.yml")
    _identify(settings, study.title(book.language))
    settings["parse"]["myst_substitutions"] = substitutions(study, book.language)
    sphinx = settings["sphinx"]["config"]
    written_in = text_language(book.language)
    sphinx["language"] = written_in
    sphinx["html_favicon"] = FAVICON
    sphinx["html_context"] = {
        "switcher": switcher(book),
        "default_mode": "auto",
        "direction": text_direction(written_in),
    }
    if said := notices(study, book.language):
        announcement = Markup("").join(Markup("<p>{}</p>").format(notice) for notice in said)
        sphinx["html_theme_options"]["announcement"] = str(announcement)
    return settings


def _identify(settings: dict[str, Any], title: str) -> None:
    """Put title, authors and repository of a book into its settings, as the compendium is cited."""
    made = identity()
    settings["title"] = f"{made.name} · {title}"
    settings["author"] = ", ".join(made.authors)
    settings["copyright"] = made.year or settings["author"]
    if made.repository:
        settings["repository"] = {"url": made.repository}
        settings["html"]["use_repository_button"] = True


def switcher(book: Book) -> dict[str, Any]:
    """Return the links to the other studies and languages, and the switch that shows code."""
    _ = translations(book.language).gettext

    def link(other: Book, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "base": book.link_to(other),
            "language": text_language(other.language),
            "current": other == book,
        }

    def in_language(study: str) -> Book:
        offered = _languages(study)
        return Book(study, book.language if book.language in offered else offered[0])

    titled = [
        link(in_language(study), Study.load(study).title(book.language)) for study in studies()
    ]
    spoken = [
        link(Book(book.study, language), language_name(language))
        for language in _languages(book.study)
    ]
    return {
        "label": _("Studies and languages"),
        "groups": [titled, spoken],
        "show_code": _("Show code"),
        "chapters": [step.name for step in all_steps()],
    }


def assemble_sites() -> None:
    """Put all books together in ``_build/html``."""
    site = project_root() / "_build" / "html"
    shutil.rmtree(site, ignore_errors=True)
    for book in all_books():
        shutil.copytree(book.folder / "html", site / book.base, dirs_exist_ok=True)
    (site / ".nojekyll").touch()


def _pages(toc: Any) -> list[str]:
    if isinstance(toc, list):
        return [page for item in toc for page in _pages(item)]
    if isinstance(toc, dict):
        own = [toc[key] for key in ("root", "file") if key in toc]
        return own + [
            page for key in ("parts", "chapters", "sections") for page in _pages(toc.get(key))
        ]
    return []


def _flat(toc: Any, language: str) -> Any:
    if isinstance(toc, list):
        return [_flat(item, language) for item in toc]
    if not isinstance(toc, dict):
        return toc
    gettext = translations(language).gettext
    change = {
        "root": lambda page: Path(page).name,
        "file": lambda page: Path(page).name,
        "caption": gettext,
    }
    return {
        key: change[key](item) if key in change else _flat(item, language)
        for key, item in toc.items()
    }


def _copy_leaflet(target: Path) -> None:
    packaged = Path(str(files("xstatic.pkg.leaflet") / "data"))
    target.mkdir(parents=True)
    for name in LEAFLET:
        shutil.copy(packaged / name, target)
    shutil.copytree(packaged / "images", target / "images")


def _copy_results(book: Book, target: Path) -> None:
    for step in all_steps():
        for kind in SHOWN:
            folder = results_folder(book.study, book.language, step.name) / kind
            if folder.exists():
                shutil.copytree(folder, target / step.name / kind)


def _write_yaml(path: Path, content: Any) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
    path.write_text(text, encoding="utf-8", newline="\n")
