"""Files of zones in their real formats, whole and broken, are read or refused in plain words."""

import json
import re
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.zone_files import read_zone_file
from tests.imports.zone_samples import synthetic_zones


@pytest.fixture
def zones() -> gpd.GeoDataFrame:
    return synthetic_zones(4)


def read(path: Path, layer: str = "", crs: str = "") -> gpd.GeoDataFrame:
    return read_zone_file(path, layer, crs, Report()).rows


def zipped(path: Path, members: dict[str, Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in members.items():
            archive.write(file, name)
    return path


def shapefile(
    folder: Path, name: str, zones: gpd.GeoDataFrame, encoding="UTF-8"
) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    zones.to_file(folder / f"{name}.shp", encoding=encoding)
    return {file.name: file for file in sorted(folder.glob(f"{name}.*"))}


@pytest.mark.parametrize("name", ["z.geojson", "z.gpkg", "z.shp", "z.fgb", "z.parquet", "z.gml"])
def test_every_format_gives_the_same_zones(zones, tmp_path, name):
    path = tmp_path / name
    zones.to_parquet(path) if name == "z.parquet" else zones.to_file(path)
    rows = read(path)
    assert rows.index.tolist() == [1, 2, 3, 4]
    together = rows.merge(zones, on="ZONE_CD")
    assert len(together) == 4
    differing = shapely.symmetric_difference(together["geometry_x"], together["geometry_y"])
    assert shapely.area(differing).max() < 1e-9


@pytest.mark.parametrize(
    ("epsg", "corner"),
    [(3035, (16.0, 48.0)), (27700, (-1.6, 53.8)), (31983, (-46.7, -23.6)), (23830, (107.5, -6.9))],
)
def test_any_reference_system_becomes_longitude_and_latitude(tmp_path, epsg, corner):
    square = shapely.box(*corner, *np.add(corner, 0.1))
    there = gpd.GeoDataFrame({"id": ["A"]}, geometry=[square], crs=4326).to_crs(epsg)
    there.to_file(tmp_path / "z.gpkg", layer="zones")
    file = read_zone_file(tmp_path / "z.gpkg", "", "", Report())
    assert file.crs == f"EPSG:{epsg}"
    assert np.allclose(file.rows.total_bounds, square.bounds, atol=2e-3)
    west, south, east, north = square.bounds
    where = f"longitudes {west:.2f} to {east:.2f}, latitudes {south:.2f} to {north:.2f}"
    assert file.sentence == f"z.gpkg, layer zones: 1 row in EPSG:{epsg}, {where}."


def test_topojson_is_read(tmp_path):
    arcs = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
    unit = {"type": "Polygon", "arcs": [[0]], "properties": {"code": "A"}}
    units = {"type": "GeometryCollection", "geometries": [unit]}
    topology = {"type": "Topology", "arcs": arcs, "objects": {"units": units}}
    (tmp_path / "z.json").write_text(json.dumps(topology))
    assert shapely.equals(read(tmp_path / "z.json").geometry.iloc[0], shapely.box(0, 0, 1, 1))


def test_layers_are_named_where_several_hold_polygons(zones, tmp_path):
    path = tmp_path / "z.gpkg"
    zones.to_file(path, layer="wards")
    zones.head(2).to_file(path, layer="cities", mode="a")
    with pytest.raises(ForeignFileError, match=r"2 layers: wards \(.*cities \(.*--layer"):
        read(path)
    assert len(read(path, "cities")) == 2
    with pytest.raises(ForeignFileError, match="no layer 'towns'"):
        read(path, "towns")


def test_a_layer_of_points_beside_that_of_zones_leaves_no_choice(zones, tmp_path):
    path = tmp_path / "z.gpkg"
    zones.assign(geometry=zones.geometry.representative_point()).to_file(path, layer="labels")
    zones.to_file(path, layer="zones", mode="a")
    assert read_zone_file(path, "", "", Report()).layer == "zones"


def test_a_shapefile_in_a_folder_of_an_archive_is_found(zones, tmp_path):
    parts = shapefile(tmp_path / "parts", "zonas", zones.to_crs(31983))
    members = {f"Malha 2022/{name}": file for name, file in parts.items()}
    noise = tmp_path / "leia-me.txt"
    noise.write_text("synthetic")
    path = zipped(
        tmp_path / "z.zip", members | {"leia-me.txt": noise, "__MACOSX/._zonas.shp": noise}
    )
    assert read(path)["ZONE_CD"].tolist() == zones["ZONE_CD"].tolist()


def test_several_shapefiles_in_an_archive_are_named(zones, tmp_path):
    parts = shapefile(tmp_path / "p", "one", zones) | shapefile(
        tmp_path / "p", "two", zones.head(1)
    )
    path = zipped(tmp_path / "z.zip", parts)
    with pytest.raises(ForeignFileError, match=r"one \(Polygon\), two \(Polygon\)"):
        read(path)
    assert len(read(path, "two")) == 1


def test_a_geopackage_in_an_archive_is_found(zones, tmp_path):
    zones.to_file(tmp_path / "z.gpkg", layer="zones")
    assert len(read(zipped(tmp_path / "z.zip", {"in/z.gpkg": tmp_path / "z.gpkg"}))) == 4


def test_a_shapefile_without_its_companions_names_them(zones, tmp_path):
    shapefile(tmp_path / "p", "z", zones)
    (tmp_path / "p" / "z.shx").unlink()
    (tmp_path / "p" / "z.dbf").unlink()
    with pytest.raises(ForeignFileError, match=r"z\.shp came without z\.shx and z\.dbf"):
        read(tmp_path / "p" / "z.shp")


def test_a_shapefile_in_an_archive_without_its_companions_names_them(zones, tmp_path):
    parts = shapefile(tmp_path / "p", "z", zones)
    with pytest.raises(ForeignFileError, match=r"z\.zip/z\.shp came without z\.shx and z\.dbf"):
        read(zipped(tmp_path / "z.zip", {"z.shp": parts["z.shp"]}))


def test_the_table_of_a_shapefile_is_not_taken_for_the_map(zones, tmp_path):
    shapefile(tmp_path / "p", "z", zones)
    with pytest.raises(ForeignFileError, match=r"part of a shapefile: name z\.shp"):
        read(tmp_path / "p" / "z.dbf")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("UTF-8", "UTF-8"), ("UTF-8", None), ("ISO-8859-1", "ISO-8859-1"), ("ISO-8859-1", None),
     ("ISO-8859-1", "UTF-8")],
)  # fmt: skip
def test_accents_survive_whatever_the_encoding_file_says(tmp_path, encoding, declared):
    names = ["São Sintético", "Águas Sintéticas"]
    zones = synthetic_zones(2).assign(ZONE_NM=names)
    shapefile(tmp_path / "p", "z", zones, encoding)
    label = tmp_path / "p" / "z.cpg"
    label.write_text(declared) if declared else label.unlink()
    assert read(tmp_path / "p" / "z.shp")["ZONE_NM"].tolist() == names


def test_a_guessed_encoding_is_reported(tmp_path):
    zones = synthetic_zones(2).assign(ZONE_NM="São Sintético")
    shapefile(tmp_path / "p", "z", zones)["z.cpg"].unlink()
    report = Report()
    read_zone_file(tmp_path / "p" / "z.shp", "", "", report)
    assert [entry.what for entry in report.of("changed")] == ["encoding"]


def test_degrees_without_a_reference_system_are_taken_for_degrees_and_it_is_said(zones, tmp_path):
    shapefile(tmp_path / "p", "z", zones)["z.prj"].unlink()
    file = read_zone_file(tmp_path / "p" / "z.shp", "", "", Report())
    assert file.crs == "EPSG:4326"
    assert "which the file does not say: they look like degrees" in file.sentence


def test_metres_without_a_reference_system_ask_for_it(zones, tmp_path):
    shapefile(tmp_path / "p", "z", zones.to_crs(32748))["z.prj"].unlink()
    with pytest.raises(ForeignFileError, match=r"does not say its coordinate.*--crs EPSG:27700"):
        read(tmp_path / "p" / "z.shp")
    rows = read(tmp_path / "p" / "z.shp", crs="EPSG:32748")
    assert np.allclose(rows.total_bounds, zones.total_bounds, atol=1e-6)


