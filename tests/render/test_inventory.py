"""The statement that opens a chapter: what it had, what it lacks, and what that means."""

import dataclasses

import pytest
from bs4 import BeautifulSoup

from metrobook.parts import part
from metrobook.render.inventory import inventory, statement
from metrobook.steps import all_steps, find_step
from metrobook.study import Study
from tests.gaps.harness import copy_without

FLOWS, EVENTS, CODINGS, ROADS = part("flows"), part("events"), part("codings"), part("roads")


def told(*sizes: tuple) -> BeautifulSoup:
    return BeautifulSoup(statement(list(sizes), ", ".join, str), "html.parser")


def test_a_chapter_that_lacks_nothing_says_only_what_it_had():
    page = told((FLOWS, 12), (EVENTS, 1))
    assert page.get_text() == f"This chapter had: {FLOWS.title}, {EVENTS.title}."
    assert page.div["role"] == "note"


def test_each_missing_part_says_what_cannot_be_said_without_it():
    page = told((FLOWS, 0), (EVENTS, 3))
    assert f"It lacks: {FLOWS.title}." in page.get_text()
    assert [item.get_text() for item in page("li")] == [f"{FLOWS.title}. {FLOWS.without}"]


def test_three_missing_parts_stand_open_and_four_are_folded():
    missing = [(one, 0) for one in (FLOWS, EVENTS, CODINGS, ROADS)]
    assert told(*missing[:3]).details is None
    assert [len(told(*missing)(tag)) for tag in ("details", "li")] == [1, 4]
    assert told(*missing).details.parent.p is not None  # the names stay open


def test_titles_and_sentences_are_escaped_and_translated():
    odd = dataclasses.replace(FLOWS, title="a", without="b")
    words = {
        "a": "<i>Arus</i>",
        "b": "<b>Tanpa itu</b>",
        "It lacks: {parts}.": "Tidak ada: {parts}.",
    }
    text = statement([(odd, 0)], ", ".join, lambda message: words.get(message, message))
    page = BeautifulSoup(text, "html.parser")
    assert page.i is None and page.b is None
    assert "Tidak ada: <i>Arus</i>." in page.get_text()
    assert page.li.get_text() == "<i>Arus</i>. <b>Tanpa itu</b>"


def test_every_part_that_a_chapter_reads_has_a_title_and_says_what_is_missing_without_it():
    for step in all_steps():
        for one, _size in inventory(step, Study.load("jabodetabek")):
            assert one.title and one.without.endswith("."), (step.name, one.name)


@pytest.mark.parametrize("gone", ["codebook", "layer areas", "commuters"])
def test_a_part_that_was_taken_away_has_no_size(gone, tmp_path, monkeypatch):
    copy_without("bandung-cimahi", frozenset([gone]), tmp_path)
    monkeypatch.setenv("METROBOOK_ROOT", str(tmp_path))
    step = find_step("03" if gone == "codebook" else "05")
    sizes = inventory(step, Study.load("bandung-cimahi"))
    empty = {f"layer {one.name}" if one.kind == "layer" else one.name for one, n in sizes if n == 0}
    assert gone in empty
    assert not empty & {"areas", "sources"}


def test_the_same_name_may_be_a_table_and_a_layer():
    kinds = {
        (one.name, one.kind)
        for one, _size in inventory(find_step("06"), Study.load("bandung-cimahi"))
    }
    assert {("areas", "table"), ("areas", "layer")} <= kinds
