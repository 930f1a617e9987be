"""The parts of a study and what is said of each."""

import re

import pytest

from metrobook.compendium import table_names
from metrobook.parts import all_parts, part

PLACES = {"eu", "uk", "us", "id", "br"}
LAYERS = [
    "areas", "districts", "province", "reservoirs", "roads", "rail_lines", "rail_stations",
    "high_speed_stations", "bus_corridors",
]  # fmt: skip
EVERY = pytest.mark.parametrize(
    "found", all_parts(), ids=lambda found: f"{found.kind}-{found.name}"
)


def names(kind):
    return [found.name for found in all_parts() if found.kind == kind]


def test_every_table_is_a_part_once_and_the_obligatory_one_comes_first():
    assert sorted(names("table")) == table_names()
    assert names("table")[:2] == ["areas", "sources"]
    assert names("codebook") == ["codebook"]
    assert names("layer") == LAYERS


@EVERY
def test_a_part_says_in_whole_sentences_what_it_adds_and_what_lacks_without_it(found):
    for text in (found.adds, found.without):
        assert re.fullmatch(r"[A-Z].+\.", text), text
        assert not re.search(r"\d", text), "translators get no digits"
        assert len(text) > 30
    assert found.without.startswith("Without it ")
    assert not found.adds.startswith("Without")


@EVERY
def test_a_part_is_either_published_somewhere_or_made_by_its_authors(found):
    assert bool(found.made) != bool(found.found)
    if found.made:
        assert re.fullmatch(r"[A-Z][^\d]+\.", found.made)
    else:
        assert set(found.found) == PLACES
    for offer in (offer for offers in found.found.values() for offer in offers):
        assert offer.text
        assert re.fullmatch(r"https://[\w.-]+(/[\w./-]*)?", offer.url), offer.url


def test_no_two_parts_say_the_same():
    for texts in zip(*((found.adds, found.without) for found in all_parts()), strict=True):
        assert len(set(texts)) == len(texts)


def test_layers_read_by_the_notebooks_are_parts():
    from metrobook.steps import all_steps

    read = {layer for step in all_steps() for layer in step.layers}
    assert read <= set(LAYERS)


def test_a_layer_is_told_from_a_table_of_the_same_name():
    assert part("areas").group == ""
    assert part("areas", "layer").group == "layers"
    assert part("flows").group == "commuting"
    with pytest.raises(KeyError, match="ghosts"):
        part("ghosts")
    with pytest.raises(KeyError):
        part("flows", "layer")
