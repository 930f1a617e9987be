"""Changes to a study are made all together, or none is."""

from pathlib import Path

import pandas as pd
import pytest

from metrobook.amend import Amendment
from metrobook.compendium import StudyError, data_resources
from metrobook.study import Study
from metrobook.validation import check

SOURCE = {"source_id": "Q1", "kind": "document", "publisher": "Synthetic, for the tests",
          "title": "A source", "reliability": "secondary"}  # fmt: skip
ITEM = {"evidence_id": "E1", "technique": "interview", "text_en": "Synthetic, for the tests",
        "source_id": "Q1", "consent": "public"}  # fmt: skip


@pytest.fixture
def folder(compendium):
    data_resources.cache_clear()
    yield compendium / "data" / "jabodetabek"
    data_resources.cache_clear()


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def amended(folder: Path) -> Amendment:
    amendment = Amendment(folder)
    amendment.add_rows("sources", pd.DataFrame([SOURCE]))
    amendment.add_rows("evidence", pd.DataFrame([ITEM]))
    return amendment


def test_nothing_is_written_before_it_is_made(folder):
    before = content(folder)
    amendment = amended(folder)
    assert amendment.problems() == []
    assert content(folder) == before
    amendment.make()
    study = Study(folder)
    assert study.table("evidence")["evidence_id"].tolist() == ["E1"]
    assert "Q1" in set(study.table("sources")["source_id"])
    assert check(folder) == []


def test_problems_are_those_that_the_change_would_bring(folder):
    amendment = Amendment(folder)
    amendment.add_rows("evidence", pd.DataFrame([ITEM | {"source_id": "nobody"}]))
    [problem] = amendment.problems()
    assert (problem.column, problem.value) == ("source_id", "nobody")


def test_a_file_that_cannot_be_written_undoes_the_others(folder, monkeypatch):
    before = content(folder)
    amendment = amended(folder)
    replace, done = Path.replace, []

    def failing(self, target):
        done.append(target)
        if len(done) > 1:
            raise OSError("no space left")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(StudyError, match="Nothing was written: no space left"):
        amendment.make()
    assert {path: text for path, text in content(folder).items()
            if not path.name.endswith(".partial")} == before  # fmt: skip


def test_rows_that_stand_there_already_are_left_alone(folder):
    amended(folder).make()
    again = Amendment(folder)
    assert again.add_rows("evidence", pd.DataFrame([ITEM])) == 0
    with pytest.raises(StudyError, match="under the same evidence_id: E1"):
        again.add_rows("evidence", pd.DataFrame([ITEM | {"text_en": "Another text"}]))


def test_a_codebook_grows_without_losing_its_comments(compendium):
    folder = compendium / "data" / "bandung-cimahi"
    codes = pd.DataFrame(
        [{"category": "linkage", "category_name_en": "", "code": "new", "name_en": "New",
          "definition_en": "A new code"},
         {"category": "other", "category_name_en": "Other", "code": "newer", "name_en": "Newer",
          "definition_en": "Another: with a colon"}]
    ).reindex(columns=[*Study(folder).codebook.columns])  # fmt: skip
    amendment = Amendment(folder)
    amendment.add_codes(codes)
    before = (folder / "evidence" / "codebook.yml").read_text(encoding="utf-8")
    assert amendment.problems() == []
    amendment.make()
    after = (folder / "evidence" / "codebook.yml").read_text(encoding="utf-8")
    assert {line for line in before.splitlines() if line.startswith("#")} <= set(after.splitlines())
    book = Study(folder).codebook.set_index("code")
    assert book.loc["new", "category"] == "linkage"
    assert book.loc["newer", "definition_en"] == "Another: with a colon"
    assert len(book) == 23
