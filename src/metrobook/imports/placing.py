"""Placing: where on earth the coordinates of a file lie, and how they may have been mistaken."""

from __future__ import annotations

import geopandas as gpd
import pyproj
from pyproj import CRS
from pyproj.exceptions import CRSError

from metrobook.exchange.project import ForeignFileError

LONGITUDES_LATITUDES = CRS.from_epsg(4326)
GEOD = pyproj.Geod(ellps="WGS84")
ASK = (
    "Name the reference system of the file with --crs, for instance --crs EPSG:27700; it stands "
    "where the file came from."
)


def placed(name: str, rows: gpd.GeoDataFrame, wanted: str) -> tuple[gpd.GeoDataFrame, str, str]:
    """Return rows in longitude and latitude, their reference system, and both in words.

    Parameters
    ----------
    name : str
        Of the file.
    rows : geopandas.GeoDataFrame
    wanted : str
        Reference system that a person named; empty if the file tells.

    Raises
    ------
    ForeignFileError
        If the coordinates lie nowhere on earth, or what a person named contradicts the file.
    """
    bounds = ", ".join(f"{value:g}" for value in rows.total_bounds)
    crs, why = _named(wanted) if wanted else rows.crs, ""
    if crs is None:
        _refuse_mistaken(name, rows)
        if not _on_earth(rows):
            raise ForeignFileError(
                f"{name} does not say its coordinate reference system (a shapefile has it in "
                f"its .prj), and its coordinates ({bounds}) are no longitudes and latitudes. {ASK}"
            )
        crs, why = LONGITUDES_LATITUDES, ", which the file does not say: they look like degrees"
    found = _brought(name, rows, crs)
    if not _on_earth(found):
        if crs.is_geographic:
            _refuse_mistaken(name, rows)
        raise ForeignFileError(
            f"{name}: read as {_spoken(crs)}, its coordinates ({bounds}) lie outside the "
            f"earth. {ASK}"
        )
    if wanted and rows.crs is not None and crs != rows.crs:
        why = _contradiction(name, rows, crs, found)
    return found, _spoken(crs), f"in {_spoken(crs)}{why}{_extent(found)}"


def _named(wanted: str) -> CRS:
    try:
        return CRS.from_user_input(int(wanted) if wanted.isdigit() else wanted)
    except CRSError:
        raise ForeignFileError(
            f"There is no coordinate reference system {wanted!r}: write it as EPSG:27700."
        ) from None


def _brought(name: str, rows: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    try:
        return rows.set_crs(crs, allow_override=True).to_crs(LONGITUDES_LATITUDES)
    except (CRSError, RuntimeError) as error:
        raise ForeignFileError(f"{name}: {crs.name} leads nowhere ({error}). {ASK}") from None


def _refuse_mistaken(name: str, rows: gpd.GeoDataFrame) -> None:
    """Refuse degrees in another order, or counted around the earth in one direction."""
    west, south, east, north = rows.total_bounds
    if -90 <= west <= east <= 90 and -180 <= south <= north <= 180 and max(-south, north) > 90:
        raise ForeignFileError(
            f"{name}: latitude and longitude are exchanged, for the second coordinate reaches "
            f"{max(south, north, key=abs):g} and no latitude is beyond 90. Swap x and y in a "
            "geographic information system and import that. Nothing was imported."
        )
    if west >= -180 and 180 < east <= 360 and -90 <= south <= north <= 90:
        raise ForeignFileError(
            f"{name}: longitudes reach {east:g}, where -180 to 180 are expected. Cut the zones at "
            "longitude 180, take 360 off what lies beyond, and import that. Nothing was imported."
        )


def _contradiction(name: str, rows: gpd.GeoDataFrame, crs: CRS, found: gpd.GeoDataFrame) -> str:
    """Say how far a named reference system takes rows from where the file itself has them."""
    told = _spoken(rows.crs)
    own = _brought(name, rows, rows.crs)
    if not _on_earth(own):
        return f" (the file says {told}, by which they would lie outside the earth)"
    if rows.crs.is_geographic and not crs.is_geographic:
        raise ForeignFileError(
            f"{name} says {told}, and its coordinates are degrees: --crs {_spoken(crs)} would read "
            "them as metres. Leave --crs out. Nothing was imported."
        )
    ends = [(frame.total_bounds[:2] + frame.total_bounds[2:]) / 2 for frame in (own, found)]
    apart = GEOD.inv(*ends[0], *ends[1])[2] / 1000
    return (
        f" (the file says {told}, by which they would lie {apart:,.0f} km from there: leave --crs "
        "out unless the file is wrong)"
    )


def _spoken(crs: CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name


def _extent(rows: gpd.GeoDataFrame) -> str:
    west, south, east, north = rows.total_bounds
    if west != west:
        return ""
    return f", longitudes {west:.2f} to {east:.2f}, latitudes {south:.2f} to {north:.2f}"


def _on_earth(rows: gpd.GeoDataFrame) -> bool:
    west, south, east, north = rows.total_bounds
    nowhere = bool((rows.geometry.isna() | rows.geometry.is_empty).all())
    return nowhere or bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)