def test_geojson_in_metres_is_refused_since_it_should_be_in_degrees(zones, tmp_path):
    metres = zones.to_crs(32748).set_crs(None, allow_override=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        metres.to_file(tmp_path / "z.geojson")
    with pytest.raises(ForeignFileError, match=r"read as EPSG:4326.*lie outside the earth.*--crs"):
        read(tmp_path / "z.geojson")
    assert read(tmp_path / "z.geojson", crs="32748").total_bounds[0] == pytest.approx(107, abs=0.01)


def test_a_named_reference_system_that_contradicts_the_file_is_told_or_refused(zones, tmp_path):
    zones.to_file(tmp_path / "degrees.gpkg")
    with pytest.raises(ForeignFileError, match=r"says EPSG:4326, .*would read them as metres"):
        read(tmp_path / "degrees.gpkg", crs="EPSG:27700")
    zones.to_crs(32748).to_file(tmp_path / "metres.gpkg")
    told = read_zone_file(tmp_path / "metres.gpkg", "", "EPSG:32749", Report())
    assert re.search(r"in EPSG:32749 \(the file says EPSG:32748, .* lie 66\d km", told.sentence)


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (lambda points: points[:, ::-1], "latitude and longitude are exchanged"),
        (lambda points: points + np.array([73, 0]), "longitudes reach 181.*, where -180 to 180"),
    ],
)
def test_degrees_in_another_order_or_count_are_refused_as_such(zones, tmp_path, move, said):
    moved = zones.set_geometry(shapely.transform(np.array(zones.geometry), move), crs=4326)
    moved.to_file(tmp_path / "z.gpkg")
    with pytest.raises(ForeignFileError, match=said):
        read(tmp_path / "z.gpkg")


def test_an_unknown_reference_system_is_refused(zones, tmp_path):
    zones.to_file(tmp_path / "z.geojson")
    with pytest.raises(ForeignFileError, match="no coordinate reference system 'British'"):
        read(tmp_path / "z.geojson", crs="British")


def test_a_third_dimension_is_dropped(tmp_path):
    solid = gpd.GeoDataFrame({"id": [1]}, geometry=[shapely.force_3d(shapely.box(0, 0, 1, 1), 9)])
    solid.set_crs(4326).to_file(tmp_path / "z.gpkg")
    assert not read(tmp_path / "z.gpkg").geometry.has_z.any()


def test_a_ring_of_two_points_is_no_geometry(tmp_path):
    feature = {"type": "Feature", "properties": {"id": "A"},
               "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}}  # fmt: skip
    collection = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "z.geojson").write_text(json.dumps(collection))
    assert read(tmp_path / "z.geojson").geometry.isna().all()


def truncated_archive(path: Path) -> None:
    whole = zipped(
        path.with_suffix(".whole"), shapefile(path.parent / "p", "z", synthetic_zones(4))
    )
    path.write_bytes(whole.read_bytes()[:-300])


def damaged_archive(path: Path) -> None:
    whole = zipped(
        path.with_suffix(".whole"), shapefile(path.parent / "p", "z", synthetic_zones(9))
    )
    content = bytearray(whole.read_bytes())
    start = content.index(b"z.shp") + 200
    content[start : start + 40] = bytes(40)
    path.write_bytes(content)


def truncated_geopackage(path: Path) -> None:
    synthetic_zones(9).to_file(path)
    path.write_bytes(path.read_bytes()[:20_000])


def leaving_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../z.geojson", "{}")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("z.geojson", "code,name\nA,Synthetic\n", "cannot be read as a map of zones"),
        ("z.geojson", '{"type":"FeatureCollection","features":[{"ty', "cannot be read as a map"),
        ("z.geojson", "", "is empty"),
        ("z.geojson", '{"type":"FeatureCollection","features":[]}', "holds no zone"),
        ("z.csv", "code,name\nA,Synthetic\n", "a table without geometry: metrobook import flows"),
        ("z.csv", "home,work,km\nA,B,2\n", "z.csv is a table .*: metrobook import distances z.csv"),
        ("z.gpkg", "no database", "cannot be read as a map of zones"),
        ("z.gpkg", truncated_geopackage, "cannot be read as a map of zones"),
        ("z.parquet", "no table", "cannot be read as a map of zones"),
        ("z.zip", "no archive", "is not a readable ZIP archive"),
        ("z.zip", truncated_archive, "is not a readable ZIP archive"),
        ("z.zip", damaged_archive, "is damaged"),
        ("z.zip", leaving_archive, "a path that leaves the archive"),
    ],
)
def test_what_is_no_map_is_refused_in_plain_words(tmp_path, name, content, said):
    path = tmp_path / name
    content(path) if callable(content) else path.write_text(content)
    with pytest.raises(ForeignFileError, match=said) as refusal:
        read(path)
    assert str(tmp_path) not in str(refusal.value)


def test_a_spreadsheet_is_no_archive_of_maps(tmp_path):
    pd.DataFrame({"code": ["A"]}).to_excel(tmp_path / "z.xlsx")
    with pytest.raises(ForeignFileError, match=r"z\.xlsx is a table .*import flows z\.xlsx"):
        read(tmp_path / "z.xlsx")


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ForeignFileError, match="There is no file"):
        read(tmp_path / "z.gpkg")
