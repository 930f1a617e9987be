"""Rail and bus on a map: lines as wide as their passengers are many, dashed without a count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from metrobook.render.flow_map import round_sizes
from metrobook.render.layers import Layer, LegendEntry
from metrobook.render.theme import INK

WIDEST = 5.0
NARROWEST = 1.6
UNCOUNTED = 1.2
DASH = "4 3"


@dataclass(frozen=True, eq=False)
class CountedLines(Layer):
    """Lines whose width says how many use them, with two widths in the legend."""

    sizes: tuple[tuple[str, float], ...] = field(default=(), kw_only=True)

    def legend(self) -> list[LegendEntry]:
        return [
            LegendEntry("line", f"{self.name}: {text}", self.colour, self.edge, width=width)
            for text, width in self.sizes
        ]


def line_layers(
    lines: gpd.GeoDataFrame,
    counts: pd.Series,
    *,
    name: str,
    texts: Mapping[str, str],
    fmt: Callable[[float], str],
    colour: str = INK,
    attribution: str = "",
) -> list[Layer]:
    """Return the layers of rail lines or bus corridors with their passengers.

    Parameters
    ----------
    lines : geopandas.GeoDataFrame
        ``name`` and ``line``, the line of a count (missing where the line is in no count). Several
        courses of a line show the count of the whole line.
    counts : pandas.Series
        Passengers of one period by line: one count per line.
    name : str
        Of the layer.
    texts : mapping
        ``count`` (what is counted, in which period), ``size`` (a width of the legend, with
        ``{value}``) and ``missing`` (there is no count).
    fmt : callable
        Writes a number of passengers.
    colour, attribution : str
        As of every layer.

    Returns
    -------
    list of Layer
        Lines without a count, thin and dashed, then lines with one, as far as there are any.

    Raises
    ------
    ValueError
        If a line has several counts.
    """
    known = _with_counts(lines, counts, texts, fmt)
    counted = known[known["count"] > 0].sort_values("count", kind="stable")
    without = known[~(known["count"] > 0)]
    common: dict[str, Any] = {
        "colour": colour, "edge": colour, "attribution": attribution,
        "tooltip": {"name": "", "count_text": texts["count"]},
    }  # fmt: skip
    layers: list[Layer] = []
    if len(without):
        missing = f"{name}: {texts['missing']}"
        layers.append(Layer(missing, without, weight=UNCOUNTED, dash=DASH, **common))
    if len(counted):
        most = counted["count"].max()

        def width(count: float) -> float:
            return round(max(NARROWEST, WIDEST * count / most), 1)

        sizes = tuple(
            (texts["size"].format(value=fmt(size)), width(size)) for size in round_sizes(most)[:2]
        )
        counted = counted.assign(width=counted["count"].map(width))
        layers.append(CountedLines(name, counted, weights="width", sizes=sizes, **common))
    return layers


def _with_counts(
    lines: gpd.GeoDataFrame,
    counts: pd.Series,
    texts: Mapping[str, str],
    fmt: Callable[[float], str],
) -> gpd.GeoDataFrame:
    twice = counts.index[counts.index.duplicated()]
    if len(twice):
        raise ValueError(
            f"The line {twice[0]} has several counts: choose one period and one measure."
        )
    count = lines["line"].map(counts.astype(float))
    written = [texts["missing"] if pd.isna(value) else fmt(value) for value in count]
    return lines.assign(count=count, count_text=written)
