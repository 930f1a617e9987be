"""Placebo strips: where one area stands among others that were measured in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from metrobook.render.charts.legend import place_legend
from metrobook.render.charts.rows import BAR, BAR_GAP, MARGIN, RowPage
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
    themed,
)

STRIP = 2 * BAR + BAR_GAP
PLACEBO = "#8A95A1"
DOT = 4.5
MARK = 11.0
MIDDLE_HALF = (0.25, 0.75)
LEAST_FOR_BOX = 4
NOTE_SHARE = 0.3

Format = Callable[[float], str]


@themed
def placebo_strips(
    frame: pd.DataFrame,
    *,
    width: float,
    label: str,
    value: str,
    role: str,
    note: str,
    names: Mapping[str, str],
    value_title: str = "",
    fmt: Format = str,
    limits: tuple[float, float] = (-1, 1),
    ends: tuple[str, str] = ("", ""),
) -> Figure:
    """Draw, for each indicator, one area as a large mark among the dots of all others.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per indicator and area.
    width : float
        Inches.
    label, value, role, note : str
        Columns: name of the indicator; the statistic; ``buffer`` for the area in question, anything
        else for the others (the placebos); and what stands at the right of the row, for instance
        ``4 of 26`` (the first text of each indicator counts). Without a value of the area in
        question there is no mark, and the note should say why.
    names : mapping
        Legend texts for ``buffer``, ``placebo`` and ``middle`` (the box: the middle half of the
        placebos, where there are at least four).
    value_title : str
        What is measured.
    fmt : callable
        Writes a value of the scale.
    limits : tuple of float
        Ends of the scale; widened where a value lies beyond.
    ends : tuple of str
        What low and high values mean, written below the ends of the scale.
    """
    if frame.empty:
        return new_figure(width, 2 * MARGIN / POINTS)
    rows = [(text, part) for text, part in frame.groupby(label, sort=False)]
    page = RowPage([text for text, _ in rows], [2] * len(rows), width, value_title, above=True)
    room = NOTE_SHARE * page.plot_width
    notes = [wrap(_first(part[note]), room, SMALL_SIZE, "bold") for _, part in rows]
    beside = max(text_width(text, SMALL_SIZE, "bold") for text in notes) + 2 * MARGIN
    half = (page.plot_width - beside) / 2 - 4
    meanings = [wrap(text, half, SMALL_SIZE) for text in ends]
    bottom = 22 + max(text_height(text, SMALL_SIZE) for text in meanings) * any(ends)
    axes = page.axes(list(names.values()), bottom=bottom)
    low, high = _limits(frame[value].dropna(), limits)
    pad = 0.03 * (high - low)
    scale = (high - low + 2 * pad) / (page.plot_width - beside)
    axes.set_xlim(low - pad, low - pad + scale * page.plot_width)
    for order, ((_, part), text) in enumerate(zip(rows, notes, strict=True)):
        y = page.y(order, 0) + (BAR + BAR_GAP) / 2
        _zero(axes, page, order, y)
        axes.plot((low, high), (y, y), color=RULE, linewidth=1, zorder=0)
        known = part.dropna(subset=value)
        own = known[role] == "buffer"
        _strip(axes, known.loc[~own, value], known.loc[own, value], y, scale)
        axes.annotate(
            text, (high + pad, y), (MARGIN, 0), textcoords="offset points", va="center",
            fontsize=SMALL_SIZE, weight="bold",
        )  # fmt: skip
    _scale(axes, low, high, fmt)
    for meaning, x, side in zip(meanings, (low, high), ("left", "right"), strict=True):
        axes.annotate(
            meaning, (x, 0), (0, -18), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha=side, va="top", fontsize=SMALL_SIZE, color=MUTED,
        )  # fmt: skip
    place_legend(axes.figure, _handles(), [names[key] for key in ("buffer", "placebo", "middle")])
    return axes.figure


def _first(texts: pd.Series) -> str:
    return next((str(text) for text in texts.dropna()), "")


def _limits(values: pd.Series, limits: tuple[float, float]) -> tuple[float, float]:
    return min([limits[0], *values]), max([limits[1], *values])


def _zero(axes: Any, page: RowPage, order: int, y: float) -> None:
    """Draw the zero line through a row, but not through a label that stands above its strip."""
    top, floor = sum(page.heights[:order]), sum(page.heights[: order + 1])
    ends = (y - STRIP / 2, y + STRIP / 2) if page.above else (top, floor)
    axes.vlines(0, *ends, color=INK, linewidth=1, zorder=1)


def _strip(axes: Any, placebos: pd.Series, own: pd.Series, y: float, scale: float) -> None:
    if len(placebos) >= LEAST_FOR_BOX:
        first, last = placebos.quantile(MIDDLE_HALF)
        axes.add_patch(
            Rectangle(
                (first, y - STRIP / 2 + 2), last - first, STRIP - 4, facecolor=NOT_COLLECTED,
                edgecolor="none", zorder=0.5,
            )
        )  # fmt: skip
    mark = [((place / scale, 0.0), MARK) for place in own]
    aside = swarm(list(placebos / scale), STRIP / 2 - DOT / 2, DOT, mark)
    axes.plot(
        placebos, [y + offset for offset in aside], "o", color=PLACEBO, markersize=DOT,
        markeredgewidth=0, zorder=2,
    )  # fmt: skip
    axes.plot(own, [y] * len(own), "D", **_mark(), zorder=3)


def _mark() -> dict[str, Any]:
    return {
        "color": ROLE_COLOURS["buffer"], "markersize": 0.8 * MARK, "markeredgecolor": INK,
        "markeredgewidth": 1.2,
    }  # fmt: skip


def _scale(axes: Any, low: float, high: float, fmt: Format) -> None:
    ticks = [tick for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high]
    axes.set_xticks(ticks, [fmt(tick) for tick in ticks])
    axes.tick_params(axis="x", length=3, pad=3)


def _handles() -> list[Any]:
    return [
        Line2D([], [], linestyle="none", marker="D", **_mark()),
        Line2D([], [], linestyle="none", marker="o", color=PLACEBO, markersize=DOT + 0.5),
        Patch(facecolor=NOT_COLLECTED, edgecolor=PAPER),
    ]
