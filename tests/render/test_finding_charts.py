"""Charts of findings, drawn from synthetic data: what they show, and that it can be read."""

import itertools

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from metrobook.render import theme
from metrobook.render.charts.confidence import COMPONENTS, CONCERNS, confidence_grid
from metrobook.render.charts.convergence_matrix import STATES, convergence_matrix

CLAIMS = [f"K{number:02}" for number in range(1, 22)]
TECHNIQUES = {
    "documentation": "Documentation", "statement": "Public statements", "interview": "Interviews",
    "literature": "Literature", "survey": "Survey", "observation": "Observation",
    "statistics": "Statistics",
}  # fmt: skip
FINDINGS = [
    "supported", "supported with limits", "mixed", "contradicted",
    "not testable with what was collected",
]  # fmt: skip
INDONESIAN = [
    "didukung", "didukung dengan batasan", "beragam", "bertentangan",
    "tidak dapat diuji dengan yang terkumpul",
]  # fmt: skip
GRADES = ["very low", "low", "moderate", "high", None]


def of_many(texts: list, count: int = len(CLAIMS)) -> list:
    return list(itertools.islice(itertools.cycle(texts), count))


MATRIX = pd.DataFrame(
    zip(
        [claim for claim in CLAIMS for _ in TECHNIQUES],
        of_many(list(TECHNIQUES), len(CLAIMS) * len(TECHNIQUES)),
        of_many(list(STATES), len(CLAIMS) * len(TECHNIQUES)),
        strict=True,
    ),
    columns=["claim_id", "technique", "state"],
)
LEDGER = pd.DataFrame(
    {
        "claim_id": CLAIMS,
        "claim": "A synthetic claim that says rather much about how two cities work together",
        "finding": of_many(FINDINGS),
        "confidence": of_many(GRADES),
    }
)
LEDGER["confidence_text"] = LEDGER["confidence"]
STATE_TEXTS = {state: f"{state} (synthetic)" for state in STATES}
TITLES = {"claim": "Claim", "finding": "Finding", "confidence": "Confidence"}


def draw_matrix(width: float, matrix: pd.DataFrame = MATRIX, ledger: pd.DataFrame = LEDGER):
    return convergence_matrix(
        matrix, ledger, width=width, techniques=TECHNIQUES, states=STATE_TEXTS, titles=TITLES
    )


CONCERNED = LEDGER.assign(
    **{component: of_many([*[*CONCERNS][step:], None]) for step, component in enumerate(COMPONENTS)}
)
COMPONENT_NAMES = dict(
    zip(
        COMPONENTS,
        ["Methodological limitations", "Coherence", "Adequacy of the data", "Relevance"],
        strict=True,
    )
)


def draw_confidence(width: float, frame: pd.DataFrame = CONCERNED):
    return confidence_grid(
        frame, width=width, components=COMPONENT_NAMES,
        concerns={concern: f"{concern} (synthetic)" for concern in CONCERNS}, titles=TITLES,
    )  # fmt: skip


DRAWINGS = {"matrix": draw_matrix, "confidence": draw_confidence}


@pytest.mark.parametrize("name", DRAWINGS)
def test_charts_of_findings_are_legible(name, width, legible):
    legible(DRAWINGS[name](width), width)


@pytest.mark.parametrize("name", DRAWINGS)
def test_charts_of_findings_are_small_and_the_same_each_time(name, width):
    svg = theme.save_svg(DRAWINGS[name](width))
    assert len(svg) < 250_000
    assert theme.save_svg(DRAWINGS[name](width)) == svg


def test_longer_words_of_another_language_fit(width, legible):
    findings = dict(zip(FINDINGS, INDONESIAN, strict=True))
    ledger = LEDGER.assign(
        finding=LEDGER["finding"].map(findings),
        confidence_text=LEDGER["confidence"].map({"very low": "sangat rendah", "high": "tinggi"}),
    )
    titles = {"claim": "Klaim", "finding": "Temuan", "confidence": "Tingkat keyakinan"}
    figure = convergence_matrix(
        MATRIX, ledger, width=width, states=STATE_TEXTS, titles=titles,
        techniques=dict(zip(TECHNIQUES, ["Dokumentasi", "Pernyataan publik", "Wawancara",
                                         "Literatur", "Survei", "Observasi", "Statistik"],
                            strict=True)),
    )  # fmt: skip
    legible(figure, width)


