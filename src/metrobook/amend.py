"""Changes to the files of a study: prepared in full, checked, then made all or none."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Collection, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML
from slugify import slugify

from metrobook.compendium import (
    EXAMPLE,
    StudyError,
    columns,
    data_resources,
    every_column,
    read_csv,
    schema,
    study_settings,
    table_path,
)
from metrobook.validation import Problem, check

CODEBOOK = "evidence/codebook.yml"
SHOWN = 10
FILE = "_file"
LICENCE = {"name": "not-stated", "title": "To be stated by the authors of the study"}


class Amendment:
    """New content for files of a study, not written before :meth:`make`.

    Parameters
    ----------
    folder : pathlib.Path
        ``data/<study>``.

    Attributes
    ----------
    files : dict
        Path within the folder -> new content; None for a file that is removed.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.files: dict[str, str | bytes | None] = {}
        self._yaml = YAML()
        self._yaml.width = 10_000
        self._yaml.preserve_quotes = True
        self._yaml.indent(mapping=2, sequence=4, offset=2)

    def add_rows(self, table: str, rows: pd.DataFrame, alike: Sequence[str] | None = None) -> int:
        """Add rows to a table of the study and return how many of them are new.

        A row that stands there already is left alone, and so is one of the same key that agrees
        in the columns ``alike``: what people changed in the others stays. The table is created
        and declared in ``datapackage.yaml`` where the study has none.

        Raises
        ------
        StudyError
            If a row has the key of one that says something else.
        """
        if rows.empty:
            return 0
        known, new = self._together(table, rows)
        if alike is not None:
            new = new[~_known(new, known, [*schema(table)["primaryKey"], *alike])]
        new = new[~_known(new, known, [*new])].drop_duplicates()
        if len(new):
            new = new.assign(**{FILE: self._home(table)})
            self._put_rows(table, known, pd.concat([known, new]))
        return len(new)

    def replace_rows(self, table: str, rows: pd.DataFrame, over: Sequence[str]) -> int:
        """Put rows in the place of those that agree with one of them in the columns ``over``.

        A second import of a newer file so replaces what the first one wrote, and nothing else.
        Of a table in several files, a row enters the file of those that it agrees with in most of
        ``over``, counted from the first.

        Returns
        -------
        int
            How many rows of the table are new or changed, or are gone.
        """
        known, new = self._together(table, rows)
        homes = pd.Series("", index=new.index, dtype=object)
        for depth in range(len(over), 0, -1):
            homes = homes.where(homes != "", _files_alike(new, known, list(over[:depth])))
        if (homes == "").any():
            homes = homes.replace("", self._home(table))
        kept = known[~_known(known, new, list(over))]
        together = pd.concat([kept, new.assign(**{FILE: homes}).drop_duplicates([*new])])
        return self._put_rows(table, known, together)

    def remove_rows(self, table: str, column: str, values: Collection[str]) -> int:
        """Take the rows out that have one of some values in a column; return how many."""
        known = self._rows(table)
        return self._put_rows(table, known, known[~known[column].isin(values)])

    def table(self, table: str) -> pd.DataFrame:
        """Return all rows of a table as they will be, as text."""
        return self._rows(table).drop(columns=FILE).reset_index(drop=True)

    def put_layer(
        self, name: str, features: str, title: str, licences: Sequence[str], credited: Sequence[str]
    ) -> None:
        """Write a map layer as GeoJSON in EPSG:4326 and declare its licences and whom to name."""
        path = f"layers/{name}.geojson"
        if self._current(path) != features.encode():
            self.files[path] = features
        entry = {"name": name, "title": title, "path": path, "scheme": "file"}
        entry |= {"format": "geojson", "mediatype": "application/geo+json", "encoding": "utf-8"}
        entry["licenses"] = [
            {"name": slugify(title, lowercase=False), "title": title} for title in licences
        ]
        entry["sources"] = [{"title": title} for title in credited]
        self._declare(entry, replace=True)

    def put_file(self, path: str, content: str | bytes) -> None:
        """Write a file that is no table, such as a picture; nothing if it stands there already."""
        whole = content.encode() if isinstance(content, str) else content
        if self._current(path) != whole:
            self.files[path] = content

    def remove_file(self, path: str) -> None:
        """Remove a file that is no table; nothing if it is not there."""
        if self._current(path) is not None:
            self.files[path] = None

    def add_codes(self, codes: pd.DataFrame) -> None:
        """Add codes to the codebook, creating it and their categories where needed.

        Parameters
        ----------
        codes : pandas.DataFrame
            ``category``, ``category_name_en``, ``category_name_id``, ``theory_en``, ``code``,
            ``name_en``, ``name_id``, ``definition_en``, ``include_en``, ``exclude_en``.
        """
        book = self._load(CODEBOOK) or {"version": 1, "categories": []}
        categories = {category["id"]: category for category in book["categories"]}
        for row in codes.to_dict("records"):
            category = categories.get(row["category"])
            if category is None:
                category = {"id": row["category"], "name": _names(row, "category_name")}
                category |= _stated(theory=row["theory_en"]) | {"codes": []}
                categories[row["category"]] = category
                book["categories"].append(category)
            category["codes"].append(
                {"id": row["code"], "name": _names(row, "name"), "definition": row["definition_en"]}
                | _stated(include=row["include_en"], exclude=row["exclude_en"])
            )
        self._dump(CODEBOOK, book)
        self._declare(codebook_entry())

    def keep_import(self, path: str, entry: dict[str, Any]) -> None:
        """Put the record of an import into the list of a file, for the one of the same file."""
        records = self._load(path) or []
        same = [n for n, kept in enumerate(records) if _same_import(kept, entry)]
        if same and records[same[0]] == entry:
            return
        records = [entry if n in same else kept for n, kept in enumerate(records)]
        self._dump(path, records if same else [*records, entry])

    def problems(self) -> list[Problem]:
        """Return the problems that the study would have after the change and has not now."""
        before = set(check(self.folder))
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / self.folder.name
            shutil.copytree(self.folder, copy)
            try:
                self._write(copy)
            except OSError as error:
                raise StudyError(f"Nothing was written: {error.strerror}.") from None
            return [problem for problem in check(copy) if problem not in before]

    def make(self) -> None:
        """Write all files; if one cannot be written, put back those that were."""
        kept = {
            path: (self.folder / path).read_bytes() if (self.folder / path).exists() else None
            for path in self.files
        }
        try:
            self._write(self.folder)
        except OSError as error:
            for path, content in kept.items():
                if content is None:
                    (self.folder / path).unlink(missing_ok=True)
                else:
                    (self.folder / path).write_bytes(content)
            raise StudyError(f"Nothing was written: {error}.") from None
        data_resources.cache_clear()

    def _write(self, folder: Path) -> None:
        for path, content in self.files.items():
            target = folder / path
            if content is None:
                target.unlink(missing_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(target.name + ".partial")
            partial.write_bytes(content.encode() if isinstance(content, str) else content)
            partial.replace(target)

    def _columns(self, table: str, frames: Sequence[pd.DataFrame]) -> list[str]:
        """Return the columns of a table: those of the study's languages, and what rows have."""
        languages = study_settings(self.folder)["languages"]
        kept = {*itertools.chain(*frames), *(each["name"] for each in columns(table, languages))}
        return [each["name"] for each in every_column(table, languages) if each["name"] in kept]

    def _rows(self, table: str) -> pd.DataFrame:
        """Return the rows of a table, each with its file."""
        return self._together(table, pd.DataFrame())[0]

    def _together(self, table: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the rows of a table, each with its file, and new ones, as both are written."""
        held = {path: self._read_table(path) for path in self._paths(table)}
        text = rows.astype("string").fillna("").astype(object)
        fields = self._columns(table, [text.loc[:, (text != "").any()], *held.values()])
        files = [
            frame.reindex(columns=fields, fill_value="").assign(**{FILE: path})
            for path, frame in held.items()
        ]
        known = pd.concat([pd.DataFrame(columns=[*fields, FILE], dtype=object), *files])
        return known, text.reindex(columns=fields, fill_value="")

    def _put_rows(self, table: str, known: pd.DataFrame, together: pd.DataFrame) -> int:
        """Write the files of a table that change, and return how many rows are new or gone."""
        key = schema(table)["primaryKey"]
        self._refuse_twice(together, key)
        changed = {*together.itertuples(index=False, name=None)} ^ {
            *known.itertuples(index=False, name=None)
        }
        for path in sorted({row[-1] for row in changed}):
            rows = together[together[FILE] == path].drop(columns=FILE).sort_values(key)
            self.files[path] = rows.to_csv(index=False, lineterminator="\n")
        return len(changed)

    def _refuse_twice(self, together: pd.DataFrame, key: list[str]) -> None:
        twice = together[together.duplicated(key)]
        if len(twice):
            named = "; ".join(" ".join(row) for row in twice[key].head(SHOWN).to_numpy())
            more = " …" if len(twice) > SHOWN else ""
            raise StudyError(
                f"{self.folder.name}/{twice[FILE].iloc[0]} has rows that say something else under "
                f"the same {', '.join(key)}: {named}{more}. Rename them in the imported file, or "
                "remove them from the table. Nothing was written."
            )

    def _current(self, path: str) -> bytes | None:
        if path in self.files:
            content = self.files[path]
            return content.encode() if isinstance(content, str) else content
        file = self.folder / path
        return file.read_bytes() if file.exists() else None

    def _paths(self, table: str) -> list[str]:
        declared = [
            item.path.relative_to(self.folder).as_posix()
            for item in data_resources(self.folder)
            if item.table == table
        ]
        usual = table_path(table)
        return declared if usual in declared or usual not in self.files else [*declared, usual]

    def _home(self, table: str) -> str:
        """Return the file for rows that belong to none: the only one, or the one named as usual."""
        declared = self._paths(table)
        if len(declared) == 1:
            return declared[0]
        path = table_path(table)
        self._declare(table_entry(table, path))
        return path

    def _read_table(self, path: str) -> pd.DataFrame:
        content = self._current(path)
        return pd.DataFrame() if content is None else read_csv(content.decode("utf-8-sig"))

    def _declare(self, entry: dict[str, Any], *, replace: bool = False) -> None:
        package = self._load("datapackage.yaml")
        resources = package["resources"]
        same = [n for n, item in enumerate(resources) if item["path"] == entry["path"]]
        if same and (not replace or resources[same[0]] == entry):
            return
        package["resources"] = [entry if n in same else item for n, item in enumerate(resources)]
        package["resources"] += [] if same else [entry]
        self._dump("datapackage.yaml", package)

    def _load(self, path: str) -> Any:
        if path in self.files:
            return self._yaml.load(self.files[path])
        file = self.folder / path
        return self._yaml.load(file.read_text(encoding="utf-8")) if file.exists() else None

    def _dump(self, path: str, content: Any) -> None:
        text = StringIO()
        self._yaml.dump(content, text)
        self.files[path] = text.getvalue()


def table_entry(table: str, path: str, *, example: bool = False) -> dict[str, Any]:
    """Return the entry of a table in the data package; ``example`` where it has example lines."""
    entry = {"name": "area-codes" if table == "areas" else table, "type": "table"}
    entry |= {"title": schema(table)["title"], "path": path, "scheme": "file", "format": "csv"}
    entry |= {"mediatype": "text/csv", "encoding": "utf-8"}
    entry |= {"dialect": {"commentChar": EXAMPLE}} if example else {}
    entry["schema"] = f"../../src/metrobook/schemas/{table}.yaml"
    return entry | _stated_by_authors()


def codebook_entry() -> dict[str, Any]:
    """Return the entry of the codebook in the data package."""
    entry = {"name": "codebook", "title": "Codebook", "path": CODEBOOK, "scheme": "file"}
    entry |= {"format": "yaml", "mediatype": "application/yaml", "encoding": "utf-8"}
    return entry | _stated_by_authors()


def _stated_by_authors() -> dict[str, Any]:
    return {
        "licenses": [dict(LICENCE)],
        "sources": [{"title": "Each row names its source; see sources.csv", "path": "sources.csv"}],
    }


def _same_import(kept: dict[str, Any], entry: dict[str, Any]) -> bool:
    """Tell whether two records are of one file, brought to one place."""

    def place(record: dict[str, Any]) -> tuple:
        return record["kind"], record["file"], record.get("options", {}).get("target")

    return place(kept) == place(entry)


def _known(new: pd.DataFrame, known: pd.DataFrame, columns: list[str]) -> pd.Series:
    there = set(known[columns].itertuples(index=False, name=None))
    rows = new[columns].itertuples(index=False, name=None)
    return pd.Series([row in there for row in rows], index=new.index, dtype=bool)


def _files_alike(new: pd.DataFrame, known: pd.DataFrame, columns: list[str]) -> list[str]:
    """Return for each new row the file of the first known one that agrees in some columns."""
    first = known.drop_duplicates(columns)
    files = dict(zip(first[columns].itertuples(index=False, name=None), first[FILE], strict=True))
    return [files.get(row, "") for row in new[columns].itertuples(index=False, name=None)]


def _names(row: dict[str, Any], column: str) -> dict[str, str]:
    named = {
        key.removeprefix(f"{column}_"): row[key] for key in row if key.startswith(f"{column}_")
    }
    return _stated(**named)


def _stated(**entries: Any) -> dict[str, str]:
    return {key: value for key, value in entries.items() if isinstance(value, str) and value}
