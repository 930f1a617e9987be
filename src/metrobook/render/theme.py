"""Theme: colours, type and the way a figure becomes an SVG, the same for every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from io import StringIO
from typing import Any

import matplotlib as mpl
from markupsafe import escape
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure

POINTS = 72
"""Points per inch: figures are laid out in points, one pixel each."""

TEXT_SIZE = 9.0
SMALL_SIZE = 8.5
INK = "#1F2933"
MUTED = "#52606D"
RULE = "#CBD2D9"
PAPER = "#FFFFFF"
NOT_COLLECTED = "#DFE2E6"

ROLE_COLOURS = {
    "core": "#0B5F9E",
    "buffer": "#C8500A",
    "ring": "#00805F",
    "comparison": "#697583",
    "": "#697583",
}
STANCE_COLOURS = {
    "supports": "#2C7FB8",
    "qualifies": "#F2C94C",
    "contradicts": "#C8500A",
    "not collected": NOT_COLLECTED,
}
CATEGORICAL = (
    "#0B5F9E", "#C8500A", "#00805F", "#8E4585", "#946C00", "#3BA3C7", "#697583", "#5A3A22",
)  # fmt: skip
SEQUENTIAL = ("#EAF3FA", "#B5D5EA", "#6FAED6", "#2C7FB8", "#0B4F86", "#062E52")
DIVERGING = ("#9C3A05", "#E08A4B", "#F5D3B5", "#F2F2F0", "#B9D7EA", "#5B9EC9", "#0B4F86")

SETTINGS = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT_SIZE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL_SIZE,
    "ytick.labelsize": SMALL_SIZE,
    "grid.color": NOT_COLLECTED,
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "hatch.color": "#9AA5B1",
    "lines.solid_capstyle": "round",
    "text.hinting": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "metrobook",
    "path.simplify": True,
}


def themed(draw: Callable[..., Any]) -> Callable[..., Any]:
    """Let a drawing function work under the settings of the theme, leaving none behind."""

    @wraps(draw)
    def drawn(*args: Any, **kwargs: Any) -> Any:
        with mpl.rc_context(SETTINGS):
            return draw(*args, **kwargs)

    return drawn


def new_figure(width: float, height: float) -> Figure:
    """Return an empty white figure, independent of pyplot.

    Parameters
    ----------
    width, height : float
        Inches. One pixel of the figure is one point.
    """
    figure = Figure(figsize=(width, height), dpi=POINTS, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def plot_axes(figure: Figure, left: float, bottom: float, right: float, top: float) -> Any:
    """Return axes whose margins to the figure's edges are given in points."""
    width, height = figure.get_size_inches() * POINTS
    return figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width,
         (height - bottom - top) / height)
    )  # fmt: skip


def page_axes(figure: Figure) -> Any:
    """Return axes over the whole figure: units are points, y runs downwards."""
    axes = figure.add_axes((0, 0, 1, 1))
    width, height = figure.get_size_inches() * POINTS
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    return axes


def sequential(count: int) -> list[str]:
    """Return colours from light to dark.

    Examples
    --------
    >>> sequential(2)
    ['#b5d5ea', '#0b4f86']
    """
    scale = LinearSegmentedColormap.from_list("sequential", SEQUENTIAL)
    if count < 3:
        return [to_hex(scale(0.2 + 0.6 * step)) for step in range(count)]
    return [to_hex(scale(0.15 + 0.85 * step / (count - 1))) for step in range(count)]


def diverging(count: int) -> list[str]:
    """Return colours from low (brown) over neutral to high (blue)."""
    scale = LinearSegmentedColormap.from_list("diverging", DIVERGING)
    return [to_hex(scale(0.5 if count == 1 else step / (count - 1))) for step in range(count)]


def categorical(count: int) -> list[str]:
    """Return colours that differ for colour-blind readers too.

    Raises
    ------
    ValueError
        If more categories are asked for than the eye can tell apart.
    """
    if count > len(CATEGORICAL):
        raise ValueError(
            f"{count} categories cannot be told apart by colour: use at most {len(CATEGORICAL)}."
        )
    return list(CATEGORICAL[:count])


def tint(colour: str, strength: float) -> str:
    """Mix a colour with white: 1 leaves it, 0 is white.

    Examples
    --------
    >>> tint("#000000", 0.5)
    '#808080'
    """
    return to_hex([1 - strength * (1 - part) for part in to_rgb(colour)])


def ink_on(colour: str) -> str:
    """Return the text colour, black or white, that reads better on a background.

    The better of the two has a contrast of at least 4.5 by WCAG on every background.

    Examples
    --------
    >>> ink_on("#FFFFFF"), ink_on("#0B5F9E")
    ('#000000', '#FFFFFF')
    """
    luminance = _luminance(colour) + 0.05
    return "#000000" if luminance / 0.05 >= 1.05 / luminance else PAPER


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def save_svg(figure: Figure, title: str = "", description: str = "") -> str:
    """Return a figure as an SVG document: the same figure gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    title, description : str
        Read out by screen readers where the SVG stands on its own.

    Returns
    -------
    str
        Text is drawn as outlines, so that it looks alike on every machine.
    """
    text = StringIO()
    with mpl.rc_context(SETTINGS):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = _smaller(text.getvalue())
    named = "".join(
        f"<{tag}>{escape(content)}</{tag}>\n"
        for tag, content in (("title", title), ("desc", description))
        if content
    )
    return re.sub(r"(<svg [^>]*>\n)", lambda start: start[1] + named, svg, count=1)


def _smaller(svg: str) -> str:
    """Drop what no browser needs: prolog, metadata, indentation, long names and decimals."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(?<= d=")[^"]+', _shorter_path, svg)
    svg = re.sub(r"(?<=translate\()[^)]+", lambda match: _rounded(match[0], 2), svg)
    svg = re.sub(r"(?<=[\"#])DejaVuSans-(Bold-)?", lambda name: "b" if name[1] else "g", svg)
    return re.sub(r"\n\s+", "\n", svg)


def _shorter_path(match: re.Match[str]) -> str:
    path = re.sub(r"\s+", " ", _rounded(match[0], 1)).strip()
    return path if re.search("[CQ]", path) else path.replace(" L ", " ")


def _rounded(text: str, decimals: int) -> str:
    return re.sub(r"-?\d+\.\d+", lambda number: f"{round(float(number[0]), decimals):g}", text)
