"""Timeline: dated events in lanes, each date as precise as its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.text import LEADING, text_height, text_width, wrap
from metrobook.render.theme import (
    CATEGORICAL,
    INK,
    MUTED,
    NOT_COLLECTED,
    POINTS,
    ROLE_COLOURS,
    RULE,
    SMALL_SIZE,
    new_figure,
    page_axes,
    themed,
    tint,
)

PHONE = 5.0
MARGIN = 6.0
LABEL_WIDTH = 104.0
LINE = 7.0


@dataclass(frozen=True)
class Span:
    """The time that a date may mean, in decimal years."""

    start: float
    end: float
    precision: str

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


def date_span(text: str) -> Span:
    """Return the time that a date of year, month or day precision covers.

    Parameters
    ----------
    text : str
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Raises
    ------
    ValueError
        If the text is none of these.

    Examples
    --------
    >>> date_span("2013")
    Span(start=2013.0, end=2014.0, precision='year')
    """
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            return Span(float(parts[0]), parts[0] + 1.0, "year")
        first = dt.date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)
    except (AttributeError, ValueError, IndexError) as error:
        raise ValueError(f"date {text!r}: expected YYYY, YYYY-MM or YYYY-MM-DD") from error
    if len(parts) == 2:
        following = dt.date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return Span(_decimal(first), _decimal(following), "month")
    return Span(_decimal(first), _decimal(first + dt.timedelta(days=1)), "day")


def _decimal(day: dt.date) -> float:
    start, end = dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1)
    return day.year + (day - start).days / (end - start).days


@themed
def timeline(
    events: pd.DataFrame,
    *,
    width: float,
    lanes: Mapping[str, str],
    labels: Mapping[str, str],
) -> Figure:
    """Draw dated events as a timeline: lanes across on pages, downwards on phones.

    An event whose date is only a year is drawn as a bar over that year, one known to the
    month or day as a point.

    Parameters
    ----------
    events : pandas.DataFrame
        Columns ``date`` (``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``), ``lane``, ``label`` (text
        of a key event; empty for the others) and, if wanted, ``when`` (the date as readers
        shall see it).
    width : float
        Inches.
    lanes : mapping of str to str
        Lane to role, in drawing order; the role gives the colour.
    labels : mapping
        Texts of the legend: ``key``, ``other`` and ``year_only``.
    """
    moments = _moments(events, lanes)
    colours = _lane_colours(lanes)
    draw = _downwards if width < PHONE else _across
    return draw(moments, width, colours, labels)


def _moments(events: pd.DataFrame, lanes: Mapping[str, str]) -> pd.DataFrame:
    kept = events[events["lane"].isin(lanes)].sort_values(["date", "lane"], kind="stable")
    spans = [date_span(text) for text in kept["date"]]
    text = kept["label"].fillna("").astype(str)
    when = kept["when"].fillna("").astype(str) if "when" in kept else ""
    return pd.DataFrame({"lane": kept["lane"], "label": text, "when": when}).assign(
        at=[span.middle for span in spans],
        start=[span.start for span in spans],
        end=[span.end for span in spans],
        year_only=[span.precision == "year" for span in spans],
    )


def _lane_colours(lanes: Mapping[str, str]) -> dict[str, str]:
    spare = iter(CATEGORICAL[3:])
    return {
        lane: ROLE_COLOURS[role] if role in ROLE_COLOURS and role else next(spare)
        for lane, role in lanes.items()
    }


def _years(moments: pd.DataFrame) -> range:
    return range(int(moments["start"].min()), int(-(-moments["end"].max() // 1)) + 1)


def _key_handles(colour: str) -> list[Any]:
    return [
        Line2D([], [], linestyle="none", marker="o", markersize=8, color=colour),
        Line2D(
            [], [], linestyle="none", marker="|", markersize=9, markeredgewidth=1.6, color=colour
        ),
        Line2D([], [], linewidth=5, color=tint(colour, 0.45), solid_capstyle="butt"),
    ]


def _legend_texts(labels: Mapping[str, str]) -> list[str]:
    return [labels["key"], labels["other"], labels["year_only"]]


@dataclass
class _Label:
    x: float
    right: float
    level: int
    height: float
    text: str
    when: str


def _levels(keys: pd.DataFrame, x_of: Any) -> list[_Label]:
    """Stack labels so that no label and no line to a label crosses another label.

    From the last event to the first: a label stands above all labels that begin within
    its width.
    """
    placed: list[_Label] = []
    for row in keys.sort_values("at", ascending=False, kind="stable").itertuples():
        text = wrap(row.label, LABEL_WIDTH, SMALL_SIZE)
        wide = max(text_width(text, SMALL_SIZE), text_width(row.when, SMALL_SIZE, "bold"))
        x = x_of(row.at)
        below = [label.level for label in placed if label.x < x + wide + LINE]
        height = text_height(text, SMALL_SIZE) + (SMALL_SIZE * LEADING if row.when else 0)
        placed.append(_Label(x, x + wide, max(below, default=-1) + 1, height, text, row.when))
    return placed


def _write_label(axes: Any, label: _Label, x: float, y: float, colour: str) -> None:
    """Write a label with its top left corner at a point."""
    if label.when:
        axes.text(x, y, label.when, va="top", fontsize=SMALL_SIZE, weight="bold", color=colour)
        y += SMALL_SIZE * LEADING
    axes.text(
        x, y, label.text, va="top", fontsize=SMALL_SIZE, linespacing=LEADING * 0.85, color=INK
    )


def _across(
    moments: pd.DataFrame, width: float, colours: Mapping[str, str], labels: Mapping[str, str]
) -> Figure:
    years = _years(moments)
    left, right = 2 * MARGIN, width * POINTS - LABEL_WIDTH - MARGIN

    def x_of(at: float) -> float:
        return left + (at - years[0]) / (years[-1] - years[0]) * (right - left)

    stacks = {
        lane: _levels(moments[(moments["lane"] == lane) & (moments["label"] != "")], x_of)
        for lane in colours
    }
    heights = {lane: _stack_heights(stack) for lane, stack in stacks.items()}
    lane_heights = {lane: 22 + sum(heights[lane]) + 34 for lane in colours}
    top = legend_height(_legend_texts(labels), width)
    figure = new_figure(width, (top + sum(lane_heights.values()) + 26) / POINTS)
    axes = page_axes(figure)
    floor = top + sum(lane_heights.values())
    for year in years:
        axes.plot((x_of(year),) * 2, (top, floor), color=NOT_COLLECTED, linewidth=0.8, zorder=0)
    _year_texts(axes, years, x_of, floor)
    y = top
    for lane, colour in colours.items():
        base = y + lane_heights[lane] - 22
        axes.text(
            left, y + 4, lane, va="top", weight="bold", color=colour,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
        axes.plot((left, right), (base, base), color=colour, linewidth=1.2, zorder=1)
        for label in stacks[lane]:
            head = base - 12 - sum(heights[lane][: label.level + 1])
            axes.plot((label.x, label.x), (base, head + 2), color=colour, linewidth=0.8, zorder=2)
            axes.add_patch(
                Rectangle((label.x, head), label.right - label.x + 4, label.height,
                          facecolor="white", edgecolor="none", zorder=1.5)
            )  # fmt: skip
            _write_label(axes, label, label.x + 3, head, colour)
        for row in moments[moments["lane"] == lane].itertuples():
            _mark(axes, row, (x_of(row.start), x_of(row.end)), base, colour, upright=False)
        y += lane_heights[lane]
    place_legend(figure, _key_handles(MUTED), _legend_texts(labels))
    return figure


def _stack_heights(stack: list[_Label]) -> list[float]:
    levels = max((label.level for label in stack), default=-1) + 1
    return [
        max(label.height for label in stack if label.level == level) + 5 for level in range(levels)
    ]


def _year_texts(axes: Any, years: range, x_of: Any, floor: float) -> None:
    room = x_of(years[1]) - x_of(years[0])
    step = 1 if room > text_width("0000", SMALL_SIZE) + 4 else 2
    for year in years[:-1:step]:
        axes.text(
            x_of(year + 0.5), floor + 6, str(year), ha="center", va="top", fontsize=SMALL_SIZE
        )


def _mark(
    axes: Any, row: Any, ends: tuple[float, float], lane: float, colour: str, upright: bool
) -> None:
    middle = sum(ends) / 2
    if row.year_only:
        along, across = (ends[0] + 1, ends[1] - 1), (lane, lane)
        axes.plot(
            *((across, along) if upright else (along, across)),
            color=tint(colour, 0.45), linewidth=5, solid_capstyle="butt", zorder=2.5,
        )  # fmt: skip
    point = (lane, middle) if upright else (middle, lane)
    if row.label:
        axes.plot(*point, "o", color=colour, markersize=8, markeredgecolor="white", zorder=4)
    elif not row.year_only:
        axes.plot(
            *point, "_" if upright else "|",
            color=colour, markersize=9, markeredgewidth=1.4, zorder=3,
        )  # fmt: skip


def _downwards(
    moments: pd.DataFrame, width: float, colours: Mapping[str, str], labels: Mapping[str, str]
) -> Figure:
    years = _years(moments)
    gutter = text_width("0000", SMALL_SIZE) + 2 * MARGIN
    lane_x = {lane: gutter + 8 + 14 * position for position, lane in enumerate(colours)}
    text_x = gutter + 14 * len(colours) + 16
    keys = moments[moments["label"] != ""]
    texts = [
        _Label(0, 0, 0, 0, wrap(row.label, width * POINTS - text_x - MARGIN, SMALL_SIZE), row.when)
        for row in keys.itertuples()
    ]
    for label in texts:
        label.height = text_height(label.text, SMALL_SIZE)
        label.height += SMALL_SIZE * LEADING if label.when else 0
    names = [*colours, *_legend_texts(labels)]
    top = legend_height(names, width) + 10
    needed = sum(label.height + 5 for label in texts)
    span = max(needed, 20.0 * (len(years) - 1))

    def y_of(at: float) -> float:
        return top + (at - years[0]) / (years[-1] - years[0]) * span

    figure = new_figure(width, (top + span + 2 * MARGIN) / POINTS)
    axes = page_axes(figure)
    for year in years:
        axes.plot((gutter, text_x - 12), (y_of(year),) * 2, color=RULE, linewidth=0.8, zorder=0)
    for year in years[:-1]:
        axes.text(
            gutter - 4, y_of(year + 0.5), str(year), ha="right", va="center", fontsize=SMALL_SIZE
        )
    for lane, colour in colours.items():
        axes.plot((lane_x[lane],) * 2, (top, top + span), color=colour, linewidth=1.2, zorder=1)
        for row in moments[moments["lane"] == lane].itertuples():
            _mark(axes, row, (y_of(row.start), y_of(row.end)), lane_x[lane], colour, upright=True)
    heights = [label.height for label in texts]
    heads = _spread([y_of(at) for at in keys["at"]], heights, top, top + span)
    for row, label, head in zip(keys.itertuples(), texts, heads, strict=True):
        colour = colours[row.lane]
        line = head + SMALL_SIZE * LEADING / 2
        axes.plot(
            (lane_x[row.lane], text_x - 12, text_x - 3), (y_of(row.at), y_of(row.at), line),
            color=colour, linewidth=0.8, zorder=2,
        )  # fmt: skip
        _write_label(axes, label, text_x, head, colour)
    lane_handles = [Line2D([], [], color=colour, linewidth=3) for colour in colours.values()]
    place_legend(figure, [*lane_handles, *_key_handles(MUTED)], names)
    return figure


def _spread(wanted: list[float], heights: list[float], top: float, floor: float) -> list[float]:
    """Return heads of labels near the wanted places, in order and without overlap."""
    heads: list[float] = []
    free = top
    for place, height in zip(wanted, heights, strict=True):
        heads.append(max(free, place - SMALL_SIZE * LEADING / 2))
        free = heads[-1] + height + 5
    free = floor + 5
    for position in reversed(range(len(heads))):
        heads[position] = min(heads[position], free - 5 - heights[position])
        free = heads[position]
    return heads
