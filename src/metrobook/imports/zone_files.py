"""Files that hold zones as polygons (GeoPackage, shapefile, GeoJSON and kin), opened and read."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import geopandas as gpd
import pandas as pd
import pyogrio

from metrobook.exchange.archives import Archive
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.kinds import TABLES, refuse_tables
from metrobook.imports.matching import counted
from metrobook.imports.placing import placed

MAPS = (".gpkg", ".shp", ".geojson", ".topojson", ".gml", ".kml", ".fgb", ".parquet", ".gdb")
PARTS_OF_SHAPEFILE = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj")
EXPECTED = "Expected is GeoJSON, GeoPackage, a shapefile, GeoParquet, or one of them zipped."
LISTED = 30


@dataclass(frozen=True)
class Layer:
    """One layer of a file.

    Attributes
    ----------
    name : str
        As a person may name it.
    source : str
        What GDAL opens.
    inside : str or None
        Name of the layer within the source; None in a GeoParquet file, which is but one.
    shape : str
        The kind of geometry that the layer declares.
    """

    name: str
    source: str
    inside: str | None
    shape: str

    @property
    def polygons(self) -> bool:
        """Tell whether the layer may hold polygons."""
        return any(kind in self.shape for kind in ("Polygon", "Unknown", "Collection"))


@dataclass
class ZoneFile:
    """The rows of one layer with their geometry in longitude and latitude.

    Attributes
    ----------
    layer : str
    rows : geopandas.GeoDataFrame
        The columns as they stand in the file, in EPSG:4326; numbered from 1 as in the file.
    crs : str
        The reference system of the file.
    sentence : str
        What was read, in which reference system.
    """

    layer: str
    rows: gpd.GeoDataFrame
    crs: str
    sentence: str


def read_zone_file(path: Path, layer: str, crs: str, report: Report) -> ZoneFile:
    """Read one layer of a file and bring it to longitude and latitude.

    Parameters
    ----------
    path : pathlib.Path
    layer : str
        Name of the layer; empty if there is only one to choose.
    crs : str
        Reference system such as ``EPSG:27700``; empty if the file tells.
    report : Report

    Raises
    ------
    ForeignFileError
        If the file cannot be read, is incomplete, holds several layers and none is named, holds
        no polygons, or its coordinates cannot be placed on earth.
    """
    chosen = _chosen(path, layers(path), layer)
    rows = _read(path, chosen, report)
    if not isinstance(rows, gpd.GeoDataFrame):
        refuse_tables(path)
    if rows.empty:
        raise ForeignFileError(f"{path.name}, layer {chosen.name}, holds no zone.")
    rows.index = pd.RangeIndex(1, len(rows) + 1)
    rows = rows.rename_geometry("geometry") if rows.geometry.name != "geometry" else rows
    rows, system, where = placed(path.name, rows, crs)
    sentence = f"{path.name}, layer {chosen.name}: {counted(len(rows), 'row')} {where}."
    return ZoneFile(chosen.name, rows, system, sentence)


def layers(path: Path) -> list[Layer]:
    """Return the layers of a file, or of all maps that a ZIP archive holds."""
    if not path.exists():
        raise ForeignFileError(f"There is no file {path}.")
    if path.suffix.lower() in PARTS_OF_SHAPEFILE:
        raise ForeignFileError(
            f"{path.name} is only a part of a shapefile: name {path.stem}.shp, beside which all "
            "parts stand."
        )
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        refuse_tables(path)
    if path.suffix.lower() == ".zip" or (path.is_file() and zipfile.is_zipfile(path)):
        return _zipped_layers(path)
    if path.is_file() and path.stat().st_size == 0:
        raise ForeignFileError(f"{path.name} is empty. {EXPECTED}")
    if path.suffix.lower() == ".shp":
        _refuse_incomplete(path.name, [item.name for item in path.parent.iterdir()])
    return _layers_of(path, str(path), path.stem)


def _zipped_layers(path: Path) -> list[Layer]:
    with Archive(path) as archive:
        names = [name for name in archive.names if not _of_the_mac(name)]
    _refuse_damaged(path)
    maps = sorted({found for name in names if (found := _map(name))})
    maps = maps or [name for name in names if name.lower().endswith(".json")]
    if not maps and any(name.lower().endswith(TABLES) for name in names):
        refuse_tables(path)
    if not maps:
        raise ForeignFileError(
            f"{path.name} holds no map of zones, only {_listed(names) or 'nothing'}. {EXPECTED}"
        )
    found = []
    for name in maps:
        if name.lower().endswith(".shp"):
            _refuse_incomplete(f"{path.name}/{name}", names)
        found += _layers_of(path, f"/vsizip/{{{path.resolve()}}}/{name}", PurePosixPath(name).stem)
    twice = pd.Series([item.name for item in found]).duplicated(keep=False)
    return [
        Layer(f"{item.source.split('}/')[1]}/{item.inside}", item.source, item.inside, item.shape)
        if same else item for item, same in zip(found, twice, strict=True)
    ]  # fmt: skip


def _of_the_mac(name: str) -> bool:
    return any(part == "__MACOSX" or part.startswith("._") for part in PurePosixPath(name).parts)


def _map(name: str) -> str | None:
    """Return the path of the map that a member of an archive is, or is a part of."""
    path = PurePosixPath(name)
    databases = [folder for folder in path.parents if folder.suffix.lower() == ".gdb"]
    if databases:
        return str(databases[-1])
    return name if path.suffix.lower() in MAPS else None


def _refuse_damaged(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        damaged = str(error)
    if damaged:
        raise ForeignFileError(
            f"{path.name} is damaged ({damaged}): fetch it again. Nothing was imported."
        )


def _refuse_incomplete(name: str, beside: list[str]) -> None:
    path = PurePosixPath(name)
    stems = {PurePosixPath(other).name.casefold() for other in beside}
    lacking = [end for end in (".shx", ".dbf") if f"{path.stem}{end}".casefold() not in stems]
    if lacking:
        parts = " and ".join(path.stem + end for end in lacking)
        raise ForeignFileError(
            f"{name} came without {parts}. A shapefile is several files of one name: put .shp, "
            ".shx, .dbf and .prj side by side, or into one ZIP."
        )


def _layers_of(path: Path, source: str, stem: str) -> list[Layer]:
    if source.lower().endswith(".parquet"):
        return [Layer(stem, source, None, "Unknown")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pyogrio.list_layers(source)
    except (RuntimeError, OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    alone = len(found) == 1 and not source.lower().endswith((".gpkg", ".gdb"))
    return [
        Layer(stem if alone else str(inside), source, str(inside), str(shape))
        for inside, shape in found
    ]


def _chosen(path: Path, found: list[Layer], wanted: str) -> Layer:
    named = [layer for layer in found if wanted in (layer.name, layer.inside)] if wanted else found
    candidates = named if wanted else [layer for layer in found if layer.polygons] or found
    if len(candidates) == 1:
        return candidates[0]
    names = _listed([f"{layer.name} ({layer.shape})" for layer in found])
    if not candidates:
        problem = f"There is no layer {wanted!r} in {path.name}; it" if wanted else path.name
        raise ForeignFileError(f"{problem} holds {names or 'no layer'}.")
    raise ForeignFileError(
        f"{path.name} holds {len(found)} layers: {names}. Name one of them with --layer."
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:LISTED]) + (" …" if len(names) > LISTED else "")


def _read(path: Path, layer: Layer, report: Report) -> pd.DataFrame:
    try:
        if layer.inside is None:
            return _read_parquet(path, layer)
        rows = _read_encoded(layer, report)
    except (RuntimeError, OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    return rows


def _read_parquet(path: Path, layer: Layer) -> pd.DataFrame:
    if layer.source.startswith("/vsizip/"):
        raise ForeignFileError(f"{path.name}: take {layer.name}.parquet out of the archive first.")
    return gpd.read_parquet(layer.source)


def _read_encoded(layer: Layer, report: Report) -> pd.DataFrame:
    """Read a layer; where its texts are not in the encoding it declares, in the other likely one.

    Shapefiles often lack the file that names their encoding, or it names the wrong one.
    """
    try:
        rows = _read_layer(layer, None)
    except UnicodeDecodeError:
        report.changed("encoding", 1, "texts are not in UTF-8 as declared: read as windows-1252")
        return _read_layer(layer, "CP1252")
    if layer.source.lower().endswith(".shp") and _garbled(rows):
        report.changed("encoding", 1, "no encoding is declared and the texts are UTF-8: read so")
        return _read_layer(layer, "UTF-8")
    return rows


def _read_layer(layer: Layer, encoding: str | None) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pyogrio.read_dataframe(
            layer.source, layer=layer.inside, encoding=encoding, force_2d=True, on_invalid="ignore"
        )


def _garbled(rows: pd.DataFrame) -> bool:
    """Tell whether texts are UTF-8 that was taken for Latin-1, such as "SÃ£o Paulo"."""
    texts = {cell for name in rows for cell in rows[name] if isinstance(cell, str)}
    foreign = [text for text in texts if not text.isascii()]
    try:
        return bool(foreign) and all(text.encode("latin-1").decode("utf-8") for text in foreign)
    except UnicodeError:
        return False


def _unreadable(path: Path, error: Exception) -> ForeignFileError:
    reason = str(error).split("; It might help")[0].replace(str(path.resolve()), path.name)
    reason = reason.replace(str(path), path.name).replace("/vsizip/", "").rstrip(".")
    return ForeignFileError(f"{path.name} cannot be read as a map of zones: {reason}. {EXPECTED}")
