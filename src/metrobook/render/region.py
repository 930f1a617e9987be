"""The map of the region: one figure of all its areas, with core and buffer outlined."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import pandas as pd

from metrobook.render import metro
from metrobook.render.chapter import Chapter
from metrobook.render.classes import ClassSpec
from metrobook.render.layers import choropleth
from metrobook.study import Study


def region_shapes(chapter: Chapter) -> gpd.GeoDataFrame:
    """Return the areas that have a role, comparison areas too: of the province if there is one.

    Returns
    -------
    geopandas.GeoDataFrame
        ``area_code``, ``name``, ``role_name``; empty if the study has neither layer.
    """
    study, names = chapter.study, metro.role_names(chapter.gettext)
    names["comparison"] = chapter.gettext("Comparison area")
    roles = {code: names[role] for role in names for code in study.codes(role)}
    if (layer := region_layer(study)) is None:
        return gpd.GeoDataFrame({"area_code": [], "name": [], "role_name": []}, geometry=[])
    shapes = study.layer(layer)
    shapes = shapes[shapes["area_code"].isin(roles)]
    return shapes.assign(
        name=chapter.local(shapes, "name"), role_name=shapes["area_code"].map(roles)
    )


def region_layer(study: Study) -> str | None:
    """Return the name of the layer that shows the region, None if there is none."""
    return next((name for name in ("province", "areas") if study.has_layer(name)), None)


def region_map(
    chapter: Chapter, figures: pd.DataFrame, title: str, fmt: Callable[[float], str]
) -> metro.MetroMap:
    """Return the map of one figure for all areas of the region, with core and buffer outlined.

    Parameters
    ----------
    chapter : Chapter
    figures : pandas.DataFrame
        ``value`` and ``place`` by area code; areas without a row have a class of their own.
    title : str
        What the figure is, with its year.
    fmt : callable
        How a value is written.
    """
    _ = chapter.gettext
    shapes = region_shapes(chapter).join(figures, on="area_code")
    missing = _("not collected") if shapes["value"].isna().any() else ""
    spec = ClassSpec.quantiles(
        "value", shapes["value"], 5, metro.class_edges(chapter), missing_label=missing, digits=2
    )
    shapes = shapes.assign(
        text=shapes["value"].map(fmt, na_action="ignore"),
        place_text=shapes["place"].map(chapter.format),
    )
    columns = {
        "name": _("Area"),
        "role_name": _("Role"),
        "text": title,
        "place_text": _("Rank"),
    }
    whose = metro.attribution(chapter.study, region_layer(chapter.study))
    layers = choropleth(shapes, spec, name=title, tooltip=columns, attribution=whose)
    layers += metro.outlines(chapter, shapes)
    ordered = pd.DataFrame(shapes.sort_values(["place", "area_code"]))[[*columns]]
    return metro.MetroMap(layers, ordered.fillna("–").rename(columns=columns), heading=title)
