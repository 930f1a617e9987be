"""Theme: colours that can be told apart and SVG that is the same each time."""

import re

import pandas as pd
import pytest

from metrobook.render import charts, theme
from metrobook.render.text import text_width, wrap


def svg(**texts: str) -> str:
    frame = pd.DataFrame({"label": ["a <b> & c"], "value": [1.0]})
    return theme.save_svg(charts.bars(frame, width=3.4, label="label", value="value"), **texts)


def test_svg_is_reproducible_and_undated():
    assert svg() == svg()
    assert "dc:date" not in svg()
    assert "Matplotlib" not in svg()


def test_svg_names_itself_and_escapes():
    named = svg(title="Sources <of> the study", description="One bar")
    assert "<title>Sources &lt;of&gt; the study</title>" in named
    assert "<desc>One bar</desc>" in named


def test_svg_asks_no_other_host():
    addresses = set(re.findall(r'https?://[^"]+', svg()))
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_svg_text_is_outlines():
    assert "<text" not in svg()


def test_text_on_any_colour_has_contrast():
    for colour in (*theme.CATEGORICAL, *theme.SEQUENTIAL, *theme.STANCE_COLOURS.values()):
        light, dark = sorted(
            (theme._luminance(colour), theme._luminance(theme.ink_on(colour))), reverse=True
        )
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour


def test_roles_show_on_white():
    for role, colour in theme.ROLE_COLOURS.items():
        assert 1.05 / (theme._luminance(colour) + 0.05) >= 3, role


def test_more_categories_than_colours_are_refused():
    with pytest.raises(ValueError, match="at most 8"):
        theme.categorical(9)


def test_wrapped_lines_fit():
    text = "Kabupaten Bandung Barat, Padalarang-Leuwipanjang and incomprehensibilities"
    for width in (30, 60, 120):
        assert text_width(wrap(text, width)) <= width


def test_wrapping_loses_nothing():
    text = "Padalarang-Leuwipanjang corridor"
    assert wrap(text, 40).replace("\n", "") == text.replace(" ", "")
