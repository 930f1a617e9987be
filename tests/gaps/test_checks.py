"""The checks of the matrix find what they look for, and the bench runs a chapter only once."""

import json

import pytest

from metrobook.results import FILE
from tests.gaps import checks
from tests.gaps.harness import Chapter, copy_without, optional_parts

SOUND = '<div class="mb-had"><p>This chapter had: Areas.</p></div>'


@pytest.fixture
def shown(tmp_path):
    """Return a function that makes a chapter of some HTML."""

    def make(html: str, step: str = "01-issues", **numbers) -> Chapter:
        folder = tmp_path / step
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        (folder / "tables" / "bare.csv").write_text("a,b\n", encoding="utf-8")
        handed_on = {"numbers": {key: {"value": value} for key, value in numbers.items()}}
        (folder / FILE).write_text(json.dumps(handed_on), encoding="utf-8")
        return Chapter(step, html, html, folder, "", 0.0)

    return make


def test_a_sound_chapter_has_no_fault(shown):
    assert checks.faults(shown(SOUND, areas=3)) == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>The value is NaN.</p>", "<p>Traceback (most recent call last)</p>",
        '<img src="a" alt="Map of {core}">', "<p>Found in 0 of 0 cases.</p>",
        "<p>Most items concern  and , at most.</p>", "<p>Lowest for – .</p>", "<p>Quoted: “”.</p>",
        "<p></p>", "<ul></ul>", "<table><tr><th>a</th></tr></table>", "<p>None of it.</p>",
        '<a href="files/01-issues/tables/bare.csv">Data (CSV)</a>', "<p>It rests on the .</p>",
    ],
)  # fmt: skip
def test_each_kind_of_fault_is_found(shown, html):
    assert len(checks.faults(shown(SOUND + html))) >= 1


def test_a_chapter_that_does_not_say_what_it_had_is_faulty(shown):
    assert checks.faults(shown("<p>It says nothing of itself.</p>")) == [
        "no statement of what it had and lacks"
    ]


def test_a_number_without_value_is_a_fault(shown):
    assert checks.faults(shown(SOUND, share=None)) == ["number without value: share"]


def test_links_to_what_no_chapter_shows_are_found(shown):
    target = shown('<p id="claim-K01">K01</p>', step="08-conclusions")
    source = shown('<a href="08-conclusions.html#claim-K01">a</a><a href="#claim-K99">b</a>')
    assert checks.dangling_links([source, target]) == ["01-issues: link to nothing: #claim-K99"]


def test_texts_and_identifiers_of_a_part_that_is_gone_are_found(shown):
    study, gone = "bandung-cimahi", frozenset(["wanted"])
    assert checks.traces_of_gone([shown("<p>W01 would tell.</p>")], study, gone)
    assert not checks.traces_of_gone([shown("<p>W01 would tell.</p>")], study, frozenset())


def test_a_part_taken_away_leaves_file_and_entry_of_the_package(tmp_path):
    copy_without("bandung-cimahi", frozenset(["claims", "layer roads", "codebook"]), tmp_path)
    folder = tmp_path / "data" / "bandung-cimahi"
    names = {
        item["name"] for item in json.loads((folder / "datapackage.yaml").read_text())["resources"]
    }
    assert not names & {"claims", "roads", "codebook"}
    assert "stances" in names
    assert not (folder / "paper" / "claims.csv").exists()
    assert (folder / "evidence" / "stances.csv").exists()


def test_a_chapter_is_run_once_for_all_subsets_that_agree_in_what_it_reads(bench):
    parts = frozenset(optional_parts("jabodetabek"))
    first = bench.run("jabodetabek", parts)
    again = bench.run("jabodetabek", parts - {"claims"})
    same = {one.step for one, other in zip(first, again, strict=True) if one.folder == other.folder}
    assert {"03-coding", "05-commuting"} <= same
    assert not {"01-issues", "07-triangulation"} & same
