"""A study leaves as a project and comes back the same; other projects become items of a study."""

import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from metrobook.compendium import StudyError, data_resources
from metrobook.exchange.codebook import code_tree, study_codes
from metrobook.exchange.intake import Defaults, intake
from metrobook.exchange.outgo import study_project
from metrobook.exchange.project import Project, frame
from metrobook.exchange.refi_read import read_refi
from metrobook.exchange.refi_write import refi_bytes, write_refi
from metrobook.exchange.text import checksum
from metrobook.study import Study
from metrobook.validation import check

QUALITATIVE = ("evidence", "codings", "adjudications", "stances", "actors", "syntheses",
               "surprises", "rivals", "origins", "questions", "choices", "channels",
               "dimensions")  # fmt: skip
KEY = "Q" + checksum("Synthetic talks\nTalk 1")[:8]
TEXT = "I take the train.\nThe bus is late, says Rina."


@pytest.fixture
def bare(compendium) -> Study:
    """A copy of the flagship without its qualitative tables, codebook and unused sources."""
    folder = compendium / "data" / "bandung-cimahi"
    package = yaml.safe_load((folder / "datapackage.yaml").read_text(encoding="utf-8"))
    dropped = [
        item for item in package["resources"]
        if Path(item.get("schema", "")).stem in QUALITATIVE or item["name"] == "codebook"
    ]  # fmt: skip
    for item in dropped:
        (folder / item["path"]).unlink()
    package["resources"] = [item for item in package["resources"] if item not in dropped]
    (folder / "datapackage.yaml").write_text(yaml.safe_dump(package), encoding="utf-8")
    data_resources.cache_clear()
    yield Study(folder)
    data_resources.cache_clear()


def interview() -> Project:
    """A synthetic interview, coded in passages by two coders with two levels of codes."""
    return Project(
        "Synthetic talks",
        "a program of the tests",
        frame("documents", [("D1", "Talk 1", TEXT, None), ("D2", "Talk 2", "Not coded.", None),
                            ("D3", "Lost", None, None)]),
        frame("codes", [("c1", None, "Mobility", "How people move", None),
                        ("c2", "c1", "Rail", None, None), ("c3", "c2", "Delay", None, None),
                        ("c4", None, "Loose", "Without a parent", None)]),
        frame("codings", [("D1", 0, 17, "c2", "A", None), ("D1", 0, 17, "c2", "Rina S.", None),
                          ("D1", 18, 33, "c3", None, None), ("D1", 18, 33, "c1", "A", None),
                          ("D3", 0, 4, "c4", "A", None)]),
        frame("attributes", [("D1", "area_codes", "3273;9999"), ("D1", "date", "2024-05")]),
    )  # fmt: skip


def imported(study: Study, project: Project, **options) -> Study:
    amendment = intake(project, study, Defaults(**options), Path("talks.qdpx"))
    assert amendment.problems() == []
    amendment.make()
    return Study(study.folder)


def test_the_real_study_leaves_and_comes_back_with_equal_codings(bare, tmp_path):
    flagship = Study.load("bandung-cimahi")  # the copy: METROBOOK_ROOT names it
    assert not flagship.has("codings")
    original = Study(Path(__file__).parents[2] / "data" / "bandung-cimahi")
    write_refi(study_project(original), tmp_path / "study.qdpx")
    back = imported(bare, read_refi(tmp_path / "study.qdpx"))
    for table in ("evidence", "codings", "adjudications"):
        pd.testing.assert_frame_equal(back.whole_table(table), original.whole_table(table))
    pd.testing.assert_frame_equal(back.codebook, original.codebook)
    assert check(back.folder) == []


def test_exports_are_equal_byte_for_byte():
    study = Study(Path(__file__).parents[2] / "data" / "bandung-cimahi")
    first, second = (refi_bytes(study_project(study)) for _ in range(2))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_importing_twice_changes_nothing(bare):
    study = imported(bare, interview())
    before = {path: path.read_bytes() for path in study.folder.rglob("*") if path.is_file()}
    again = imported(study, interview())
    assert {path: path.read_bytes() for path in again.folder.rglob("*") if path.is_file()} == before


