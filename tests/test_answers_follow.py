"""The answers follow the findings: with other findings, every page says something else.

The labels put in here are made up; what is tested is that no answer was typed by hand.
"""

import re
import shutil
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from metrobook.consent import ids
from metrobook.execute.run import StepError, run_step
from metrobook.publish.blocks import substitutions
from metrobook.results import Results, results_folder
from metrobook.steps import find_step
from metrobook.study import Study
from metrobook.triangulation import status, status_sentence
from metrobook.triangulation.findings import CONTRADICTED, LIMITED, MIXED, SUPPORTED, UNTESTABLE
from tests.conftest import ROOT, UNDER_CI

STUDY, LANGUAGE = "bandung-cimahi", "en"
STANDING = (SUPPORTED, LIMITED)
FIGURES = ("comovement_p", "events_marked")


@dataclass(frozen=True, eq=False)
class Answers:
    """What chapters 08 and 09 say of some findings."""

    labels: pd.Series
    conclusions: Results
    synthesis: Results
    home: dict[str, str]

    @cached_property
    def channels(self) -> pd.DataFrame:
        table = Study.load(STUDY).table("channels")
        labels = [[self.labels[claim] for claim in ids(cell)] for cell in table["claim_ids"]]
        return table.assign(labels=labels, status=[*map(status, labels)])

    @property
    def sentence(self) -> str:
        return self.conclusions.texts["answer_sentence"]

    @property
    def display(self) -> BeautifulSoup:
        return BeautifulSoup(self.synthesis.fragments["joint_display"], "html.parser")

    @property
    def brief(self) -> BeautifulSoup:
        return BeautifulSoup(self.synthesis.fragments["brief"], "html.parser")

    @property
    def pdf(self) -> bytes:
        name = f"{STUDY}-brief-{LANGUAGE}.pdf"
        return (self.synthesis.folder / "forms" / name).read_bytes()


def read(labels: pd.Series) -> Answers:
    found = (Results.read(STUDY, LANGUAGE, step) for step in ("08-conclusions", "09-synthesis"))
    return Answers(labels, *found, home=substitutions(Study.load(STUDY), LANGUAGE))


@pytest.fixture(scope="module")
def finished():
    """The results of chapter 07 in the built book."""
    folder = results_folder(STUDY, LANGUAGE, "09-synthesis")
    if not (folder / "result.json").exists():
        message = "the book is not built: run 'make book' first ('make test' does)"
        pytest.fail(message) if UNDER_CI else pytest.skip(message)
    return Results.read(STUDY, LANGUAGE, "07-triangulation")


@pytest.fixture(scope="module")
def spoken(finished) -> set[str]:
    """The claims to which any witness speaks."""
    return set(finished.table("witnesses")["claim_id"])


@pytest.fixture(scope="module")
def built(finished) -> Answers:
    return read(finished.table("findings").set_index("claim_id")["label"])


@pytest.fixture(scope="module")
def answer_to(finished, tmp_path_factory):
    """Return a function that runs 08 and 09 with other labels, and the figures on another side."""

    def answer(labels: pd.Series, figures: str | None = None) -> Answers:
        folder = tmp_path_factory.mktemp("results")
        shutil.copytree(finished.folder.parent, folder / STUDY / LANGUAGE)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("METROBOOK_ROOT", str(ROOT))
            patch.setenv("METROBOOK_RESULTS", str(folder))
            alter(Results.read(STUDY, LANGUAGE, "07-triangulation"), labels, figures)
            for step in ("08", "09"):
                run_step(find_step(step), STUDY, LANGUAGE, {})
            return read(labels)

    return answer


def alter(results: Results, labels: pd.Series, figures: str | None) -> None:
    for name in ("findings", "confidence"):
        table = results.table(name)
        results.add_table(name, table.assign(label=table["claim_id"].map(labels)))
    readings = results.table("readings")
    if figures:
        readings.loc[readings["result"].isin(FIGURES), "stance"] = figures
    results.add_table("readings", readings)


@pytest.fixture(scope="module")
def reversed_(built, spoken, answer_to) -> Answers:
    """Every claim that stands is contradicted, every other that anyone speaks to is supported."""
    labels = {
        key: CONTRADICTED if label in STANDING else SUPPORTED if key in spoken else UNTESTABLE
        for key, label in built.labels.items()
    }
    return answer_to(pd.Series(labels), "qualifies")


@pytest.fixture(scope="module")
def emptied(built, answer_to) -> Answers:
    """Nothing can be tested, but the figures support what they speak to."""
    return answer_to(pd.Series(UNTESTABLE, index=built.labels.index), "supports")


@pytest.fixture(params=["built", "reversed_", "emptied"])
def answers(request) -> Answers:
    return request.getfixturevalue(request.param)


def test_the_findings_that_were_put_in_differ(built, reversed_, emptied):
    assert (built.labels != reversed_.labels).mean() > 1 / 2
    assert {SUPPORTED, CONTRADICTED} <= {*reversed_.labels} and {*emptied.labels} == {UNTESTABLE}


