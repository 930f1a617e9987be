"""The diagram of the abductive loop."""

import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.text import Text

from metrobook.render.charts.abduction import abduction_loop

LABELS = {
    "en": {"theory": "What we think", "material": "What the material shows"},
    "id": {"theory": "Yang kita pikirkan", "material": "Yang diperlihatkan bahan"},
}
NAMES = {
    "en": [
        "Theory frames", "Expectations", "Surprises", "Rival explanations", "Evidence",
        "Revised frame",
    ],
    "id": [
        "Kerangka teori", "Harapan menurut teori", "Temuan yang mengejutkan",
        "Penjelasan tandingan", "Butir bukti", "Kerangka yang diperbaiki",
    ],
}  # fmt: skip
TEXTS = {
    "en": [
        "7 frames of the examined paper", "what each lets us expect here", "12 logged",
        "40 explanations, each with a test", "60 items, for and against",
        "1 entry closed, 11 still open",
    ],
    "id": [
        "7 kerangka dari makalah yang diuji", "apa yang diharapkan di sini", "12 tercatat",
        "40 penjelasan, masing-masing dengan cara mengujinya",
        "60 butir yang mendukung dan menentang", "1 entri ditutup, 11 masih terbuka",
    ],
}  # fmt: skip
PAGE_ROWS, PHONE_ROWS = [3, 3], [2, 2, 2]


def stages(language="en"):
    return pd.DataFrame({"name": NAMES[language], "text": TEXTS[language]})


def boxes(figure):
    return [patch for patch in figure.findobj(FancyBboxPatch) if patch.get_width() > 50]


@pytest.mark.parametrize("language", ["en", "id"])
def test_loop_is_legible_and_shows_every_text(language, width, shown, legible):
    figure = abduction_loop(stages(language), width=width, labels=LABELS[language])
    legible(figure, width)
    for text in [*NAMES[language], *TEXTS[language], *LABELS[language].values()]:
        assert text in shown(figure)


def test_arrows_lead_from_each_stage_to_the_next_and_back_to_the_first(width):
    figure = abduction_loop(stages(), width=width, labels=LABELS["en"])
    drawn = boxes(figure)
    frames = [(box.get_x(), box.get_y(), box.get_width(), box.get_height()) for box in drawn]

    def at(point):
        return [
            number
            for number, (x, y, wide, tall) in enumerate(frames)
            if x - 1 <= point[0] <= x + wide + 1 and y - 1 <= point[1] <= y + tall + 1
        ]

    ends = [arrow._posA_posB for arrow in figure.findobj(FancyArrowPatch)]
    assert [(at(start), at(end)) for start, end in ends] == [
        ([number], [(number + 1) % 6]) for number in range(6)
    ]


def test_boxes_stand_in_a_ring_without_touching(width):
    drawn = boxes(abduction_loop(stages(), width=width, labels=LABELS["en"]))
    per_row = pd.Series([round(box.get_y()) for box in drawn]).value_counts().sort_index()
    assert per_row.tolist() == (PHONE_ROWS if width < 5 else PAGE_ROWS)
    for box in drawn:
        for other in drawn:
            apart_x = abs(box.get_x() - other.get_x()) >= box.get_width() + 10
            apart_y = abs(box.get_y() - other.get_y()) >= min(box.get_height(), 20) + 10
            assert box is other or apart_x or apart_y


def test_long_words_and_empty_texts_stay_inside_their_boxes(width, legible):
    table = stages()
    table.loc[0, "text"] = None
    table.loc[4, "text"] = "Ketidakberkesinambungan" * 3
    figure = abduction_loop(table, width=width, labels=LABELS["en"])
    legible(figure, width)
    assert "nan" not in {text.get_text().lower() for text in figure.findobj(Text)}


def test_a_loop_of_five_stages_is_refused():
    with pytest.raises(ValueError, match="5 stages were given; the loop has 6"):
        abduction_loop(stages().iloc[:5], width=7.6, labels=LABELS["en"])
