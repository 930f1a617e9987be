"""A study: one metropolitan case, read from its data package."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj

from metrobook.commuting.reading import study_flows
from metrobook.compendium import (
    WRITTEN,
    Resource,
    StudyError,
    data_resources,
    every_column,
    read_csv,
    read_yaml,
    study_folder,
    study_settings,
)
from metrobook.consent import Restrictions, restrictions

DTYPES = {"string": "object", "integer": "Int64", "number": "float64", "boolean": "boolean"}
ZONE_ROLES = ("core", "buffer", "ring")
POLYGON_LAYERS = ("areas", "districts", "province")


@dataclass(eq=False)
class Study:
    """One metropolitan case: settings, tables, layers and codebook.

    Tables are typed by their schemas. An absent table is an empty frame with the right
    columns: a gap, never an error.

    Attributes
    ----------
    folder : pathlib.Path
        ``data/<study>``.
    used : set of str
        The tables and layers that were read so far, also of :attr:`calibration`; a step must have
        declared them.
    """

    folder: Path
    used: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, study: str, language: str | None = None) -> Study:
        """Open a study by its name.

        Raises
        ------
        StudyError
            If there is no such study, or it is not offered in the language.
        """
        return cls(study_folder(study, language))

    @property
    def id(self) -> str:
        return self.folder.name

    @cached_property
    def settings(self) -> dict[str, Any]:
        return study_settings(self.folder)

    @cached_property
    def calibration(self) -> Study | None:
        """The study whose observed flows calibrate an estimate here, if the settings name one."""
        other = self.settings.get("calibration")
        return Study(study_folder(other), self.used) if other else None

    @cached_property
    def resources(self) -> list[Resource]:
        return data_resources(self.folder)

    @property
    def languages(self) -> list[str]:
        return list(self.settings["languages"])

    def text(self, key: str, language: str) -> str:
        """Return a text of ``study.yml`` in a language, or in English where it has none."""
        texts = self.settings[key]
        return texts.get(language) or texts["en"]

    @cached_property
    def projection(self) -> pyproj.CRS:
        """The projection in metres: that of the settings, or else the UTM zone of a layer."""
        if "projection" in self.settings:
            return pyproj.CRS.from_epsg(self.settings["projection"])
        paths = (self.layer_path(name) for name in POLYGON_LAYERS)
        return gpd.read_file(next(filter(None, paths))).estimate_utm_crs()

    def title(self, language: str) -> str:
        return self.text("title", language)

    def paths(self, table: str) -> list[Path]:
        """Return the files that hold a table (none where it is absent)."""
        return [item.path for item in self.resources if item.table == table and item.path.exists()]

    def has(self, table: str) -> bool:
        """Tell whether a table is there and has rows."""
        return not self.table(table).empty

    def table(self, table: str) -> pd.DataFrame:
        """Return what may be published of a table, typed by its schema.

        An absent table is an empty frame with its columns.
        """
        self.used.add(table)
        return self.restrictions.publishable(table, self.whole_table(table))

    @cached_property
    def restrictions(self) -> Restrictions:
        """What the consent of the evidence items keeps from being published."""
        return restrictions(self.whole_table, {item.table for item in self.resources if item.table})

    def whole_table(self, table: str) -> pd.DataFrame:
        """Return a table with all its rows, also those that must not be published."""
        fields = {column["name"]: column["type"] for column in every_column(table, self.languages)}
        frames = [_read(path, fields) for path in self.paths(table)]
        if table == "flows" and "flows" in self.settings:
            frames.append(_typed(self._mapped_flows().reindex(columns=list(fields)), fields))
        if not frames:
            return _typed(pd.DataFrame(columns=list(fields)), fields)
        return pd.concat(frames, ignore_index=True)

    def _mapped_flows(self) -> pd.DataFrame:
        """Return the flows of the file that the settings map; no more of it is read than needed."""
        try:
            return study_flows(self.settings["flows"], self.folder, self.zones)
        except ValueError as error:
            raise StudyError(f"data/{self.id}/study.yml, flows: {error}") from None

    def layer_path(self, layer: str) -> Path | None:
        """Return the file of a layer, or None where it is absent."""
        found = [
            item.path for item in self.resources
            if item.name == layer and item.path.suffix == ".geojson" and item.path.exists()
        ]  # fmt: skip
        return found[0] if found else None

    def has_layer(self, layer: str) -> bool:
        return self.layer_path(layer) is not None

    def layer(self, layer: str) -> gpd.GeoDataFrame:
        """Return a layer in longitude and latitude (EPSG:4326).

        Raises
        ------
        StudyError
            If the study has no such layer; ask :meth:`has_layer` first.
        """
        self.used.add(layer)
        path = self.layer_path(layer)
        if path is None:
            raise StudyError(f"Study {self.id} has no layer {layer!r}.")
        return gpd.read_file(path).set_crs(4326, allow_override=True)

    @cached_property
    def codebook(self) -> pd.DataFrame:
        """One row per code: category, names, definition, what to include and exclude.

        Names stand in a column for each language, such as ``name_en``.
        """
        self.used.add("codebook")
        written = dict.fromkeys([*WRITTEN, *self.languages])
        rows = [
            {"category": category["id"]}
            | {f"category_name_{each}": category["name"].get(each) for each in written}
            | {"theory_en": category.get("theory"), "code": code["id"]}
            | {f"name_{each}": code["name"].get(each) for each in written}
            | {"definition_en": code["definition"]}
            | {"include_en": code.get("include"), "exclude_en": code.get("exclude")}
            for category in (self._codebook or {}).get("categories", [])
            for code in category["codes"]
        ]
        columns = ["category", *(f"category_name_{each}" for each in written), "theory_en"]
        columns += ["code", *(f"name_{each}" for each in written)]
        return pd.DataFrame(rows, columns=[*columns, "definition_en", "include_en", "exclude_en"])

    @cached_property
    def boundaries(self) -> pd.DataFrame:
        """Rules that tell codes apart: ``codes`` (separated by ``;``) and texts by language."""
        self.used.add("codebook")
        written = dict.fromkeys([*WRITTEN, *self.languages])
        rows = [
            (";".join(rule["codes"]), *(rule.get(each) for each in written))
            for rule in (self._codebook or {}).get("boundaries", [])
        ]
        return pd.DataFrame(rows, columns=["codes", *(f"text_{each}" for each in written)])

    @cached_property
    def _codebook(self) -> dict[str, Any] | None:
        path = self.folder / "evidence" / "codebook.yml"
        return read_yaml(path) if path.exists() else None

    @cached_property
    def areas(self) -> pd.DataFrame:
        """The areas with their role in the study (empty for areas without one)."""
        roles = {
            code: role for role, codes in self.settings["areas"].items() for code in codes or []
        }
        frame = self.table("areas")
        return frame.assign(role=frame["area_code"].map(roles).astype(object).fillna(""))

    def codes(self, role: str) -> list[str]:
        """Return the codes of the areas that have a role, in the order of ``study.yml``."""
        return [str(code) for code in self.settings["areas"].get(role) or []]

    @property
    def zones(self) -> list[str]:
        """The areas between which people travel: core, buffer, ring."""
        return [code for role in ZONE_ROLES for code in self.codes(role)]

    def name(self, area_code: str, language: str) -> str:
        """Return the name of an area, or its code where the areas table does not know it."""
        rows = self.areas[self.areas["area_code"] == area_code]
        if rows.empty:
            return area_code
        row = rows.iloc[0]
        name = row.get(f"name_{language}")
        return name if isinstance(name, str) else row["name_en"]

    @cached_property
    def _sources(self) -> pd.DataFrame:
        return self.table("sources").set_index("source_id")

    def source(self, source_id: str) -> pd.Series:
        """Return what the register says of a source.

        Raises
        ------
        StudyError
            If the register does not hold it.
        """
        if source_id not in self._sources.index:
            raise StudyError(
                f"Source {source_id!r} is not in data/{self.id}/sources.csv: add its row there."
            )
        return self._sources.loc[source_id]


def _read(path: Path, fields: dict[str, str]) -> pd.DataFrame:
    frame = read_csv(path).replace("", None)
    return _typed(frame.reindex(columns=list(fields)), fields)


def _typed(frame: pd.DataFrame, fields: dict[str, str]) -> pd.DataFrame:
    for name, kind in fields.items():
        column = frame[name]
        if kind == "boolean":
            column = column.map({"true": True, "false": False})
        elif kind in ("integer", "number"):
            column = pd.to_numeric(column)
        frame[name] = column.astype(DTYPES.get(kind, "object"))
    return frame