def on_channels(answers) -> set[str]:
    """The claims on factors and channels."""
    return {claim for cell in answers.channels["claim_ids"] for claim in ids(cell)}


def test_the_answer_names_the_claims_on_channels_that_stand_and_no_other(answers):
    texts = Study.load(STUDY).table("claims").set_index("claim_id")["text_en"]
    for key, label in answers.labels.items():
        stands = label in STANDING and key in on_channels(answers)
        assert (f"“{texts[key]}”" in answers.sentence) is stands, key


def test_the_answer_says_whether_any_figure_stands_out(reversed_, emptied):
    stand_out = "figures of Cimahi City stand out"
    assert "no figure shows" in reversed_.sentence and stand_out not in reversed_.sentence
    assert emptied.sentence.startswith("No tie") and stand_out in emptied.sentence


def test_the_verdicts_count_the_labels(answers):
    counts = answers.labels.value_counts()
    verdicts = answers.conclusions.texts["finding_verdicts"]
    told = [int(number) for number in re.findall(r"\d+", verdicts)]
    order = (SUPPORTED, LIMITED, MIXED, CONTRADICTED, UNTESTABLE)
    counted = [counts.get(label, 0) for label in order if label != SUPPORTED or label in counts]
    assert told == [len(answers.labels), *counted]
    assert f"{counts.get(UNTESTABLE, 0)} cannot" in verdicts


def test_contradicted_claims_and_those_that_stand_are_named_in_the_paragraph(answers):
    paragraph = answers.conclusions.texts["answer_paragraph"]
    texts = Study.load(STUDY).table("claims").set_index("claim_id")["text_en"]
    for key, label in answers.labels.items():
        stands = label in STANDING and key in on_channels(answers)
        assert (f"“{texts[key]}”" in paragraph) is (label == CONTRADICTED or stands), key


def test_the_status_of_each_channel_follows(answers):
    told = answers.conclusions.table("channels").set_index("channel_id")["status"]
    expected = answers.channels.set_index("channel_id")["status"]
    assert told.to_dict() == expected.to_dict()


def test_cards_and_brief_give_the_verdict_of_each_channel(answers):
    brief = {row.find("th").get_text(): row.select_one("strong.mb-stance").get_text()
             for row in answers.brief.select("#brief-channels-table tbody tr")}  # fmt: skip
    for row in answers.channels.itertuples():
        card = answers.display.select_one(f"#channel-{row.channel_id}")
        expected = status_sentence(row.status, str)
        assert card.select_one(".mb-stance strong").get_text() == expected == brief[row.name_en]
        lines = card.select(":scope > ul > li")
        assert [line.find("strong").get_text() for line in lines] == row.labels


def test_the_brief_lists_findings_with_their_labels(answers):
    texts = Study.load(STUDY).table("claims").set_index("text_en")["claim_id"]
    items = answers.brief.select("ul.mb-brief-items li:has(strong.mb-stance)")
    assert bool(items) is bool((answers.labels != UNTESTABLE).any())
    for item in items:
        label = answers.labels[texts[str(item.contents[0]).strip()]]
        assert item.find("strong").get_text() == label


def test_the_home_page_and_the_brief_open_with_the_answer(answers):
    assert answers.sentence in answers.synthesis.texts["answer"]
    assert answers.synthesis.texts["answer"] in answers.home["answer"]
    assert answers.sentence in answers.brief.select_one(".mb-finding").get_text()
    assert "{{ answer }}" in (ROOT / "book" / "index.md").read_text(encoding="utf-8")


def test_nothing_of_an_earlier_answer_is_left(built, reversed_, emptied):
    old = [built.sentence, built.conclusions.texts["finding_verdicts"]]
    for answers in (reversed_, emptied):
        said = [
            *answers.home.values(),
            *(text for found in (answers.conclusions, answers.synthesis)
              for text in (*found.texts.values(), *found.fragments.values())),
        ]  # fmt: skip
        assert [text for text in said if any(sentence in text for sentence in old)] == []
    every = (built, reversed_, emptied)
    assert len({answers.sentence for answers in every}) == len({one.pdf for one in every}) == 3


def test_recommendations_on_untested_claims_only_invite_to_find_out(answers):
    ranked = answers.conclusions.table("recommendations_ranked")
    for row in ranked.itertuples():
        untested = all(answers.labels[claim] == UNTESTABLE for claim in ids(row.claim_ids))
        assert (row.kind == "find out") is untested, row.recommendation_id


def test_a_label_without_evidence_stops_the_chapter(built, spoken, answer_to):
    silent = sorted(set(built.labels.index) - spoken)
    assert silent, "every claim is spoken to: let this test take the witnesses of one away"
    with pytest.raises(StepError, match=f"Claim {silent[0]} is labelled .* without a witness"):
        answer_to(built.labels.where(built.labels.index != silent[0], SUPPORTED))
