"""Spread: how many governments took something over, when, and how far away they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.charts.swarm import swarm
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import (
    INK,
    MUTED,
    NOT_COLLECTED,
    PAPER,
    POINTS,
    ROLE_COLOURS,
    RULE,
    SMALL_SIZE,
    new_figure,
    plot_axes,
    themed,
)

MARGIN = 6.0
COUNT_HEIGHT = 96.0
DISTANCE_HEIGHT = 170.0
UNKNOWN = 26.0
"""Height of the lane for adopters whose distance is not known."""
HEAD = 8.0
BETWEEN = 8.0
STRIP_SHARE = 0.15
YEARS = 22.0
DOT = 5.0
MARK = 11.0
BINS_PER_DECADE = 6
DECADE_TICKS = (1, 3)
MARKERS = {"documented": "o", "claimed": "^"}
DASH = (0, (3, 2))

Format = Callable[[float], str]


@themed
def spread(
    adopters: pd.DataFrame,
    governments: pd.Series,
    *,
    width: float,
    names: Mapping[str, str],
    titles: Mapping[str, str],
    fmt: Format = str,
    fmt_distance: Format = str,
) -> Figure:
    """Draw how something spread: adopters over the years, and how far away they are.

    Parameters
    ----------
    adopters : pandas.DataFrame
        One row per adopting government: ``year`` (of its first adoption; without one it has no
        place in the chart and must be left out), ``distance`` (kilometres, missing where not
        known), ``quality`` (``documented`` or ``claimed``), ``role`` (``buffer`` for the government
        in question).
    governments : pandas.Series
        Distance in kilometres of every government that could have adopted.
    width : float
        Inches.
    names : mapping
        Legend texts ``documented``, ``claimed``, ``buffer``, ``governments`` and ``unknown`` (the
        lane of adopters without a distance).
    titles : mapping
        ``count`` (what the upper panel counts), ``distance`` (what the lower one measures) and
        ``governments`` (short head of the strip with all governments).
    fmt, fmt_distance : callable
        Write a number of governments and a distance.

    Raises
    ------
    ValueError
        If a distance is not above zero, which no logarithmic scale can show.
    """
    if adopters.empty:
        return new_figure(width, 2 * MARGIN / POINTS)
    distances = [*adopters["distance"].dropna(), *governments.dropna()]
    if min(distances, default=1) <= 0:
        raise ValueError(
            f"A distance of {min(distances)} km cannot stand on a logarithmic scale: give the "
            "distance between the centres of both governments, and leave out the origin itself."
        )
    handles = _handles(adopters, governments)
    legend = [names[key] for key in handles]
    located = adopters["distance"].notna()
    page = _Page.laid_out(width, legend, titles, bool(len(governments)), not located.all())
    figure = new_figure(width, page.height / POINTS)
    total = _cumulative(adopters)
    counts = MaxNLocator(3, integer=True).tick_values(0, max(float(total["all"].max()), 1.0))
    kilometres = _log_ticks(distances)
    written = [*map(fmt, counts), *map(fmt_distance, kilometres)]
    sides = {
        "left": 2 * MARGIN + max(text_width(text, SMALL_SIZE) for text in written),
        "right": page.strip + 2 * MARGIN,
    }
    upper = plot_axes(figure, bottom=page.height - page.top - COUNT_HEIGHT, top=page.top, **sides)
    below = page.height - page.floor
    lower = plot_axes(figure, bottom=below, top=page.floor - DISTANCE_HEIGHT, **sides)
    panels = [upper, lower]
    if below > YEARS:
        panels.append(plot_axes(figure, bottom=YEARS, top=page.floor, **sides))
    for axes in panels:
        _frame(axes, adopters["year"])
    _count(upper, adopters, total, [tick for tick in counts if tick >= 0], fmt)
    _distance_scale(lower, distances, kilometres, fmt_distance)
    _dots(lower, adopters[located], "distance")
    for axes in panels[2:]:
        _unknown(axes, adopters[~located])
    years = _year_ticks(adopters["year"], upper.get_window_extent().width)
    panels[-1].set_xticks(years, [str(year) for year in years])
    if page.strip:
        _strip(figure, lower, governments, page.strip)
    page.write_heads(figure)
    place_legend(figure, list(handles.values()), legend)
    return figure


@dataclass(frozen=True)
class _Page:
    """Where the panels begin and end, in points from the top, and their heads."""

    first: str
    second: str
    beside: str
    strip: float
    start: float
    top: float
    middle: float
    floor: float
    height: float

    @classmethod
    def laid_out(
        cls, width: float, legend: list[str], titles: Mapping[str, str], strip: bool, lane: bool
    ) -> _Page:
        """Return the layout of a page with or without a strip and a lane."""
        room = _strip_width(titles["governments"], width * POINTS) if strip else 0.0
        across = width * POINTS - 2 * MARGIN
        first = wrap(titles["count"], across, SMALL_SIZE, "bold")
        second = wrap(titles["distance"], across - room - MARGIN, SMALL_SIZE, "bold")
        beside = wrap(titles["governments"], room, SMALL_SIZE) if strip else ""
        start = legend_height(legend, width)
        top = start + text_height(first, SMALL_SIZE) + HEAD
        middle = top + COUNT_HEIGHT + BETWEEN
        heads = max(text_height(text, SMALL_SIZE) for text in (second, beside))
        floor = middle + heads + HEAD + DISTANCE_HEIGHT
        height = floor + UNKNOWN * lane + YEARS
        return cls(first, second, beside, room, start, top, middle, floor, height)

    def write_heads(self, figure: Figure) -> None:
        """Write the head of each panel and of the strip."""
        page = figure.get_size_inches()[0] * POINTS
        right = 1 - (MARGIN + self.strip) / page
        bold, muted = {"weight": "bold"}, {"color": MUTED}
        for text, x, y, look in (
            (self.first, MARGIN / page, self.start, bold),
            (self.second, MARGIN / page, self.middle, bold),
            (self.beside, right, self.middle, muted),
        ):
            figure.text(x, 1 - (y + 3) / self.height, text, va="top", fontsize=SMALL_SIZE, **look)


def _strip_width(title: str, page: float) -> float:
    """Return the width of the strip: at least that of the longest word above it."""
    words = [text_width(word, SMALL_SIZE) for word in title.split()]
    return min(max([STRIP_SHARE * page, *words]), 2 * STRIP_SHARE * page)


def _cumulative(adopters: pd.DataFrame) -> pd.DataFrame:
    """Return by year how many governments had adopted: documented ones, and all."""
    years = range(int(adopters["year"].min()), int(adopters["year"].max()) + 1)
    documented = adopters["quality"] == "documented"
    return pd.DataFrame(
        {
            "documented": adopters.loc[documented, "year"].value_counts(),
            "all": adopters["year"].value_counts(),
        },
        index=years,
    ).fillna(0).cumsum()  # fmt: skip


def _frame(axes: Any, years: pd.Series) -> None:
    axes.set_xlim(int(years.min()) - 0.6, int(years.max()) + 0.6)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=3, pad=2)
    axes.spines["left"].set_visible(False)


def _count(
    axes: Any, adopters: pd.DataFrame, total: pd.DataFrame, ticks: list[float], fmt: Format
) -> None:
    for column, dash in (("all", DASH), ("documented", "solid")):
        if column == "documented" or (total["all"] > total["documented"]).any():
            axes.stairs(
                total[column], [*(total.index - 0.5), total.index[-1] + 0.5], baseline=None,
                color=INK, linewidth=1.8, linestyle=dash,
            )  # fmt: skip
    axes.set_ylim(0, ticks[-1])
    axes.set_yticks(ticks, [fmt(tick) for tick in ticks])
    axes.grid(axis="y")
    for own in adopters[adopters["role"] == "buffer"].itertuples():
        axes.plot(own.year, total.loc[own.year, "all"], **_look(own.quality, True), clip_on=False)


def _log_ticks(distances: list[float]) -> list[float]:
    low, high = min(distances, default=1.0), max(distances, default=1.0)
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [float(first * 10.0**decade) for decade in decades for first in DECADE_TICKS]
    return [tick for tick in ticks if 0.8 * low <= tick <= 1.25 * high] or [low]


def _distance_scale(axes: Any, distances: list[float], ticks: list[float], fmt: Format) -> None:
    axes.set_yscale("log")
    axes.set_ylim(0.75 * min(distances, default=1.0), 1.4 * max(distances, default=1.0))
    axes.set_yticks(ticks, [fmt(tick) for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.grid(axis="y")


def _dots(axes: Any, adopters: pd.DataFrame, column: str) -> None:
    """Draw a dot per adopter in the column of its year, moved aside where dots would touch."""
    box = axes.get_window_extent()
    per_year = box.width / (axes.get_xlim()[1] - axes.get_xlim()[0])
    ordered = adopters.sort_values("role", key=lambda roles: roles != "buffer", kind="stable")
    for year, part in ordered.groupby("year"):
        heights = axes.transData.transform([(year, value) for value in part[column]])[:, 1]
        aside = swarm(list(heights), 0.45 * per_year, DOT + 1.5)
        for row, offset in zip(part.itertuples(), aside, strict=True):
            own = row.role == "buffer"
            axes.plot(
                year + offset / per_year, getattr(row, column), **_look(row.quality, own),
                zorder=4 if own else 3, clip_on=False,
            )  # fmt: skip


def _unknown(axes: Any, adopters: pd.DataFrame) -> None:
    axes.set_ylim(-1, 1)
    axes.set_facecolor(NOT_COLLECTED)
    axes.set_yticks([])
    _dots(axes, adopters.assign(lane=0.0), "lane")


def _look(quality: str, own: bool) -> dict[str, Any]:
    colour = ROLE_COLOURS["buffer" if own else "core"]
    return {
        "marker": MARKERS[quality], "linestyle": "none", "markersize": MARK if own else DOT,
        "markerfacecolor": PAPER if quality == "claimed" and not own else colour,
        "markeredgecolor": INK if own else colour, "markeredgewidth": 1.2,
    }  # fmt: skip


def _year_ticks(years: pd.Series, room: float) -> list[int]:
    first, last = int(years.min()), int(years.max())
    fitting = max(1, int(room // (1.4 * text_width("0000", SMALL_SIZE))))
    return list(range(first, last + 1, -(-(last - first + 1) // fitting)))


def _strip(figure: Figure, beside: Any, governments: pd.Series, room: float) -> None:
    page = figure.get_size_inches()[0] * POINTS
    box = beside.get_position()
    axes = figure.add_axes((1 - (MARGIN + room) / page, box.y0, room / page, box.height))
    low, high = beside.get_ylim()
    bins = np.geomspace(low, high, max(4, int(np.log10(high / low) * BINS_PER_DECADE)))
    axes.hist(
        governments.dropna(), bins=bins, orientation="horizontal", color=RULE, edgecolor=PAPER,
        linewidth=0.6,
    )  # fmt: skip
    axes.set_yscale("log")
    axes.set(ylim=(low, high), xticks=[])
    axes.set_yticks([])
    axes.set_yticks([], minor=True)
    axes.spines["bottom"].set_visible(False)


def _handles(adopters: pd.DataFrame, governments: pd.Series) -> dict[str, Any]:
    handles: dict[str, Any] = {}
    for own in adopters.loc[adopters["role"] == "buffer", "quality"].head(1):
        handles["buffer"] = Line2D([], [], **_look(own, True))
    for quality in MARKERS:
        if (adopters["quality"] == quality).any():
            handles[quality] = Line2D([], [], **_look(quality, False))
    if len(governments):
        handles["governments"] = Patch(color=RULE)
    if adopters["distance"].isna().any():
        handles["unknown"] = Patch(color=NOT_COLLECTED)
    return handles
