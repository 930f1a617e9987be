"""Rows: labels at the left and a plot at the right, tall enough for both."""

from __future__ import annotations

from typing import Any

from metrobook.render.charts.legend import legend_height
from metrobook.render.text import LEADING, text_height, text_width, wrap
from metrobook.render.theme import MUTED, POINTS, SMALL_SIZE, TEXT_SIZE, new_figure, plot_axes

PHONE = 5.0
BAR = 15.0
BAR_GAP = 2.0
ROW_GAP = 8.0
MARGIN = 6.0
LABEL_SHARE = 0.36
WIDEST_LABEL_SHARE = 0.48
MOST_LINES = 3


class RowPage:
    """Rows of bars below each other; units are points.

    Parameters
    ----------
    labels : list of str
        One per row. On phones labels of many lines stand above their bars.
    bars : list of int
        How many bars each row has.
    width : float
        Inches.
    title : str
        What is measured.
    above : bool
        Put the labels above the bars on phones in any case.
    """

    def __init__(
        self, labels: list[str], bars: list[int], width: float, title: str, above: bool = False
    ):
        self.width, self.title = width, title
        words = [word for label in labels for word in str(label).split()]
        longest = max(text_width(word) for word in words)
        share = max(LABEL_SHARE * width * POINTS - 2 * MARGIN, longest)
        beside = [
            wrap(str(text), min(share, WIDEST_LABEL_SHARE * width * POINTS)) for text in labels
        ]
        many = any(text.count("\n") >= MOST_LINES for text in beside)
        self.above = width < PHONE and (above or many)
        across = width * POINTS - 3 * MARGIN
        self.labels = (
            [wrap(str(text), across, TEXT_SIZE, "bold") for text in labels]
            if self.above
            else beside
        )
        self.label_width = 0.0 if self.above else max(text_width(text) for text in beside)
        self.plot_width = across - self.label_width
        self.bar_heights = [max(count, 1) * (BAR + BAR_GAP) - BAR_GAP for count in bars]
        self.heights = [
            text_height(text) + bar_height + ROW_GAP
            if self.above
            else max(bar_height, text_height(text)) + ROW_GAP
            for text, bar_height in zip(self.labels, self.bar_heights, strict=True)
        ]

    def y(self, row: int, position: int) -> float:
        """Return the middle of a bar."""
        height, bar_height = self.heights[row], self.bar_heights[row]
        below = ROW_GAP / 2 if self.above else (height - bar_height) / 2
        first = sum(self.heights[: row + 1]) - below - bar_height + BAR / 2
        return first + position * (BAR + BAR_GAP)

    def axes(self, legend: list[str], bottom: float = MARGIN) -> Any:
        """Return axes for the bars, with the labels written and room for a legend."""
        title = wrap(self.title, self.width * POINTS - 2 * MARGIN, SMALL_SIZE)
        below_legend = MARGIN / 2 + legend_height(legend, self.width)
        top = below_legend + (text_height(title, SMALL_SIZE) + 4 if self.title else 0)
        figure = new_figure(self.width, (sum(self.heights) + top + bottom) / POINTS)
        axes = plot_axes(figure, self.label_width + 2 * MARGIN, bottom, MARGIN, top)
        axes.set_ylim(sum(self.heights), 0)
        self._write_labels(axes)
        axes.tick_params(length=0)
        axes.set_xticks([])
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        if self.title:
            height = figure.get_size_inches()[1] * POINTS
            figure.text(
                MARGIN / (self.width * POINTS), 1 - below_legend / height, title,
                ha="left", va="top", fontsize=SMALL_SIZE, color=MUTED,
            )  # fmt: skip
        return axes

    def _write_labels(self, axes: Any) -> None:
        if not self.above:
            places = [
                self.y(row, 0) + (bar_height - BAR) / 2
                for row, bar_height in enumerate(self.bar_heights)
            ]
            axes.set_yticks(places, self.labels, fontsize=TEXT_SIZE, linespacing=LEADING * 0.9)
            return
        axes.set_yticks([])
        for row, text in enumerate(self.labels):
            axes.annotate(
                text, (0, self.y(row, 0) - BAR / 2 - 3), xycoords=("axes fraction", "data"),
                va="bottom", linespacing=LEADING * 0.9, weight="bold",
            )  # fmt: skip
