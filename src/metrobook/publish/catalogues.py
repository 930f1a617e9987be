"""Translation catalogues: the texts of package, notebooks and book, gathered for translators."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

from metrobook.compendium import project_root, read_yaml
from metrobook.language import LOCALE_FOLDER, SOURCE_LANGUAGE
from metrobook.publish.site import JUPYTER_BOOK, Book, all_books, stage
from metrobook.publish.templates import column_stem
from metrobook.study import Study

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [
    ("**.py", "python"),
    ("**.ipynb", "metrobook.publish.catalogues:extract_notebook"),
    ("schemas/*.yaml", "metrobook.publish.catalogues:extract_described"),
    ("parts.yaml", "metrobook.publish.catalogues:extract_described"),
]
SAID = ("title", "description", "adds", "without", "made")

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def extract_notebook(fileobj, keywords, comment_tags, options) -> Iterator[tuple]:
    """Babel extractor for the code cells of a notebook."""
    for cell in json.load(fileobj)["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            yield from extract_python(BytesIO(source.encode()), keywords, comment_tags, options)


def extract_described(fileobj, keywords, comment_tags, options) -> Iterator[tuple]:
    """Babel extractor for what schemas and ``parts.yaml`` say of parts, and titles of columns."""
    content = yaml.safe_load(fileobj)
    parts = [content] if "name" in content else [*_members(content, "codebook", "layers")]
    for part in parts:
        texts = [part[key] for key in SAID if key in part]
        texts += [column_stem(field) for field in _members(part, "fields", "properties")]
        yield from ((0, "gettext", text, []) for text in texts)


def _members(content: dict, *keys: str) -> list[dict]:
    found = [content.get(key, []) for key in keys]
    return [item for each in found for item in (each.values() if isinstance(each, dict) else each)]


def package_texts() -> Catalog:
    """Return all translatable texts of the package, the notebooks and the table of contents."""
    root = project_root()
    catalogue = Catalog(project="metrobook", charset="utf-8")
    for folder in (root / "src" / "metrobook", root / "notebooks"):
        found = extract_from_dir(folder, METHODS, keywords=KEYWORDS)
        for name, _line, message, _comments, context in found:
            catalogue.add(message, locations=[(f"{folder.name}/{name}", 0)], context=context)
    for caption in _captions((root / "_toc.yml").read_text(encoding="utf-8")):
        catalogue.add(caption, locations=[("_toc.yml", 0)])
    return catalogue


def _captions(toc: str) -> list[str]:
    marker = "caption:"
    return [line.split(marker, 1)[1].strip() for line in toc.splitlines() if marker in line]


def update_catalogues() -> dict[Path, int]:
    """Bring every language's catalogues up to date; return how many texts each leaves open.

    Existing translations are kept; texts that no longer exist are dropped. A language gets
    catalogues once it has a folder among those of the package.
    """
    languages = sorted(path.name for path in LOCALE_FOLDER.iterdir() if path.is_dir())
    return {
        path: count
        for language in languages
        for path, count in (_update_package(language), _update_book(language))
    }


def _update_package(language: str) -> tuple[Path, int]:
    return _merge(
        LOCALE_FOLDER / language / "LC_MESSAGES" / "metrobook.po", package_texts(), language
    )


def _update_book(language: str) -> tuple[Path, int]:
    template = Catalog(charset="utf-8")
    for book in all_books():
        offered = Study.load(book.study).languages
        if book.language == SOURCE_LANGUAGE and language in offered:
            for message in _book_texts(book):
                template.add(message)
    path = project_root() / "book" / "locale" / language / "LC_MESSAGES" / "book.po"
    return _merge(path, template, language)


def _book_texts(book: Book) -> list[str]:
    """Return the texts of a book's prose, without the values that results put into it."""
    source, target = stage(book), book.folder / "gettext"
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run([JUPYTER_BOOK, "config", "sphinx", source], check=True, capture_output=True)
    command = [sys.executable, "-m", "sphinx", "-b", "gettext", "-q", source, target]
    subprocess.run(command, check=True)
    with (target / "book.pot").open("rb") as file:
        found = [message.id for message in read_po(file) if message.id]
    values = {*read_yaml(source / "_config.yml")["parse"]["myst_substitutions"].values()}
    return [text for text in found if text not in values]


def _merge(path: Path, template: Catalog, language: str) -> tuple[Path, int]:
    catalogue = Catalog(locale=language, charset="utf-8")
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    header = HEADER.format(language=language, plurals=catalogue.plural_forms)
    body = BytesIO()
    write_po(body, catalogue, width=0, sort_output=True, include_lineno=False, omit_header=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + body.getvalue())
    return path, sum(not message.string for message in catalogue if message.id)