def test_coded_passages_become_items_with_their_place_in_the_document(bare):
    study = imported(bare, interview())
    items = study.whole_table("evidence")
    assert items["evidence_id"].tolist() == [f"{KEY}-0-17", f"{KEY}-18-33"]
    assert items["text_en"].tolist() == ["I take the train.", "The bus is late"]
    assert items[["start", "end"]].to_numpy().tolist() == [[0, 17], [18, 33]]
    assert items["date"].tolist() == ["2024-05"] * 2
    assert set(items["consent"]) == {"withheld"}
    text = (study.folder / "evidence" / "documents" / f"{KEY}.txt").read_text(encoding="utf-8")
    assert text == TEXT
    documents = study.whole_table("documents").set_index("document_id")
    assert documents.loc[KEY, "sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert documents["title"].tolist().count("Talk 2") == 1  # not coded, but kept


def test_withheld_items_do_not_leave_again(bare):
    study = imported(bare, interview())
    assert study.table("evidence").empty
    assert study_project(study).documents.empty


def test_what_people_changed_survives_another_import(bare):
    study = imported(bare, interview())
    path = study.folder / "evidence" / "evidence.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("withheld", "public"))
    again = imported(Study(study.folder), interview())
    assert set(again.whole_table("evidence")["consent"]) == {"public"}


def test_names_of_documents_do_not_become_keys(bare):
    study = imported(bare, interview())
    assert not study.whole_table("evidence")["evidence_id"].str.contains("talk").any()


def test_interviews_come_into_a_study_that_has_groups_of_actors(compendium):
    data_resources.cache_clear()
    study = Study(compendium / "data" / "bandung-cimahi")
    assert len(imported(study, interview()).whole_table("evidence")) == 140


def test_codes_get_two_levels_and_coders_are_not_mistaken_for_automated_ones(bare):
    study = imported(bare, interview())
    book = study.codebook.set_index("code")
    assert book.loc["rail", ["category", "name_en"]].tolist() == ["mobility", "Rail"]
    assert book.loc["delay", "name_en"] == "Rail / Delay"
    assert book.loc["mobility", "definition_en"] == "How people move"  # given to an item itself
    assert book.loc["loose", "category"] == "imported"
    coders = study.whole_table("codings").groupby("coder")["code"].apply(list).to_dict()
    assert coders == {"coder-a": ["rail", "mobility"], "imported": ["delay"], "rina-s": ["rail"]}


def test_the_report_says_what_was_lost_and_why(bare):
    project = interview()
    imported(bare, project)
    lost = {entry.what: (entry.count, entry.why) for entry in project.report.of("lost")}
    assert lost["areas"] == (1, "the study does not have them: 9999")
    assert lost["documents"][0] == 1 and lost["codings"][0] == 1


def test_codes_of_the_study_are_recognised_by_key_or_name():
    study = Study(Path(__file__).parents[2] / "data" / "bandung-cimahi")
    codes = [("x", None, "skala", None, None), ("y", None, "Something new", None, None)]
    found = study_codes(Project("p", "o", codes=frame("codes", codes)), study.codebook)
    assert found["code"].tolist() == ["scale", "something-new"]
    assert found["new"].tolist() == [False, True]
    tree = study_codes(Project("p", "o", codes=code_tree(study.codebook)), study.codebook)
    assert not tree["new"].any() and len(tree) == len(study.codebook)


def test_names_in_any_script_give_keys(bare):
    project = interview()
    project.codes.loc[1, "name"] = "交通 & <b>"
    project.documents.loc[0, "name"] = "../../etc/passwd"
    study = imported(bare, project)
    assert "jiao-tong-b" in set(study.codebook["code"])
    names = {path.name for path in (study.folder / "evidence" / "documents").iterdir()}
    assert len(names) == 2 and all(re.fullmatch(r"Q[0-9a-f]{8}\.txt", name) for name in names)


def test_an_item_that_says_something_else_under_the_same_key_is_refused(bare):
    study = imported(bare, interview())
    before = {path: path.read_bytes() for path in study.folder.rglob("*") if path.is_file()}
    changed = interview()
    changed.documents.loc[0, "text"] = TEXT.replace("train", "plane")
    with pytest.raises(StudyError, match=r"evidence\.csv has rows that say something else"):
        intake(changed, study, Defaults(), Path("talks.qdpx"))
    assert {path: path.read_bytes() for path in study.folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"technique": "chat"}, "technique 'chat' is not one of documentation"),
        ({"consent": "yes"}, "consent 'yes' is not one of public"),
        ({"date": "last year"}, "not written YYYY"),
        ({"area_codes": "1;3273"}, "has no area 1"),
        ({"source_id": "S9999"}, "Source 'S9999' is not in"),
    ],
)
def test_defaults_that_do_not_fit_the_study_are_refused(bare, options, message):
    with pytest.raises(StudyError, match=message):
        intake(interview(), bare, Defaults(**options), Path("talks.qdpx"))
