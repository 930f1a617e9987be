"""Names leave a study, positions follow, and the key never gets into version control."""

import subprocess

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.amend import Amendment
from metrobook.compendium import StudyError, data_resources
from metrobook.exchange.text import checksum
from metrobook.publish.pseudonyms import moved, pseudonymise, read_key, refuse_if_tracked
from metrobook.study import Study
from metrobook.validation import check

TEXT = "Sinta Dewi: Budi works here.\nSINTA DEWI said that budi pekerti matters to Sinta  Dewi."


def study_with_transcript(compendium) -> Study:
    """A synthetic transcript in a copy of a study, with two passages of it as items."""
    folder = compendium / "data" / "jabodetabek"
    amendment = Amendment(folder)
    source = {"source_id": "Q1", "kind": "document", "publisher": "Synthetic, for the tests",
              "title": "Talk with Sinta Dewi", "reliability": "secondary"}  # fmt: skip
    amendment.add_rows("sources", pd.DataFrame([source]))
    passages = [(0, 28), (29, len(TEXT))]
    items = [
        {"evidence_id": f"talk-{number}", "technique": "interview", "text_en": TEXT[start:end],
         "source_id": "Q1", "consent": "anonymised", "document_id": "talk", "start": start,
         "end": end, "speaker": "Sinta Dewi"}
        for number, (start, end) in enumerate(passages, start=1)
    ]  # fmt: skip
    document = {"document_id": "talk", "title": "Talk with Sinta Dewi", "source_id": "Q1",
                "characters": len(TEXT), "sha256": checksum(TEXT)}  # fmt: skip
    amendment.add_rows("evidence", pd.DataFrame(items))
    amendment.add_rows("documents", pd.DataFrame([document]))
    amendment.files["evidence/documents/talk.txt"] = TEXT
    assert amendment.problems() == []
    amendment.make()
    data_resources.cache_clear()
    return Study.load("jabodetabek")


def test_names_are_replaced_everywhere_and_positions_follow(compendium):
    study = study_with_transcript(compendium)
    amendment, replaced = pseudonymise(study, {"Sinta Dewi": "R1", "Budi": "a colleague"})
    assert amendment.problems() == []
    amendment.make()
    after = Study(study.folder)
    assert after.whole_table("evidence")["text_en"].tolist() == [
        "R1: a colleague works here.",
        "R1 said that budi pekerti matters to R1.",
    ]
    assert after.whole_table("evidence")["speaker"].tolist() == ["R1", "R1"]
    assert after.whole_table("documents")["title"].tolist() == ["Talk with R1"]
    assert after.whole_table("sources")["title"].tolist().count("Talk with R1") == 1
    for path in study.folder.rglob("*"):
        assert not path.is_file() or "sinta" not in path.read_text(encoding="utf-8").casefold()
    assert check(study.folder) == []
    assert replaced.counts["R1", "evidence/documents/talk.txt"] == 3
    assert [place for place in replaced.left if "text_en" in place] == [
        "evidence/evidence.csv, row 3, column text_en"  # the word budi, not the name
    ]


def test_names_within_identifiers_are_named_as_left(compendium):
    study = study_with_transcript(compendium)
    _amendment, replaced = pseudonymise(study, {"talk": "T"})
    assert "evidence/evidence.csv, row 2, column evidence_id" in replaced.left


def test_longer_names_go_first_and_parts_of_words_stay(compendium):
    study = study_with_transcript(compendium)
    amendment, _replaced = pseudonymise(study, {"Sinta": "X", "Sinta Dewi": "R1", "Bud": "Y"})
    amendment.make()
    assert Study(study.folder).whole_table("evidence")["text_en"][0] == "R1: Budi works here."


def test_names_in_scripts_without_spaces_are_found(compendium):
    study = study_with_transcript(compendium)
    path = study.folder / "evidence" / "evidence.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",Sinta Dewi,", ",和李明说话,"))
    amendment, _replaced = pseudonymise(study, {"李明": "R2"})
    assert "和R2说话" in amendment.files["evidence/evidence.csv"]


changes = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5), st.integers(1, 9)), max_size=5)


@given(changes, st.integers(0, 60))
def test_positions_outside_names_keep_their_character(parts, position):
    start, text, after, listed = 0, "", "", []
    for gap, length, new in parts:
        text, after = text + "." * gap + "N" * length, after + "." * gap + "P" * new
        start += gap
        listed.append((start, start + length, new))
        start += length
    text, after = text + "." * 61, after + "." * 61
    moved_to = moved(position, listed, end=False)
    assert after[moved_to] == {"N": "P", ".": "."}[text[position]]


def repository(folder) -> None:
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / ".gitignore").write_text("/keys/\n")


def test_a_key_that_would_be_tracked_is_refused(tmp_path):
    repository(tmp_path)
    (tmp_path / "names.csv").write_text("name,pseudonym\nSinta,R1\n")
    with pytest.raises(StudyError, match="would track it"):
        read_key(tmp_path / "names.csv")
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "study.csv").write_text("name,pseudonym\nSinta,R1\n")
    assert read_key(keys / "study.csv") == {"Sinta": "R1"}
    subprocess.run(["git", "-C", str(tmp_path), "add", "--force", "keys/study.csv"], check=True)
    with pytest.raises(StudyError, match="would track it"):
        refuse_if_tracked(keys / "study.csv")


def test_without_git_a_key_inside_a_repository_is_refused(tmp_path, monkeypatch):
    repository(tmp_path)
    monkeypatch.setattr("metrobook.publish.pseudonyms.shutil.which", lambda name: None)
    with pytest.raises(StudyError, match="would track it"):
        refuse_if_tracked(tmp_path / "keys" / "study.csv")


def test_the_repository_ignores_keys_and_documents(root):
    refuse_if_tracked(root / "keys" / "bandung-cimahi.csv")
    refuse_if_tracked(root / "data" / "jabodetabek" / "evidence" / "documents" / "talk.txt")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Name;Pseudonym\n", "row 1"),
        ("name,pseudonym\nSinta\n", "row 2: a name and a pseudonym"),
        ("name,pseudonym\nSinta,R1\n\nSinta,R2\n", "row 4: the name stands there twice"),
        ("name,pseudonym\nSinta,friend of Budi\nBudi,R2\n", "row 2: the pseudonym holds a name"),
    ],
)
def test_faults_of_a_key_are_named_by_row(tmp_path, content, message):
    (tmp_path / "key.csv").write_text(content)
    with pytest.raises(StudyError, match=message):
        read_key(tmp_path / "key.csv")


def test_an_absent_key_is_laid_out_empty(tmp_path):
    with pytest.raises(StudyError, match="an empty one was laid out"):
        read_key(tmp_path / "new" / "key.csv")
    assert (tmp_path / "new" / "key.csv").read_text() == "name,pseudonym\n"
