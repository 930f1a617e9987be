"""Panels: indicators over time, broken where their series break."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import (
    CATEGORICAL,
    INK,
    MUTED,
    NOT_COLLECTED,
    POINTS,
    ROLE_COLOURS,
    SMALL_SIZE,
    new_figure,
    plot_axes,
    themed,
)

MARGIN = 6.0
PANEL = 2.45
"""Least width of a panel, in inches."""
PLOT_HEIGHT = 104.0
LABEL_SHARE = 0.3
LINE = SMALL_SIZE * 1.2

Format = Callable[[float], str]


@themed
def small_multiples(
    frame: pd.DataFrame,
    *,
    width: float,
    fmt: Format | Mapping[str, Format] = str,
    breaks: Mapping[str, Sequence[int]] | None = None,
    comparison: pd.DataFrame | None = None,
    comparison_label: str = "",
    references: Mapping[str, float] | None = None,
) -> Figure:
    """Draw one panel per indicator, with a line per area and series.

    A full line joins consecutive years of one series of one area; a dotted line spans
    years without a value. Nothing joins different series, or the two sides of a break.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``panel`` (title), ``area`` (name), ``role`` (for the colour), ``year``,
        ``value`` and, if wanted, ``series``.
    width : float
        Inches; panels stand side by side as far as they fit.
    fmt : callable or mapping of panel to callable
        Writes a value.
    breaks : mapping of panel to years, optional
        Years from which values are not comparable with the years before; marked by a
        dashed line.
    comparison : pandas.DataFrame, optional
        Columns ``panel``, ``year``, ``low``, ``high`` and, if wanted, ``series``: a range
        over other areas, drawn in grey.
    comparison_label : str
        What the grey range is.
    references : mapping of panel to float, optional
        A value marked by a horizontal line.
    """
    titles = list(dict.fromkeys(frame["panel"]))
    columns = max(1, min(int(width // PANEL), len(titles)))
    panel_width = width * POINTS / columns
    wrapped = {
        title: wrap(title, panel_width - 2 * MARGIN - 4, SMALL_SIZE, "bold") for title in titles
    }
    rows = [titles[start : start + columns] for start in range(0, len(titles), columns)]
    heads = [max(text_height(wrapped[title], SMALL_SIZE) for title in row) + 8 for row in rows]
    top = legend_height([comparison_label] * bool(comparison_label), width)
    total = top + sum(heads) + len(rows) * (PLOT_HEIGHT + 30)
    figure = new_figure(width, total / POINTS)
    y = top
    for row, head in zip(rows, heads, strict=True):
        for column, title in enumerate(row):
            writer = fmt[title] if isinstance(fmt, Mapping) else fmt
            _panel(
                figure, frame[frame["panel"] == title], wrapped[title], writer,
                place=(column * panel_width, y, panel_width, head),
                breaks=(breaks or {}).get(title, ()),
                band=None if comparison is None else comparison[comparison["panel"] == title],
                reference=(references or {}).get(title),
            )  # fmt: skip
        y += head + PLOT_HEIGHT + 30
    if comparison_label:
        place_legend(figure, [Patch(color=NOT_COLLECTED)], [comparison_label])
    return figure


@themed
def lines(
    frame: pd.DataFrame,
    *,
    width: float,
    fmt: Format = str,
    y_title: str = "",
    breaks: Sequence[int] = (),
    reference: float | None = None,
) -> Figure:
    """Draw one indicator over time: a single panel of :func:`small_multiples`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``area``, ``role``, ``year``, ``value`` and, if wanted, ``series``.
    y_title : str
        What is measured, in which unit.
    width, fmt, breaks, reference
        As in :func:`small_multiples`.
    """
    return small_multiples(
        frame.assign(panel=y_title),
        width=width,
        fmt=fmt,
        breaks={y_title: breaks},
        references={} if reference is None else {y_title: reference},
    )


@themed
def ratio_gap(
    frame: pd.DataFrame,
    *,
    width: float,
    labels: Mapping[str, str],
    fmt_ratio: Format = str,
    fmt_gap: Format = str,
    breaks: Sequence[int] = (),
) -> Figure:
    """Draw the ratio and the gap of two areas over time, each beside its line of equality.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``year``, ``ratio``, ``gap`` and, if wanted, ``series``.
    width : float
        Inches.
    labels : mapping
        Panel titles ``ratio`` and ``gap``, and ``equal``, the name of the line of equality.
    fmt_ratio, fmt_gap : callable
        Write a ratio and a gap.
    breaks : sequence of int
        As in :func:`small_multiples`.
    """
    titles = {kind: f"{labels[kind]} ({labels['equal']}: {fmt(level)})" for kind, fmt, level in (
        ("ratio", fmt_ratio, 1), ("gap", fmt_gap, 0))}  # fmt: skip
    panels = pd.concat(
        frame.assign(panel=titles[kind], area="", role="buffer", value=frame[kind])
        for kind in ("ratio", "gap")
    )
    return small_multiples(
        panels,
        width=width,
        fmt={titles["ratio"]: fmt_ratio, titles["gap"]: fmt_gap},
        breaks=dict.fromkeys(titles.values(), breaks),
        references={titles["ratio"]: 1, titles["gap"]: 0},
    )


def _panel(
    figure: Figure,
    frame: pd.DataFrame,
    title: str,
    fmt: Format,
    *,
    place: tuple[float, float, float, float],
    breaks: Sequence[int],
    band: pd.DataFrame | None,
    reference: float | None,
) -> None:
    x, y, width, head = place
    page_width, page_height = figure.get_size_inches() * POINTS
    figure.text(
        (x + MARGIN) / page_width, 1 - (y + 4) / page_height, title,
        va="top", fontsize=SMALL_SIZE, weight="bold", color=INK,
    )  # fmt: skip
    values = frame.dropna(subset=["value"])
    names = {
        area: wrap(area, width * LABEL_SHARE, SMALL_SIZE, "bold")
        for area in values["area"].unique()
    }
    right = max(text_width(name, SMALL_SIZE, "bold") for name in names.values()) + 12
    bottom = page_height - y - head - PLOT_HEIGHT
    axes = plot_axes(figure, x, bottom, page_width - x - width + right, y + head)
    colours = _area_colours(values)
    for area, series in values.groupby(["area", _series(values)], sort=False):
        for piece in _pieces(series, breaks):
            _draw_piece(axes, piece, colours[area[0]])
    if band is not None:
        _draw_band(axes, band, breaks)
    for year in breaks:
        axes.axvline(year - 0.5, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    if reference is not None:
        axes.axhline(reference, color=MUTED, linewidth=0.8)
    axes.margins(y=0.12)
    axes.autoscale_view()
    low, high = axes.get_ylim()
    ticks = _ticks(axes, low, high, fmt)
    axes.set_yticks(ticks, [fmt(tick) for tick in ticks])
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=3, pad=2)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.set_ylim(low, high)
    room = max(text_width(fmt(tick), SMALL_SIZE) for tick in ticks) + MARGIN + 6
    box = axes.get_position()
    axes.set_position(
        (box.x0 + room / page_width, box.y0, box.width - room / page_width, box.height)
    )
    _year_axis(axes, values, band)
    _name_lines(axes, values, names, colours)


def _ticks(axes: Axes, low: float, high: float, fmt: Format) -> list[float]:
    """Return ticks between two values, whole numbers if others would be written alike."""
    for whole in (False, True):
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4, min_n_ticks=2, integer=whole))
        ticks = [tick for tick in axes.get_yticks() if low <= tick <= high]
        if len({fmt(tick) for tick in ticks}) == len(ticks):
            break
    return ticks


def _series(values: pd.DataFrame) -> pd.Series:
    return values["series"].fillna("") if "series" in values else pd.Series("", values.index)


def _area_colours(values: pd.DataFrame) -> dict[str, str]:
    roles = values.drop_duplicates("area").set_index("area")["role"].fillna("")
    colours: dict[str, str] = {}
    for area, role in roles.items():
        own = ROLE_COLOURS.get(role)
        spare = next(colour for colour in CATEGORICAL if colour not in colours.values())
        colours[area] = own if own and own not in colours.values() else spare
    return colours


def _pieces(series: pd.DataFrame, breaks: Sequence[int]) -> list[pd.DataFrame]:
    """Split the values of one series of one area at the breaks."""
    ordered = series.sort_values("year", kind="stable")
    epoch = sum((ordered["year"] >= year).astype(int) for year in breaks) if breaks else 0
    return [piece for _, piece in ordered.groupby(epoch + 0 * ordered["year"])]


def _draw_piece(axes: Any, piece: pd.DataFrame, colour: str) -> None:
    points = list(zip(piece["year"].astype(int), piece["value"], strict=True))
    for (year, value), (following, other) in itertools.pairwise(points):
        style = "solid" if following - year == 1 else (0, (1, 2))
        axes.plot((year, following), (value, other), color=colour, linewidth=1.6, linestyle=style)
    axes.plot(*zip(*points, strict=True), "o", color=colour, markersize=3.5, clip_on=False)


def _draw_band(axes: Any, band: pd.DataFrame, breaks: Sequence[int]) -> None:
    for _, series in band.dropna(subset=["low", "high"]).groupby(_series(band), sort=False):
        for piece in _pieces(series, breaks):
            years = piece["year"].astype(float)
            if len(piece) == 1:
                only = piece.iloc[0]
                axes.vlines(
                    years, only["low"], only["high"], color=NOT_COLLECTED, linewidth=6, zorder=0
                )
            axes.fill_between(
                years, piece["low"].astype(float), piece["high"].astype(float),
                color=NOT_COLLECTED, linewidth=0, zorder=0,
            )  # fmt: skip


def _year_axis(axes: Any, values: pd.DataFrame, band: pd.DataFrame | None) -> None:
    years = [*values["year"], *([] if band is None else band["year"])]
    first, last = int(min(years)), int(max(years))
    axes.set_xlim(first - 0.3, last + 0.3)
    room = axes.get_position().width * axes.figure.get_size_inches()[0] * POINTS
    ticks = sorted({first, last})
    if last - first >= 6 and room > 4 * text_width("0000", SMALL_SIZE):
        ticks.insert(1, (first + last) // 2)
    axes.set_xticks(ticks, [str(tick) for tick in ticks])


def _name_lines(
    axes: Any, values: pd.DataFrame, names: Mapping[str, str], colours: Mapping[str, str]
) -> None:
    """Write each area's name at the end of its line, moved apart where they would touch."""
    last = values.sort_values("year", kind="stable").groupby("area", sort=False).tail(1)
    height = axes.get_position().height * axes.figure.get_size_inches()[1] * POINTS
    low, high = axes.get_ylim()
    ends = sorted(
        (((row.value - low) / (high - low) * height, row.area) for row in last.itertuples()),
    )
    free = -LINE
    places = []
    for wanted, area in ends:
        tall = text_height(names[area], SMALL_SIZE)
        places.append(max(wanted, free + tall / 2))
        free = places[-1] + tall / 2
    over = max(0.0, free - height - 2)
    for place, (_, area) in zip(places, ends, strict=True):
        axes.annotate(
            names[area], (1, (place - over) / height), (6, 0), xycoords="axes fraction",
            textcoords="offset points", va="center", fontsize=SMALL_SIZE,
            color=colours[area], weight="bold", linespacing=1.05, annotation_clip=False,
        )  # fmt: skip
