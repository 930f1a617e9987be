"""Numbers in any notation are the same number; marks are never zero."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.cells import (
    BELOW,
    FOOTNOTE,
    SECRET,
    UNAVAILABLE,
    UNOBSERVED,
    Notation,
    guess_notation,
    is_numeric,
    marks_of,
    read_cell,
    read_cells,
)

THIN, NARROW, HARD = "\u2009", "\u202f", "\u00a0"
GROUPS = {".": [",", " ", HARD, THIN, NARROW, "'", "’"], ",": [".", " ", HARD, THIN, NARROW, "'"]}


def written(number: int, decimals: int, decimal: str, group: str) -> str:
    whole, part = divmod(abs(number), 10**decimals)
    text = f"{whole:,}".replace(",", group)
    return text + (f"{decimal}{part:0{decimals}d}" if decimals else "")


@given(
    number=st.integers(-(10**14), 10**14),
    decimals=st.integers(0, 6),
    decimal=st.sampled_from([".", ","]),
    group=st.integers(0, 5),
    sign=st.sampled_from(["-", "−", "–", "()"]),
    mark=st.sampled_from(["", "*", "a", " b", "¹", " (p)", "[1]", " %", "%"]),
    digits=st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"]),
)
def test_a_number_is_the_same_in_every_notation(
    number, decimals, decimal, group, sign, mark, digits
):
    text = written(number, decimals, decimal, GROUPS[decimal][group])
    if number < 0:
        text = f"({text})" if sign == "()" else sign + text
    text = text.translate(str.maketrans("0123456789", digits)) + mark
    cell = read_cell(text, Notation(decimal, brackets=True))
    assert cell.readable and cell.value == pytest.approx(number / 10**decimals, rel=1e-12, abs=0)
    assert cell.flag == mark.strip(" ()[]%")


@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from([".", ","]))
def test_a_table_with_two_decimals_shows_its_notation_and_keeps_its_values(numbers, decimal):
    texts = [written(number, 2, decimal, GROUPS[decimal][0]) for number in numbers]
    notation = guess_notation(texts)
    assert (notation.decimal, notation.doubt) == (decimal, "")
    assert [read_cell(text, notation).value for text in texts] == [n / 100 for n in numbers]


@pytest.mark.parametrize(
    ("texts", "whole", "decimal", "first"),
    [
        (["1.234", "56"], True, ",", 1234),  # persons: a point separates thousands
        (["1,234", "56"], False, ".", 1234),
        (["71.234", "72.111"], False, ".", 71.234),  # all with three decimals, no whole numbers
        (["1.234", "12345"], True, ".", 1.234),  # thousands stand without a separator elsewhere
    ],
)
def test_what_can_be_read_in_two_ways_is_decided_and_said(texts, whole, decimal, first):
    notation = guess_notation(texts, whole)
    assert notation.decimal == decimal and f"“{texts[0]}” is read as" in notation.doubt
    assert read_cell(texts[0], notation).value == first


def test_zero_before_the_mark_or_a_second_mark_leaves_no_doubt():
    assert guess_notation(["0,712"]) == Notation(",")
    assert guess_notation(["1.234.567"]) == Notation(",")
    assert guess_notation(["12,34,567"]) == Notation(".")  # thousands as they are grouped in India
    assert read_cell("12,34,567", Notation()).value == 1234567


def test_a_table_with_both_decimal_marks_is_refused_with_both():
    with pytest.raises(ForeignFileError, match=r"comma \(1,5\).*point \(2\.5\).*--decimal"):
        guess_notation(["1,5", "2.5"])


@pytest.mark.parametrize(
    ("mark", "meaning"),
    [
        ("c", SECRET), ("x", SECRET), ("S", SECRET), ("*", SECRET), ("[c]", SECRET),
        (": c", SECRET),
        ("..", UNAVAILABLE), ("...", UNAVAILABLE), (":", UNAVAILABLE), ("n/a", UNAVAILABLE),
        ("#N/A", UNAVAILABLE), ("NaN", UNAVAILABLE), ("ND", UNAVAILABLE),
        ("-", UNOBSERVED), ("–", UNOBSERVED), ("—", UNOBSERVED), ("", "blank"), (HARD, "blank"),
        ("<5", BELOW), ("< 5", BELOW), ("≤3", BELOW), ("[low]", BELOW), ("(1)", FOOTNOTE),
        ("#DIV/0!", "a formula that failed"),
    ],
)  # fmt: skip
def test_a_mark_in_place_of_a_figure_is_missing_and_has_a_meaning(mark, meaning):
    cell = read_cell(mark, Notation())
    assert cell.value is None and cell.readable and cell.meaning == meaning


def test_a_dash_is_zero_only_where_a_person_says_so():
    assert read_cell("–", Notation(), dash_is_zero=True).value == 0
    assert read_cell("..", Notation(), dash_is_zero=True).value is None


@pytest.mark.parametrize(
    "text", ["abc", "12 km", "1.2 jt", "E02000001", "e5", "1e999", "1,2,3", "3-4", "x" * 10_000]
)
def test_what_is_neither_number_nor_mark_is_not_read(text):
    assert not read_cell(text, Notation()).readable
    assert not is_numeric(text)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text):
    cell = read_cell(text, Notation())
    assert cell.value is None or cell.meaning == ""


def test_declared_marks_are_missing_and_counted_with_the_others():
    texts = pd.Series(["5", "-999", "c", "c", "0"])
    cells = read_cells(texts, Notation(), suppressed=["-999"])
    assert cells["value"].tolist()[0] == 5 and cells["value"].isna().tolist()[1:4] == [True] * 3
    assert cells["value"].iloc[4] == 0
    assert marks_of(texts, cells)[SECRET] == (2, "“c”")
    assert marks_of(texts, cells)["declared as not told"] == (1, "“-999”")
