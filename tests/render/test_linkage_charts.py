"""Charts of linkage, drawn from synthetic data: what they show, and that it can be read."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from metrobook.render import theme
from metrobook.render.charts.diffusion import spread
from metrobook.render.charts.event_paths import event_paths
from metrobook.render.charts.placebo_strips import placebo_strips
from metrobook.render.charts.swarm import swarm

RNG = np.random.default_rng(5)
INDICATORS = [
    "Regional product per head, a rather long synthetic name",
    "Synthetic index",
    "Synthetic rate",
]
OWN = [0.62, -0.4, np.nan]
NOTES = ["4 of 26", "26 of 26", "not collected"]


def signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def whole(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−")


def strips() -> pd.DataFrame:
    rows = [
        (indicator, value, "comparison", None)
        for indicator in INDICATORS
        for value in RNG.uniform(-0.8, 0.9, 25)
    ]
    rows += [
        (indicator, value, "buffer", note)
        for indicator, value, note in zip(INDICATORS, OWN, NOTES, strict=True)
    ]
    return pd.DataFrame(rows, columns=["indicator", "r", "role", "rank"])


STRIPS = strips()
STRIP_NAMES = {
    "buffer": "Hill Town (synthetic data)",
    "placebo": "Each dot: another area, compared with Old Harbour City in the same way",
    "middle": "The middle half of these areas",
}


def draw_strips(width: float, frame: pd.DataFrame = STRIPS, **options):
    options = {"ends": ("← the other way", "together with the core →")} | options
    return placebo_strips(
        frame, width=width, label="indicator", value="r", role="role", note="rank",
        names=STRIP_NAMES, value_title="Correlation of yearly changes, and the rank of Hill Town",
        fmt=signed, **options,
    )  # fmt: skip


YEARS = range(2010, 2024)
EVENTS = {
    "Regional product per head: programme of 2019": 2019,
    "Synthetic index: programme of 2018": 2018,
    "Rate": 2011,
    "Share": 2022,
}
PATHS = pd.DataFrame(
    [
        (panel, year, 30 + 0.5 * (year - 2010) + (year >= start), 30 + 0.5 * (year - 2010))
        for panel, start in EVENTS.items()
        for year in YEARS
    ],
    columns=["panel", "year", "observed", "synthetic"],
)
PATHS["gap"] = 100 * np.log(PATHS["observed"] / PATHS["synthetic"])
PLACEBOS = pd.DataFrame(
    [
        (panel, f"Area {area}", year, RNG.normal(0, 0.4))
        for panel in EVENTS
        for area in range(6)
        for year in YEARS
    ],
    columns=["panel", "area", "year", "gap"],
)
EVENT_NAMES = {
    "observed": "Hill Town (synthetic data)",
    "synthetic": "Its synthetic control",
    "placebo": "Below: gaps of other areas, treated in the same way",
    "start": "Start of the programme",
    "shock": "2020, the pandemic",
}


def draw_events(
    width: float, paths: pd.DataFrame = PATHS, placebos: pd.DataFrame = PLACEBOS, **options
):
    options = {"shock": 2020} | options
    return event_paths(
        paths, placebos, width=width, starts=EVENTS, names=EVENT_NAMES, fmt=whole, fmt_gap=signed,
        notes=dict.fromkeys(EVENTS, "rank 4 of 22; a gap of 8% would have been seen"), **options,
    )  # fmt: skip


ADOPTERS = pd.DataFrame(
    [(2017 + step % 2, 30.0 * (step + 1), "documented", "") for step in range(20)]
    + [
        (2018, np.nan, "documented", ""),
        (2020, 700.0, "claimed", ""),
        (2019, 9.5, "claimed", "buffer"),
    ],
    columns=["year", "distance", "quality", "role"],
)
GOVERNMENTS = pd.Series(np.geomspace(9, 3500, 90))
SPREAD_NAMES = {
    "buffer": "Hill Town (synthetic data)",
    "documented": "Documented by an agreement or a report (solid line)",
    "claimed": "Claimed only (dashed line: claimed ones counted too)",
    "governments": "All governments of the country by distance",
    "unknown": "Lowest lane: distance not known",
}
SPREAD_TITLES = {
    "count": "Governments that took over at least one application",
    "distance": "Distance from Old Harbour City, kilometres (logarithmic)",
    "governments": "All governments",
}


def draw_spread(
    width: float, adopters: pd.DataFrame = ADOPTERS, governments: pd.Series = GOVERNMENTS
):
    return spread(
        adopters, governments, width=width, names=SPREAD_NAMES, titles=SPREAD_TITLES, fmt=whole,
        fmt_distance=whole,
    )  # fmt: skip


DRAWINGS = {"strips": draw_strips, "events": draw_events, "spread": draw_spread}


@pytest.mark.parametrize("name", DRAWINGS)
def test_charts_of_linkage_are_legible(name, width, legible):
    legible(DRAWINGS[name](width), width)


@pytest.mark.parametrize("name", DRAWINGS)
def test_charts_of_linkage_are_small_and_the_same_each_time(name, width):
    svg = theme.save_svg(DRAWINGS[name](width))
    assert len(svg) < 150_000
    assert theme.save_svg(DRAWINGS[name](width)) == svg


@pytest.mark.parametrize("name", DRAWINGS)
def test_without_rows_the_figure_is_empty(name, width):
    frame = {"strips": STRIPS, "events": PATHS, "spread": ADOPTERS}[name]
    figure = DRAWINGS[name](width, frame.iloc[:0])
    assert figure.get_size_inches()[0] == pytest.approx(width)
    assert not figure.axes


# Placebo strips


def marks(figure, marker: str) -> list:
    lines = [line for axes in figure.axes for line in axes.lines]
    return [line for line in lines if line.get_marker() == marker]


def test_the_buffer_has_one_large_mark_in_each_row_that_has_its_value(width):
    drawn = [list(line.get_xdata()) for line in marks(draw_strips(width), "D")]
    assert drawn == [[0.62], [-0.4], []]


def test_every_placebo_is_a_dot_at_its_value(width):
    drawn = [sorted(line.get_xdata()) for line in marks(draw_strips(width), "o")]
    placebos = STRIPS[STRIPS["role"] == "comparison"]
    assert drawn == [sorted(part["r"]) for _, part in placebos.groupby("indicator", sort=False)]


def test_the_box_holds_the_middle_half_of_the_placebos(width):
    boxes = draw_strips(width).axes[0].patches
    placebos = STRIPS[STRIPS["role"] == "comparison"].groupby("indicator", sort=False)["r"]
    for box, (_, values) in zip(boxes, placebos, strict=True):
        ends = box.get_x(), box.get_x() + box.get_width()
        assert sum(ends[0] <= value <= ends[1] for value in values) == 13


def test_ranks_stand_at_the_right_and_the_ends_are_explained(width, shown):
    texts = shown(draw_strips(width)).split(" | ")
    assert [text for text in texts if text in NOTES] == NOTES
    assert {"← the other way", "together with the core →", *STRIP_NAMES.values()} <= set(texts)


def test_the_zero_line_crosses_every_strip_but_no_label(width):
    axes = draw_strips(width).axes[0]
    segments = [segment for lines in axes.collections for segment in lines.get_segments()]
    assert len(segments) == len(INDICATORS)
    assert {x for segment in segments for x, _ in segment} == {0.0}
    for segment, line in zip(segments, marks(axes.figure, "o"), strict=True):
        [(_, first), (_, last)] = segment
        assert first <= min(line.get_ydata()) and max(line.get_ydata()) <= last


def test_no_dot_of_a_placebo_hides_behind_the_mark(width):
    figure = draw_strips(width)
    dots, mark = marks(figure, "o")[0], marks(figure, "D")[0]
    to_points = figure.axes[0].transData.transform
    [centre] = to_points(mark.get_xydata())
    away = np.hypot(*(to_points(dots.get_xydata()) - centre).T)
    assert away.min() >= 7


def test_values_beyond_the_scale_widen_it(width):
    far = STRIPS.assign(r=STRIPS["r"] * 3)
    low, high = draw_strips(width, far).axes[0].get_xlim()
    assert low <= far["r"].min() and high >= far["r"].max()


def test_three_placebos_have_no_middle_half(width):
    others = STRIPS[STRIPS["role"] == "comparison"].groupby("indicator", sort=False)
    assert not draw_strips(width, others.head(3)).axes[0].patches
    assert len(draw_strips(width, others.head(4)).axes[0].patches) == len(INDICATORS)


def test_an_indicator_without_placebos_is_drawn(width, legible):
    only = STRIPS[STRIPS["role"] == "buffer"]
    figure = draw_strips(width, only)
    legible(figure, width)
    assert not figure.axes[0].patches


# Event paths


def test_each_event_has_a_panel_of_levels_and_one_of_gaps(width):
    figure = draw_events(width)
    assert len(figure.axes) == 2 * len(EVENTS)
    upper, lower = figure.axes[:2]
    assert [line.get_linestyle() for line in upper.lines[1:]] == ["--", "-"]
    own = PATHS[PATHS["panel"] == next(iter(EVENTS))]
    assert list(upper.lines[-1].get_ydata()) == pytest.approx(own["observed"].to_list())
    assert list(lower.lines[-1].get_ydata()) == pytest.approx(own["gap"].to_list())


def test_gaps_of_all_placebos_stand_below_the_gap_of_the_area(width):
    lower = draw_events(width).axes[1]
    grey = [line for line in lower.lines if line.get_color() == "#A9B2BC"]
    assert len(grey) == PLACEBOS["area"].nunique()
    assert max(line.get_zorder() for line in grey) < lower.lines[-1].get_zorder()


def test_the_line_of_the_programme_stands_before_its_first_year(width):
    figure = draw_events(width)
    pairs = zip(figure.axes[::2], figure.axes[1::2], EVENTS.values(), strict=True)
    for upper, lower, start in pairs:
        for axes in (upper, lower):
            assert list(axes.lines[0].get_xdata()) == [start - 0.5] * 2
        assert str(start) in [text.get_text() for text in lower.get_xticklabels()]


def test_the_shock_is_shaded_only_where_one_is_given(width):
    [shade] = draw_events(width).axes[0].patches
    assert (shade.get_x(), shade.get_x() + shade.get_width()) == (2019.5, 2020.5)
    without = draw_events(width, shock=None)
    assert not without.axes[0].patches
    legend = [text.get_text() for text in without.legends[0].get_texts()]
    assert EVENT_NAMES["shock"] not in legend


def test_no_line_spans_a_year_without_a_value(width):
    gone = PATHS[PATHS["year"] != 2016]
    observed = draw_events(width, gone).axes[0].lines[-1]
    values = dict(zip(observed.get_xdata(), observed.get_ydata(), strict=True))
    assert np.isnan(values[2016]) and not np.isnan(values[2017])


def test_a_programme_that_starts_after_the_last_year_does_not_stretch_the_axis(width, legible):
    figure = draw_events(width, PATHS[PATHS["year"] < 2018])
    legible(figure, width)
    assert {axes.get_xlim() for axes in figure.axes} == {(2009.5, 2017.5)}


def test_events_without_placebos_do_not_name_any(width, legible):
    figure = draw_events(width, PATHS, PLACEBOS.iloc[:0])
    legible(figure, width)
    legend = [text.get_text().replace("\n", " ") for text in figure.legends[0].get_texts()]
    assert EVENT_NAMES["placebo"] not in legend


# Spread


def adopters_drawn(figure, axes: int) -> list:
    return [line for line in figure.axes[axes].lines if line.get_marker() in "o^"]


def test_every_adopter_is_one_mark_in_the_panel_of_distances(width):
    figure = draw_spread(width)
    located = adopters_drawn(figure, 1)
    assert sorted(line.get_ydata()[0] for line in located) == sorted(ADOPTERS["distance"].dropna())
    years = sorted(round(line.get_xdata()[0]) for line in located)
    assert years == sorted(ADOPTERS.dropna()["year"])


def test_adopters_without_a_distance_stand_in_a_lane_of_their_own(width):
    figure = draw_spread(width)
    assert len(adopters_drawn(figure, 2)) == 1
    known = draw_spread(width, ADOPTERS.dropna())
    legend = [text.get_text().replace("\n", " ") for text in known.legends[0].get_texts()]
    assert SPREAD_NAMES["unknown"] not in legend
    assert len(known.axes) == len(figure.axes) - 1


def test_claimed_and_documented_adopters_differ_in_shape(width):
    located = adopters_drawn(draw_spread(width), 1)
    claimed = [line.get_ydata()[0] for line in located if line.get_marker() == "^"]
    assert sorted(claimed) == [9.5, 700.0]


def test_the_buffer_is_marked_in_both_panels(width):
    figure = draw_spread(width)
    colour = theme.ROLE_COLOURS["buffer"].lower()
    for axes, place in ((0, (2019, 22)), (1, (2019, 9.5))):
        [own] = [
            line
            for line in adopters_drawn(figure, axes)
            if to_hex(line.get_markerfacecolor()) == colour
        ]
        assert (own.get_xdata()[0], own.get_ydata()[0]) == place


def test_the_steps_count_documented_adopters_and_all(width):
    everyone, documented = draw_spread(width).axes[0].patches
    assert list(everyone.get_data().values) == [10, 21, 22, 23]
    assert list(documented.get_data().values) == [10, 21, 21, 21]


def test_one_line_is_enough_where_nothing_is_merely_claimed(width):
    documented = ADOPTERS[ADOPTERS["quality"] == "documented"]
    assert len(draw_spread(width, documented).axes[0].patches) == 1


def test_all_governments_are_in_the_strip(width):
    strip = draw_spread(width).axes[-1]
    assert sum(bar.get_width() for bar in strip.patches) == len(GOVERNMENTS)
    assert strip.get_ylim() == draw_spread(width).axes[1].get_ylim()


def test_without_governments_there_is_no_strip(width, legible):
    figure = draw_spread(width, ADOPTERS, GOVERNMENTS.iloc[:0])
    legible(figure, width)
    assert len(figure.axes) == len(draw_spread(width).axes) - 1


def test_a_distance_of_zero_is_refused():
    with pytest.raises(ValueError, match="leave out the origin itself"):
        draw_spread(7.6, ADOPTERS.assign(distance=0.0))


# Swarm


@given(st.lists(st.floats(0, 300), min_size=1, max_size=60))
def test_dots_of_a_swarm_keep_apart_while_there_is_room(places):
    aside = swarm(places, across=1000, size=4)
    for (x, y), (other, above) in itertools.combinations(zip(places, aside, strict=True), 2):
        assert np.hypot(x - other, y - above) >= 4 - 1e-6


@given(st.lists(st.floats(0, 10), max_size=60))
def test_a_swarm_never_leaves_its_strip(places):
    assert all(abs(offset) <= 9 for offset in swarm(places, across=9, size=4))
