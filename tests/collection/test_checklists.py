"""The reporting checklists: complete, counted, and pointing to pages that exist."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from metrobook.collection.checklists import STATUSES, checklist_summary
from metrobook.compendium import schema
from metrobook.study import Study


@pytest.fixture(scope="module")
def checklists() -> pd.DataFrame:
    return Study.load("bandung-cimahi").table("checklists")


def pages(root) -> set[str]:
    """Return the pages of the book as the site names them."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    found, entries = {contents["root"]}, [c for part in contents["parts"] for c in part["chapters"]]
    for entry in entries:
        found |= {entry["file"], *(section["file"] for section in entry.get("sections", []))}
    return {f"{Path(file).name}.html" for file in found}


@pytest.mark.parametrize(("checklist", "items"), [("COREQ", 32), ("SRQR", 21)])
def test_checklists_are_complete(checklists, checklist, items):
    """COREQ has 32 items (Tong et al. 2007, table 1), SRQR 21 (O'Brien et al. 2014, table 1)."""
    found = checklists[checklists["checklist"] == checklist]
    assert found["item"].tolist() == list(range(1, items + 1))


@pytest.mark.parametrize(
    ("checklist", "item", "topic"),
    [
        ("COREQ", 1, "Interviewer"), ("COREQ", 8, "Interviewer characteristics"),
        ("COREQ", 9, "Methodological orientation and theory"), ("COREQ", 17, "Interview guide"),
        ("COREQ", 22, "Data saturation"), ("COREQ", 24, "Number of data coders"),
        ("COREQ", 32, "Clarity of minor themes"), ("SRQR", 5, "Qualitative approach and"),
        ("SRQR", 11, "Data collection instruments and"), ("SRQR", 15, "Techniques to enhance"),
        ("SRQR", 21, "Funding"),
    ],
)  # fmt: skip
def test_numbers_are_those_of_the_standards(checklists, checklist, item, topic):
    rows = checklists.set_index(["checklist", "item"])
    assert rows.loc[(checklist, item), "topic_en"].startswith(topic)


def test_domains_begin_where_the_standards_begin_them(checklists):
    starts = checklists.groupby(["checklist", "domain_en"])["item"].min().unstack(0)
    assert starts["COREQ"].dropna().sort_values().tolist() == [1, 9, 24]
    assert starts["SRQR"].dropna().sort_values().tolist() == [1, 3, 5, 16, 18, 20]


def test_what_is_met_says_where_and_what_is_not_says_nothing(checklists):
    somewhere = checklists["status"].isin(["met", "partly"])
    assert checklists.loc[somewhere, "where"].notna().all()
    assert checklists.loc[~somewhere, "where"].isna().all()


def test_named_pages_exist_in_the_book(checklists, root):
    named = checklists["where"].dropna().str.split(";").explode().str.split("#").str[0]
    assert named.nunique() > 5
    assert set(named) - pages(root) == set()


def test_what_was_not_done_is_not_claimed(checklists):
    """No interview was held, nobody checked the material, no quotation is given."""
    status = checklists.set_index(["checklist", "topic_en"])["status"]
    for topic in ("Interviewer", "Method of approach", "Repeat interviews", "Duration"):
        assert status["COREQ", topic] == "not applicable"
    for topic in ("Participant checking", "Quotations presented"):
        assert status["COREQ", topic] == "not met"


def test_summary_counts_every_item_once(checklists):
    summary = checklist_summary(checklists).set_index("checklist")
    assert summary["items"].to_dict() == {"COREQ": 32, "SRQR": 21}
    assert summary[list(STATUSES)].sum(axis=1).equals(summary["items"])
    met = checklists[(checklists["checklist"] == "COREQ") & (checklists["status"] == "met")]
    assert summary.loc["COREQ", "met"] == len(met)


def test_summary_knows_the_statuses_of_the_schema():
    fields = {field["name"]: field for field in schema("checklists")["fields"]}
    assert fields["status"]["constraints"]["enum"] == list(STATUSES)


def test_summary_of_nothing_is_empty():
    empty = pd.DataFrame(columns=["checklist", "item", "status"])
    assert checklist_summary(empty).empty
