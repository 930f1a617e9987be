"""Maps of travel: flows between areas, shares of areas, areas by the city they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import geopandas as gpd
import pandas as pd

from metrobook import language
from metrobook.commuting import Flows
from metrobook.render.chapter import Chapter
from metrobook.render.classes import ClassSpec
from metrobook.render.flow_map import FlowLayer, flow_layer, place_layer
from metrobook.render.layers import BUS, Layer, choropleth
from metrobook.render.metro import (
    MetroMap,
    attribution,
    metro_areas,
    metro_shapes,
    outlines,
)
from metrobook.render.theme import INK, MUTED
from metrobook.render.transit import line_layers

AROUND = 8000.0
"""Metres around the ends of arrows that a flow map shows at first."""


def flow_texts(_: Callable[[str], str]) -> dict[str, str]:
    """Return the words of a flow map."""
    return {
        "filter": _("Smallest flow shown"),
        "shown": _(
            "Links shown: {links} of {of}, those with at least {least} people; they carry {share} "
            "of all who leave their area."
        ),
        "origin": _("Home"),
        "destination": _("Destination"),
        "value": _("People"),
        "size": _("{value} people"),
        "direction": _("from home (wide end) to destination (arrow)"),
        "estimate": _("estimate"),
    }  # fmt: skip


def flows_map(chapter: Chapter, flows: Flows | pd.DataFrame, title: str) -> MetroMap:
    """Return the map of the flows between the areas of the metropolitan area.

    Parameters
    ----------
    chapter : Chapter
    flows : Flows or pandas.DataFrame
        As for :func:`~metrobook.render.flow_map.flow_layer`.
    title : str
        Name of the layer of flows.

    Returns
    -------
    MetroMap
        :func:`flows_of` finds its layer of flows; the table lists every link.
    """
    _ = chapter.gettext
    areas = metro_areas(chapter)
    places = areas.set_index("area_code")
    ground = Layer(
        _("Areas"), areas, filled=False, edge=MUTED, weight=0.8,
        attribution=attribution(chapter.study, "areas"),
    )  # fmt: skip
    arrows = flow_layer(
        flows, places, name=title, texts=flow_texts(_), fmt=chapter.format,
        percent=lambda share: language.percent(share, chapter.language, 0),
    )  # fmt: skip
    points = place_layer(places, _("Names"))
    ends = areas.to_crs(chapter.study.projection).representative_point()
    near = gpd.GeoDataFrame(geometry=ends.buffer(AROUND))
    return MetroMap([ground, arrows, points], arrows.table(), extent=near, heading=title)


def flows_of(drawn: MetroMap) -> FlowLayer:
    """Return the layer of flows of a map."""
    [arrows] = [layer for layer in drawn.layers if isinstance(layer, FlowLayer)]
    return arrows


def share_map(
    chapter: Chapter,
    shares: pd.Series,
    title: str,
    edges: list[float],
    missing: str,
    *,
    districts: bool = False,
    written: pd.Series | None = None,
) -> MetroMap:
    """Return a map of one share by area, with core and buffer outlined.

    Parameters
    ----------
    chapter : Chapter
    shares : pandas.Series
        Shares of one by area or district; an area without one is a class of its own.
    title : str
        What of what the share is.
    edges : list of float
        Borders of the classes, in percent.
    missing : str
        Name of the class without a value.
    districts : bool
        Whether the shares are those of districts.
    written : pandas.Series, optional
        How the values are written, such as with their interval.
    """
    _ = chapter.gettext
    shapes = metro_shapes(chapter) if districts else metro_areas(chapter)
    shapes = shapes.assign(share=100 * shapes["area_code"].map(shares))
    spec = ClassSpec.breaks_at(
        "share", edges, fmt=lambda edge: f"{chapter.format(edge)}%", missing_label=missing
    )
    text = shares.map(lambda share: language.percent(share, chapter.language, 1))
    text = (text if written is None else written).where(shares.notna())
    shapes["text"] = shapes["area_code"].map(text).fillna(missing)
    shapes["class"] = spec.labels_for(shapes["share"])
    columns = {"name": _("District") if districts else _("Area")}
    columns |= {"city": _("Area")} if districts else {}
    columns |= {"text": title, "class": _("Class on the map")}
    whose = attribution(chapter.study, "districts" if districts else "areas")
    layers = choropleth(
        shapes, spec, name=title, tooltip=columns, attribution=whose,
        label=None if districts else "name", weight=0.5 if districts else 1.0,
    )  # fmt: skip
    layers += outlines(chapter, metro_areas(chapter)) if districts else []
    table = pd.DataFrame(shapes.sort_values("share", ascending=False, kind="stable"))
    return MetroMap(layers, table[[*columns]].rename(columns=columns), heading=title)


def membership_map(chapter: Chapter, groups: pd.Series, title: str, none: str) -> MetroMap:
    """Return a map of the areas coloured by the city or the market that each belongs to.

    Parameters
    ----------
    chapter : Chapter
    groups : pandas.Series
        Name of the group by area, missing where an area belongs to none.
    title : str
        What the groups are.
    none : str
        Name of the class of areas without a group.
    """
    _ = chapter.gettext
    shapes: gpd.GeoDataFrame = metro_areas(chapter)
    shapes["group"] = shapes["area_code"].map(groups)
    names = list(dict.fromkeys(groups.dropna()))
    spec = ClassSpec.categorical("group", {name: name for name in names}, missing_label=none)
    shapes["text"] = spec.labels_for(shapes["group"])
    columns = {"name": _("Area"), "text": title}
    layers = choropleth(
        shapes, spec, name=title, tooltip=columns, label="name",
        attribution=attribution(chapter.study, "areas"),
    )  # fmt: skip
    return MetroMap(layers, pd.DataFrame(shapes)[[*columns]].rename(columns=columns), heading=title)


def ridership_map(
    chapter: Chapter, passengers: pd.DataFrame, parts: Mapping[str, str]
) -> MetroMap | None:
    """Return the map of rail and bus lines, wider where more passengers were counted.

    Parameters
    ----------
    chapter : Chapter
    passengers : pandas.DataFrame
        ``system, line, place, period, value``: counts of passengers.
    parts : mapping of str to str
        How the part of a year is called, by what stands behind the year of a period.

    Returns
    -------
    MetroMap or None
        None where no line of the layers is in any count.
    """
    _, study, layers, rows, periods = chapter.gettext, chapter.study, [], [], []
    unknown = chapter.format(float("nan"))
    for layer, title, colour in (
        ("bus_corridors", _("Bus corridors"), BUS),
        ("rail_lines", _("Commuter rail"), INK),
    ):
        if not study.has_layer(layer) or "line" not in (lines := study.layer(layer)):
            continue
        counts, period = widest_count(passengers, lines["line"])
        year, part = period[:4], parts.get(period[4:], period[4:])
        when = f"{part} {year}" if period else unknown
        periods.append(period)
        texts = {
            "count": _("Passengers, {part} {year}").format(part=part, year=year)
            if period
            else _("Passengers"),
            "size": _("{value} passengers"),
            "missing": _("no count"),
        }
        layers += line_layers(
            lines, counts, name=title, texts=texts, fmt=chapter.format, colour=colour,
            attribution=attribution(study, layer),
        )  # fmt: skip
        mapped = [*lines["line"].dropna().unique()]
        rows += [
            (title, line, chapter.format(counts.get(line, float("nan"))), when, shown)
            for line in sorted({*mapped, *counts.index})
            for shown in [_("yes") if line in mapped else _("not on the map")]
        ]
    if not any(periods):
        return None
    areas = metro_areas(chapter)
    ground = Layer(
        _("Areas"), areas, filled=False, edge=MUTED, weight=0.8, label="name",
        attribution=attribution(study, "areas"),
    )  # fmt: skip
    columns = [_("Means"), _("Line"), _("Passengers"), _("Period"), _("On the map")]
    return MetroMap([ground, *layers], pd.DataFrame(rows, columns=columns), extent=areas)


def widest_count(passengers: pd.DataFrame, lines: pd.Series) -> tuple[pd.Series, str]:
    """Return the counts by line of one system and period: those that count most of some lines.

    Of equals the latest period is taken. Other lines of that system and period come along; sums of
    all lines and counts at a place do not.

    Returns
    -------
    tuple
        Counts by line, and their period; empty where none of the lines is counted.
    """
    whole = passengers["place"].isna() & passengers["value"].notna()
    counted = passengers[whole & passengers["line"].notna()]
    counted = counted[~counted["line"].str.startswith("all ")]
    found = counted[counted["line"].isin(set(lines.dropna()))]
    if found.empty:
        return pd.Series(dtype=float), ""
    cover = found.groupby(["system", "period"])["line"].nunique().reset_index()
    best = cover.sort_values(["line", "period", "system"]).iloc[-1]
    same = (counted["system"] == best["system"]) & (counted["period"] == best["period"])
    return counted[same].set_index("line")["value"], str(best["period"])