def cells(figure) -> list[Rectangle]:
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]


def dots(figure) -> list:
    return [line for line in figure.axes[0].lines if line.get_markersize() == 5.5]


def test_each_pair_of_claim_and_technique_is_a_cell_in_the_colour_of_its_state(width):
    fills = [to_hex(cell.get_facecolor()) for cell in cells(draw_matrix(width))]
    assert fills == [STATES[state][1].lower() for state in MATRIX["state"]]


def test_silence_is_told_from_not_collected_without_colour(width):
    hatched = [bool(cell.get_hatch()) for cell in cells(draw_matrix(width))]
    assert hatched == [state == "not collected" for state in MATRIX["state"]]


def test_states_differ_in_their_marks_too(width):
    texts = [line.get_marker() for line in draw_matrix(width).axes[0].lines]
    expected = [STATES[state][0] for state in MATRIX["state"] if STATES[state][0]]
    assert [mark for mark in texts if mark in {"+", "$±$", "_", "."}] == expected


def test_a_pair_without_a_state_stays_blank(width):
    assert len(cells(draw_matrix(width, MATRIX.iloc[3:]))) == len(MATRIX) - 3


def test_the_legend_names_only_states_that_occur(width):
    only = MATRIX[MATRIX["state"].isin(["agreement", "silence"])]
    legend = [text.get_text() for text in draw_matrix(width, only).legends[0].get_texts()]
    assert legend == [STATE_TEXTS["agreement"], STATE_TEXTS["silence"]]


def test_pages_show_claims_and_phones_their_ids(shown):
    page, phone = (shown(draw_matrix(width)).split(" | ") for width in (7.6, 3.4))
    assert LEDGER["claim"].iloc[0] in page and LEDGER["claim"].iloc[0] not in phone
    for texts in (page, phone):
        assert [text for text in texts if text in CLAIMS] == CLAIMS
        assert [text for text in texts if text in FINDINGS] == LEDGER["finding"].to_list()


@pytest.mark.parametrize("name", DRAWINGS)
def test_confidence_is_as_many_full_dots_of_four(name, width):
    drawn = dots(DRAWINGS[name](width))
    full = [to_hex(dot.get_markerfacecolor()) == theme.INK.lower() for dot in drawn]
    expected = {"very low": 1, "low": 2, "moderate": 3, "high": 4}
    rated = LEDGER["confidence"].dropna()
    assert [sum(full[start : start + 4]) for start in range(0, len(full), 4)] == [
        expected[grade] for grade in rated
    ]


def test_graver_concerns_are_larger_and_darker():
    sizes = [size for size, _fill in CONCERNS.values()]
    assert sizes == sorted(sizes)
    light = [theme._luminance(fill) for _size, fill in CONCERNS.values()]
    assert light == sorted(light, reverse=True)


def test_each_component_shows_its_concern_and_nothing_where_none_was_judged(width):
    axes = draw_confidence(width).axes[0]
    concerns = {size: concern for concern, (size, _fill) in CONCERNS.items()}
    drawn = [
        concerns[line.get_markersize()]
        for line in axes.lines
        if line.get_marker() == "o" and line.get_markersize() in concerns
    ]
    assert drawn == CONCERNED[[*COMPONENTS]].stack().dropna().to_list()


def test_one_claim_without_titles_is_drawn(width, legible):
    titles = dict.fromkeys(TITLES, "")
    legible(
        confidence_grid(
            CONCERNED.iloc[:1], width=width, components=COMPONENT_NAMES,
            concerns={concern: concern for concern in CONCERNS}, titles=titles,
        ),
        width,
    )  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_claims_leave_an_empty_figure(name, width):
    empty = LEDGER.iloc[:0]
    figure = (
        draw_matrix(width, MATRIX, empty) if name == "matrix" else draw_confidence(width, empty)
    )
    assert figure.get_size_inches()[0] == pytest.approx(width)
    assert not figure.axes
