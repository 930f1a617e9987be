"""The findings as readers meet them: the same on every page, each with what it rests on."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from metrobook.consent import ids
from metrobook.language import translations
from metrobook.publish.site import Book, all_books
from metrobook.results import Results
from metrobook.study import Study
from metrobook.triangulation import (
    confidence_names,
    label_names,
    stance_names,
    status,
    status_sentence,
)
from tests.site.conftest import shown_text, soup

UNTESTABLE = "not testable"
STANDING = {"supported", "supported with limits"}
FLAGSHIP = "bandung-cimahi"
SUPPORT = {"en": "support", "id": "didukung"}
DENIAL = {"en": "contradict", "id": "dibantah"}
COLOURS = {"mb-stance-supports", "mb-stance-qualifies", "mb-stance-contradicts",
           "mb-stance-not-collected"}  # fmt: skip
PARTS = 3


@dataclass(frozen=True, eq=False)
class Shown:
    """One book: its pages, and the results that they have to tell."""

    book: Book
    folder: Path

    @cached_property
    def study(self) -> Study:
        return Study.load(self.book.study)

    @cached_property
    def translate(self):
        return translations(self.book.language).gettext

    @cached_property
    def names(self) -> dict[str, str]:
        return label_names(self.translate)

    @cached_property
    def labels(self) -> pd.Series:
        return self.table("07-triangulation", "findings").set_index("claim_id")["label"]

    @cached_property
    def claims(self) -> dict[str, str]:
        return self.texts("claims", "claim_id", "text")

    @cached_property
    def channels(self) -> pd.DataFrame:
        names = self.texts("channels", "channel_id", "name")
        table = self.study.table("channels")
        labels = [[self.labels[claim] for claim in ids(cell)] for cell in table["claim_ids"]]
        return table.assign(
            name=table["channel_id"].map(names), labels=labels, status=[*map(status, labels)]
        )

    @cached_property
    def collected(self) -> pd.DataFrame:
        """The items that were weighed, without the computed results."""
        items = self.table("07-triangulation", "item_stances")
        return items[items["technique"] != "statistics"].astype({"examined": bool})

    def results(self, step: str) -> Results:
        return Results.read(self.book.study, self.book.language, step)

    def table(self, step: str, name: str) -> pd.DataFrame:
        return self.results(step).table(name)

    def texts(self, table: str, key: str, stem: str) -> dict[str, str]:
        """One text of each row of a table, in the language of the book or else in English."""
        frame = self.study.table(table)
        own = frame.get(f"{stem}_{self.book.language}", frame[f"{stem}_en"])
        return dict(zip(frame[key], own.fillna(frame[f"{stem}_en"]), strict=True))

    def page(self, name: str) -> BeautifulSoup:
        return soup(self.folder / f"{name}.html")

    def claim(self, key: str) -> Tag:
        return self.page("08-conclusions").select_one(f"tr#claim-{key}")


def line(tag: Tag | str) -> str:
    """The text of a tag on one line, as it is read."""
    text = tag if isinstance(tag, str) else tag.get_text()
    return re.sub(r"\s+", " ", text).strip()


def numbers_in(tag: Tag) -> list[int]:
    """The whole numbers in a text, the least first; no part of a key, a share or a decimal."""
    whole = re.compile(r"(?<![\w.,])\d+(?![\w%]|[.,]\d)")
    return sorted(int(number) for number in whole.findall(line(tag)))


BOOKS = [book for book in all_books() if Study.load(book.study).has("claims")]
OF_FLAGSHIP = [book for book in BOOKS if book.study == FLAGSHIP]
OF_OTHERS = [book for book in BOOKS if book.study != FLAGSHIP]


@cache
def shown_book(book: Book, html: Path) -> Shown:
    return Shown(book, html / book.base)


@pytest.fixture(params=BOOKS, ids=lambda book: book.base or "root")
def shown(request, html) -> Shown:
    return shown_book(request.param, html)


@pytest.fixture(params=OF_FLAGSHIP, ids=lambda book: book.base or "root")
def flagship(request, html) -> Shown:
    return shown_book(request.param, html)


@pytest.fixture(params=OF_OTHERS, ids=lambda book: book.base)
def other(request, html) -> Shown:
    return shown_book(request.param, html)


def test_each_claim_bears_the_label_and_the_confidence_that_were_computed(shown):
    rows = shown.page("08-conclusions").select("tr[id^=claim-]")
    assert {row["id"].removeprefix("claim-") for row in rows} == set(shown.labels.index)
    assert len(rows) == len(shown.labels)
    sure = shown.table("07-triangulation", "confidence").set_index("claim_id")["confidence"]
    levels = confidence_names(shown.translate)
    for key, label in shown.labels.items():
        row = shown.claim(key)
        finding = row.find_all("td")[0]
        assert line(finding.find("strong")) == shown.names[label], key
        reason = line(finding.select_one("details p")).lower()
        assert reason.startswith(f"{shown.names[label]}:"), (key, reason[:60])
        grade = shown.translate("confidence: {level}").format(level=levels[sure[key]])
        above = line(finding).removesuffix(line(finding.select_one("details")))
        assert (grade in above) is (label != UNTESTABLE), key


def test_the_ledger_says_the_same_as_the_claims(shown):
    ledger = shown.table("08-conclusions", "ledger").set_index("claim_id")
    assert ledger["label"].to_dict() == shown.labels.to_dict()
    rows = shown.page("08-conclusions").select("#table-ledger_table tbody tr")
    links = [row.find("a")["href"] for row in rows]
    assert links == [f"#claim-{key}" for key in shown.labels.index]
    told = [line(row.find_all("td")[0]) for row in rows]
    assert told == [shown.names[label] for label in shown.labels]


def test_fragile_is_written_where_a_finding_changes_in_some_trial(shown):
    fragility = shown.table("07-triangulation", "fragility").set_index("claim_id")
    rows = shown.page("08-conclusions").select("#table-ledger_table tbody tr")
    told = {row.find("a").get_text(): line(row.find_all("td")[2]) for row in rows}
    word = {True: shown.translate("fragile"), False: shown.translate("holds in every trial")}
    for key, row in fragility.iterrows():
        assert row["fragile"] == (row["kept"] < row["trials"]) == (isinstance(row["flips"], str))
        expected = "–" if shown.labels[key] == UNTESTABLE else word[bool(row["fragile"])]
        assert told[key] == expected, key
        reasons = line(shown.claim(key).select_one("details p"))
        judged = shown.labels[key] != UNTESTABLE
        assert (word[True] in reasons) is (judged and bool(row["fragile"])), (key, reasons)
    listed = shown.page("07-triangulation").select("#table-fragile tbody tr th")
    claims = {line(cell).split()[0] for cell in listed}
    fragile = set(fragility.index[fragility["fragile"]])
    assert claims == {key for key in fragile if shown.labels[key] != UNTESTABLE}


def test_no_verdict_stands_without_what_it_rests_on(shown):
    witnesses = shown.table("07-triangulation", "witnesses").groupby("claim_id")["source_ids"]
    behind = {key: {one for cell in cells for one in cell.split(";")} for key, cells in witnesses}
    for key, label in shown.labels.items():
        links = {link["href"] for link in shown.claim(key).select("li a[href]")}
        assert label == UNTESTABLE or behind.get(key), key
        for source in behind.get(key, ()):
            step = source.split(":")[1] if source.startswith("step:") else None
            address = f"{step}.html" if step else f"02-collection.html#source-{source}"
            assert address in links, (key, source)


def test_what_is_listed_for_and_against_is_what_was_weighed(shown):
    """So nothing of the examined paper stands there, and nothing that is withheld."""
    marks = {"supports": "For:", "qualifies": "Qualifies:", "contradicts": "Against:"}
    opening = {shown.translate(mark): stance for stance, mark in marks.items()}
    texts = shown.texts("evidence", "evidence_id", "text")
    evidence = shown.study.whole_table("evidence")
    withheld = set(evidence.loc[~evidence["consent"].isin(["public", "anonymised"]), "evidence_id"])
    for key in shown.labels.index:
        weighed = shown.collected[shown.collected["claim_id"] == key]
        assert not withheld & set(weighed["evidence_id"]), key
        expected = sorted(
            (row.stance, line(texts[row.evidence_id]), row.source_id)
            for row in weighed[~weighed["examined"]].itertuples()
        )
        told = sorted(
            (opening[line(item.find("strong"))], told_text(item), told_source(item))
            for item in shown.claim(key).select("li:has(a.mb-cite):has(> strong)")
            if line(item.find("strong")) in opening
        )
        assert told == expected, key


def told_text(item: Tag) -> str:
    """The words of a listed item, without its mark and without date and source."""
    whole, mark = line(item), line(item.find("strong"))
    return whole.removeprefix(mark).removesuffix(line(item.select_one(".mb-meta"))).strip()


def told_source(item: Tag) -> str:
    return item.select_one("a.mb-cite")["href"].partition("#source-")[2]


def test_items_of_the_examined_paper_are_shown_as_not_counted(shown):
    examined = shown.study.table("sources").query("reliability == 'examined paper'")["source_id"]
    mark = shown.translate("The examined paper itself, not counted:")
    found = 0
    for key in shown.labels.index:
        for item in shown.claim(key).select("li:has(a.mb-cite):has(> strong)"):
            own = told_source(item) in set(examined)
            assert (line(item.find("strong")) == mark) is own, (key, line(item))
            found += own
    assert found == shown.collected["examined"].sum()


def test_each_source_of_a_claim_leads_to_its_address(shown):
    register = {row["id"]: row for row in shown.page("02-collection").select("tr[id^=source-]")}
    sources = shown.study.table("sources").set_index("source_id")
    for key in shown.labels.index:
        for link in shown.claim(key).select("a.mb-cite"):
            page, _, anchor = link["href"].partition("#")
            assert page == "02-collection.html" and anchor in register, (key, link)
            address = sources.loc[anchor.removeprefix("source-"), "url"]
            if pd.notna(address):
                assert register[anchor].select_one(f'a[href="{address}"]'), (key, anchor)


def test_a_source_of_a_claim_without_an_address_says_so(flagship):
    sources = flagship.study.table("sources").set_index("source_id")
    silent = set(flagship.collected["source_id"]) & set(sources.index[sources["url"].isna()])
    assert silent
    for source in silent:
        row = line(flagship.page("02-collection").select_one(f"tr#source-{source}"))
        found = sources.loc[source, "where_found"]
        assert flagship.translate("no address") in row or str(found) in row, source


def test_computed_results_of_a_claim_say_the_number_of_their_chapter(shown):
    criteria = shown.study.table("criteria").set_index("criterion_id")
    names = shown.texts("criteria", "criterion_id", "text")
    readings = shown.table("07-triangulation", "readings").query("stance != 'not collected'")
    for row in readings.itertuples():
        number = shown.results(criteria.loc[row.criterion_id, "step"]).numbers[row.result]
        told = f"{names[row.criterion_id]}: {number['text']}"
        assert told in line(shown.claim(row.claim_id)), row.criterion_id
        for channel in shown.channels.itertuples():
            if row.claim_id in ids(channel.claim_ids):
                card = shown.page("09-synthesis").select_one(f"#channel-{channel.channel_id}")
                stance = stance_names(shown.translate)[row.stance]
                assert f"{told} ({stance})" in line(card), (channel.channel_id, row.criterion_id)


def test_every_channel_has_a_card_of_four_parts(shown):
    cards = shown.page("09-synthesis").select(".mb-channel")
    expected = {f"channel-{key}" for key in shown.channels["channel_id"]}
    assert sorted(card["id"] for card in cards) == sorted(expected)
    assert cards or shown.page("09-synthesis").select(".mb-gap")
    for card in cards:
        assert line(card.select_one(".mb-stance strong")), card["id"]
        cells = card.select(".mb-channel-row > div")
        assert len(cells) == PARTS, card["id"]
        for cell in cells:
            head = line(cell.select_one(".mb-channel-head"))
            assert head, card["id"]
            assert len(line(cell)) > len(head) or cell.select("img"), (card["id"], head)
        for picture in card.select("img"):
            assert len(picture.get("alt", "")) > 20, card["id"]


def test_channels_with_a_layer_show_their_part_of_the_map(flagship):
    located = flagship.channels["layers"].notna()
    assert located.any()
    for channel in flagship.channels[located].itertuples():
        card = flagship.page("09-synthesis").select_one(f"#channel-{channel.channel_id}")
        assert card.select("img"), channel.channel_id


def verdicts_of_channels(shown: Shown) -> dict[str, list[Tag]]:
    """The verdict on each channel wherever it is told: on its card, in 08, in the brief."""
    listed = shown.page("08-conclusions").select("#table-channels .mb-part")
    parts = {line(part.find("strong")): part.find_all("strong")[1] for part in listed}
    rows = shown.page("brief").select("#brief-channels-table tbody tr")
    briefs = {line(row.find("th")): row.select_one("td strong.mb-stance") for row in rows}
    return {
        row.channel_id: [
            shown.page("09-synthesis").select_one(f"#channel-{row.channel_id} .mb-stance strong"),
            parts[row.name],
            briefs[row.name],
        ]
        for row in shown.channels.itertuples()
    }


def test_the_verdict_on_a_channel_follows_from_its_claims_wherever_it_stands(flagship):
    told = verdicts_of_channels(flagship)
    support, denial = SUPPORT[flagship.book.language], DENIAL[flagship.book.language]
    for row in flagship.channels.itertuples():
        for verdict in told[row.channel_id]:
            text = line(verdict)
            assert text == status_sentence(row.status, flagship.translate), row.channel_id
            assert (support in text.lower()) is bool(STANDING & {*row.labels}), (row, text)
            assert (denial in text.lower()) is ("contradicted" in row.labels), (row, text)


def test_the_colour_of_a_channel_does_not_say_more_than_its_claims(flagship):
    told = verdicts_of_channels(flagship)
    for row in flagship.channels.itertuples():
        card, _, brief = told[row.channel_id]
        colour, *more = COLOURS & {*card.parent["class"]}
        assert not more and {colour} == COLOURS & {*brief["class"]}, row.channel_id
        labels = {*row.labels}
        expected = {
            "mb-stance-supports": bool(labels & STANDING) and not labels - STANDING - {UNTESTABLE},
            "mb-stance-contradicts": "contradicted" in labels and not labels & STANDING,
            "mb-stance-not-collected": labels == {UNTESTABLE},
        }
        assert colour == next((name for name, fits in expected.items() if fits),
                              "mb-stance-qualifies"), row.channel_id  # fmt: skip


def test_cards_and_channels_tell_the_label_of_each_of_their_claims(flagship):
    for row in flagship.channels.itertuples():
        card = flagship.page("09-synthesis").select_one(f"#channel-{row.channel_id}")
        lines = card.select(":scope > ul.mb-items > li")
        told = {item.find("a").get_text(): line(item.find("strong")) for item in lines}
        assert told == {
            key: flagship.names[label]
            for key, label in zip(ids(row.claim_ids), row.labels, strict=True)
        }
        for item in lines:
            assert item.find("a")["href"] == f"08-conclusions.html#claim-{item.find('a').text}"


def test_recommendations_tell_the_findings_they_rest_on(flagship):
    cells = flagship.page("08-conclusions").select("#table-recommendations tbody td:last-child")
    assert len(cells) == len(flagship.study.table("recommendations"))
    for cell in cells:
        parts = [line(part) for part in cell.get_text("\n").split("\n") if line(part)]
        told = dict(zip(parts[::2], parts[1::2], strict=True))
        assert told == {key: flagship.names[flagship.labels[key]] for key in told} and told


def test_the_brief_tells_the_labels_of_its_findings(shown):
    items = shown.page("brief").select("ul.mb-brief-items li:has(strong.mb-stance)")
    by_text = {line(text): key for key, text in shown.claims.items()}
    assert items or not (shown.labels != UNTESTABLE).any()
    for item in items:
        key = by_text[line(item.contents[0])]
        assert line(item.find("strong")) == shown.names[shown.labels[key]], key
        assert shown.labels[key] != UNTESTABLE


def answer_pages(shown: Shown) -> dict[str, str]:
    return {name: line(shown_text(shown.folder / f"{name}.html"))
            for name in ("index", "08-conclusions", "09-synthesis", "brief")}  # fmt: skip


def test_the_same_answer_stands_on_all_pages_that_give_it(flagship):
    sentence = line(flagship.page("08-conclusions").select_one("#answer_sentence"))
    assert sentence == line(flagship.results("08-conclusions").texts["answer_sentence"])
    verdicts = line(flagship.page("08-conclusions").select_one("#finding_verdicts"))
    for name, text in answer_pages(flagship).items():
        assert sentence in text, name
        assert verdicts in text, name


def test_the_answer_names_the_claims_on_channels_that_stand_and_no_other(flagship):
    sentence = line(flagship.page("08-conclusions").select_one("#answer_sentence"))
    on_channels = {key for cell in flagship.channels["claim_ids"] for key in ids(cell)}
    for key, label in flagship.labels.items():
        stands = label in STANDING and key in on_channels
        assert (line(flagship.claims[key]) in sentence) is stands, key


def test_the_answer_of_a_study_with_few_claims_names_them_with_their_verdicts(other):
    verdicts = line(other.page("08-conclusions").select_one("#finding_verdicts"))
    for name, text in answer_pages(other).items():
        assert verdicts in text, name
    parts = verdicts.split(". ")
    said = {line(text): part for part in parts for text in re.findall("“(.*?)”", part)}
    untested = other.translate("Not testable: {channels}.").split("{")[0]
    assert set(said) == {line(text) for text in other.claims.values()}
    for key, label in other.labels.items():
        assert said[line(other.claims[key])].startswith(untested) is (label == UNTESTABLE), key


def test_counts_in_the_answer_are_those_of_the_ledger(flagship):
    counts = flagship.labels.value_counts()
    zeros = [name for name in ("supported",) if name not in counts]
    told = numbers_in(flagship.page("08-conclusions").select_one("#finding_verdicts"))
    counted = [counts.get(name, 0) for name in flagship.names if name not in zeros]
    assert told == sorted([len(flagship.labels), *counted])


def test_counts_of_confidence_and_firmness_are_those_of_the_tables(shown):
    sure = shown.table("07-triangulation", "confidence").set_index("claim_id")["confidence"]
    judged = shown.labels != UNTESTABLE
    fragile = shown.table("07-triangulation", "fragility").set_index("claim_id")["fragile"]
    per_level = [(sure[judged] == level).sum() for level in confidence_names(str)]
    told = numbers_in(shown.page("07-triangulation").select_one("#finding_confidence"))
    assert told == sorted([judged.sum(), *per_level, (judged & ~fragile).sum()])


def test_counts_of_convergence_are_those_of_the_table(shown):
    table = shown.table("07-triangulation", "convergence")
    across = table["convergence"].value_counts()
    names = ("agreement", "partial agreement", "dissonance", "one technique")
    finding = shown.page("07-triangulation").select_one("#finding_convergence")
    assert (finding is not None) is bool((table["speaking"] > 1).any())
    if finding is not None:
        assert numbers_in(finding) == sorted(across.get(name, 0) for name in names)
    witnesses = shown.table("07-triangulation", "witnesses")["witness"].nunique()
    spoken = [(table["speaking"] > 0).sum(), (table["speaking"] > 1).sum()]
    told = numbers_in(shown.page("07-triangulation").select_one("#finding_reach"))
    assert told == sorted([*spoken, len(table), witnesses])


def test_the_brief_is_linked_from_its_page_and_from_the_synthesis(shown):
    name = f"{shown.book.study}-brief-{shown.book.language}.pdf"
    for page in ("brief", "09-synthesis"):
        links = shown.page(page).select(f'a[download][href$="{name}"]')
        assert links, page
        for link in links:
            content = (shown.folder / link["href"]).read_bytes()
            assert content.startswith(b"%PDF-"), link["href"]
            assert b"/Lang(%s)" % shown.book.language.encode() in content
            pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", content))
            assert pages == 2 if shown.book.study == FLAGSHIP else 1 <= pages <= 2
    assert shown.page("brief").select_one(".mb-brief")["lang"] == shown.book.language
