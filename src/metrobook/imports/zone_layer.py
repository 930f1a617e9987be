"""A layer of zones as GeoJSON, and the rows of the areas table that go with it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import mapping

from metrobook.amend import Amendment
from metrobook.imports.geojson import geojson
from metrobook.imports.proposal import imported_before
from metrobook.study import Study

OTHER_CODE = "code_in_source"


def feature_collection(name: str, table: pd.DataFrame, shapes: np.ndarray) -> str:
    """Return polygons as GeoJSON, one feature to a line.

    Examples
    --------
    >>> table = pd.DataFrame({"area_code": ["1"], "name_en": [""]})
    >>> print(feature_collection("areas", table, np.array([shapely.box(0, 0, 1, 1)])).split()[1])
    {"type":"Feature","properties":{"area_code":"1"},"geometry":{"type":"Polygon","coordinates":\
[[[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,1.0],[0.0,0.0]]]}}
    """
    ordered = shapely.orient_polygons(shapely.normalize(shapes))
    features = [
        {
            "type": "Feature",
            "properties": {key: value for key, value in row.items() if value},
            "geometry": mapping(_single(shape)),
        }
        for row, shape in zip(table.to_dict("records"), ordered, strict=True)
    ]
    return geojson({"name": name}, features)


def layer_table(
    amendment: Amendment, study: Study, zones: gpd.GeoDataFrame, layer: str
) -> pd.DataFrame:
    """Return the properties of the features: code, names as in the areas table, parent.

    A code of the file that the study writes otherwise stands as ``code_in_source``, by which a
    table of flows from the same office can be matched.
    """
    rows = amendment.table("areas").set_index("area_code").loc[zones["area_code"]].reset_index()
    names = [column for column in rows if column.startswith("name_")]
    kept = ["area_code", *names, *(["parent_code"] if layer == "districts" else [])]
    rows["parent_code"] = rows["parent_code"].where(rows["parent_code"] != "", zones["parent_code"])
    own = zones["code"].where(zones["code"] != zones["area_code"], "")
    return rows[kept].assign(**({OTHER_CODE: own} if own.any() else {}))


def amend_areas(
    amendment: Amendment, study: Study, zones: gpd.GeoDataFrame, level: str, source: str, layer: str
) -> tuple[list[str], list[str]]:
    """Add zones that are new to the areas table, and areas in km² where the table has none.

    What people wrote stays. What an earlier import of zones measured is measured again; rows
    that it added and this file no longer has are taken out where no role and no part hangs on
    them.

    Returns
    -------
    tuple of (list of str, list of str)
        Sentences, and the codes of the areas whose area in km² is from the polygons.
    """
    known = amendment.table("areas")
    earlier = _measured_before(study, known)
    earlier_here = _measured_before(study, known, layer)
    rows = known.set_index("area_code", drop=False)
    here = rows[rows["area_code"].isin(zones["area_code"])]
    blank = (here["area_km2"] == "") & (here["source_id"] == "")
    found = pd.DataFrame(
        {
            "area_code": zones["area_code"], "level": level, "source_id": source,
            "area_km2": zones["km2"].map("{:.3f}".format), "parent_code": zones["parent_code"],
        }
        | {name: zones[name] for name in zones if name.startswith("name_")}
    ).set_index("area_code", drop=False)  # fmt: skip
    found["name_en"] = found.get("name_en", pd.Series("", found.index)).replace("", None)
    found["name_en"] = found["name_en"].fillna(found["area_code"])
    new = found[~found["area_code"].isin(here["area_code"])]
    again = here[blank | here["area_code"].isin(earlier)].copy()
    again[["area_km2", "source_id"]] = found.loc[again.index, ["area_km2", "source_id"]]
    amendment.replace_rows("areas", pd.concat([again, new]), over=["area_code"])
    gone = _take_out(amendment, study, earlier_here - set(zones["area_code"]))
    measured = sorted([*again["area_code"], *new["area_code"]])
    return _said(len(new), len(again), gone, level), measured


def _measured_before(study: Study, known: pd.DataFrame, layer: str = "") -> set[str]:
    """Return the areas whose area in km² was written by an earlier import, of a layer or any."""
    written = {
        (code, entry["options"]["source"]) for entry in imported_before(study, "zones")
        if layer in ("", entry["options"]["target"])
        for code in entry["options"].get("measured", "").split(";")
    }  # fmt: skip
    pairs = known[["area_code", "source_id"]].itertuples(index=False, name=None)
    return {code for code, source in pairs if (code, source) in written}


def _take_out(amendment: Amendment, study: Study, codes: set[str]) -> int:
    """Take rows out that an earlier import added and nothing hangs on; return how many."""
    above = amendment.table("areas")["parent_code"]
    roles = set(study.areas.loc[study.areas["role"] != "", "area_code"])
    return amendment.remove_rows("areas", "area_code", codes - roles - set(above))


def _said(new: int, again: int, gone: int, level: str) -> list[str]:
    sentences = []
    if new:
        sentences.append(f"New in areas.csv, with the level {level} (--level): {new:,}.")
    if again or new:
        sentences.append(
            f"Measured on these polygons: area_km2 of {again + new:,}. Replace it by official "
            "figures where you have them."
        )
    if gone:
        sentences.append(f"No longer in areas.csv, where the earlier import put them: {gone:,}.")
    return sentences


def _single(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape
