"""Positions in texts of other programs."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.exchange.refi_positions import (
    STANDARD,
    Counting,
    Positions,
    Selection,
    decide,
)
from metrobook.exchange.text import normalise

DIFFICULT = (
    "a e.\n\r\ufeff\u0301\u0327\u0323\U0001f600\u00e9\uac00\u1100\u1161\u11a8"  # marks, Hangul
    "\u0958\u2126\u0344\u0f71\u0f72\u0f73\u09c7\u09be\u05d0\u0628\U0001d15e"  # exclusions, RTL
)
CHARACTERS = st.one_of(st.sampled_from(DIFFICULT), st.characters(codec="utf-8"))
RAW = st.text(CHARACTERS, max_size=15)
WAYS = [
    Counting(utf16, line_end, mark)
    for utf16 in (False, True)
    for line_end in ("as stored", "one", "two")
    for mark in (False, True)
]
SENTENCES = (
    "Kota inti tumbuh 🚌 cepat.\r\nKota penyangga 🚆 ikut tumbuh.\r\n\r\nAir bersih 💧 langka.\r\n"
)


def counted(raw, counting):
    """Position of each stored character, counted one by one."""
    positions, at = [], 0
    for index, character in enumerate(raw):
        positions.append(at)
        pair = raw[index : index + 2] == "\r\n"
        after_return = index > 0 and raw[index - 1 : index + 1] == "\r\n"
        width = 2 if counting.utf16 and ord(character) > 0xFFFF else 1
        if counting.line_end == "one" and pair:
            width = 0
        if counting.line_end == "two" and character in "\r\n" and not pair and not after_return:
            width = 2
        if index == 0 and character == "\ufeff" and not counting.mark:
            width = 0
        at += width
    return [*positions, at]


def selections_of_words(raw, counting, named=False):
    """Every word of a text, selected as a program that counts this way writes it."""
    places, chosen, index = counted(raw, counting), [], 0
    for word in raw.removeprefix("\ufeff").split():
        index = raw.index(word, index)
        name = word if named else ""
        chosen.append(Selection(places[index], places[index + len(word)], name))
        index += len(word)
    return chosen


@settings(max_examples=300)
@given(RAW, st.sampled_from(WAYS))
def test_positions_are_those_of_counting_one_by_one(raw, counting):
    assert Positions(raw).counts(counting).tolist() == counted(raw, counting)


@settings(max_examples=500)
@given(RAW, st.data())
def test_a_selection_keeps_what_was_selected(raw, data):
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    positions = Positions(raw)
    everything = Counting(mark=True)
    [[first, last]] = positions.locate(np.array([start]), np.array([end]), everything)
    assert 0 <= first <= last <= len(positions.text)
    selected = raw[start:end].replace("\r\n", "\n").replace("\r", "\n")
    if start == 0:
        selected = selected.lstrip("\ufeff")
    if start < end:
        wanted = unicodedata.normalize("NFD", selected)
        got = unicodedata.normalize("NFD", positions.text[first:last])
        assert all(got.count(character) >= wanted.count(character) for character in set(wanted))


@settings(max_examples=500)
@given(RAW, RAW)
def test_a_text_cut_between_characters_is_cut_in_the_same_place(left, right):
    raw = f"{left}.|.{right}"
    positions = Positions(raw)
    at = np.array([len(left) + 1])
    [[start, end]] = positions.locate(at, at + 1, Counting(mark=True))
    assert positions.text[:start] == normalise(left + ".")
    assert positions.text[start:end] == "|"


@settings(max_examples=300)
@given(RAW)
def test_positions_in_a_normalised_text_stay(raw):
    text = normalise(raw).lstrip("\ufeff")
    positions = Positions(text)
    every = np.arange(len(text) + 1)
    assert positions.text == text
    assert positions.locate(every, every, STANDARD).tolist() == [[at, at] for at in every]
    assert positions.locate(every, np.full_like(every, len(text)), STANDARD)[:, 0].tolist() == (
        every.tolist()
    )


def test_combining_characters_that_compose_move_what_follows():
    positions = Positions("re\u0301union au cafe\u0301")
    assert positions.text == "réunion au café"
    found = positions.locate(np.array([0, 12, 1, 2]), np.array([8, 17, 2, 3]), STANDARD)
    assert [positions.text[start:end] for start, end in found] == ["réunion", "café", "é", "é"]


def test_half_a_surrogate_pair_becomes_the_whole_character():
    positions = Positions("a😀b")
    found = positions.locate(np.array([0, 2]), np.array([2, 4]), Counting(utf16=True))
    assert [positions.text[start:end] for start, end in found] == ["a😀", "😀b"]


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 2), (2, 1), (9, 10), (0, 8), (10**9, 10**9 + 1), (-5, -1)]
)
def test_positions_outside_a_text_are_marked(start, end):
    found = Positions("01234").locate(np.array([start]), np.array([end]), STANDARD)
    assert found.tolist() == [[-1, -1]]


def test_an_end_just_beyond_the_text_moves_to_its_end():
    found = Positions("01234").locate(np.array([2, 2]), np.array([6, 7]), STANDARD)
    assert found.tolist() == [[2, 5], [2, 5]]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("counting", WAYS, ids=str)
def test_the_way_of_counting_is_found_from_selected_words(counting, mark):
    texts = [mark + SENTENCES, mark + SENTENCES.replace("\r\n", "\n") + "Tanpa 🚏 akhir"]
    project = [(Positions(raw), selections_of_words(raw, counting)) for raw in texts]
    decision = decide(project)
    for raw, chosen in zip(texts, (chosen for _, chosen in project), strict=True):
        positions = Positions(raw)
        starts = np.array([selection.start for selection in chosen])
        ends = np.array([selection.end for selection in chosen])
        found = positions.locate(starts, ends, decision.counting)
        words = raw.removeprefix("\ufeff").split()
        assert [positions.text[start:end] for start, end in found] == words
    assert decision.on_words == decision.boundaries


def test_names_that_quote_decide_where_words_have_no_spaces():
    raw = "😀城市規劃與交通政策😀都會區治理研究"
    utf16 = Counting(utf16=True)
    places = counted(raw, utf16)
    chosen = [
        Selection(places[at], places[at + 4], raw[at : at + 4] + ending)
        for at, ending in ((1, ""), (5, "..."), (11, "…"))
    ]
    decision = decide([(Positions(raw), chosen)])
    assert decision.counting == utf16
    assert decision.quoted == 3


def test_where_all_ways_agree_it_says_so():
    decision = decide([(Positions("plain text"), [Selection(0, 5), Selection(7, 9)])])
    assert decision.counting == STANDARD
    assert str(decision) == "counted in code points; every way of counting gives the same"
    assert decide([]) == decide([(Positions("😀"), [])]) == decision


def test_a_tie_goes_to_the_standard():
    decision = decide([(Positions("😀 😀 😀\r\n😀"), [Selection(0, 1)])])
    assert decision.counting == STANDARD


def test_one_careless_selection_does_not_outweigh_the_standard():
    raw = "one two three\nfour five six seven\n"
    careful = selections_of_words(raw, STANDARD)
    assert decide([(Positions(raw), [*careful, Selection(15, 17)])]).counting == STANDARD


def test_a_decision_without_words_says_that_it_is_unsure():
    decision = decide([(Positions("abcdefgh😀ijklmnop"), [Selection(2, 5), Selection(11, 13)])])
    assert "unsure" in str(decision)


def test_a_decision_names_the_way_and_what_speaks_for_it():
    raw = "\ufeff" + SENTENCES
    chosen = selections_of_words(raw, Counting(utf16=True, line_end="one", mark=True))
    told = str(decide([(Positions(raw), chosen)]))
    assert told.startswith("counted in UTF-16 units, the end of a line as one, the byte-order mark")
    assert f"100 % of {2 * len(chosen)} ends of selections fall between words" in told
    assert "% if counted as in the standard" in told
