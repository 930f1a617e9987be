"""Changes to a study are made all together, or none is."""

from pathlib import Path

import pandas as pd
import pytest

from metrobook.amend import Amendment
from metrobook.compendium import StudyError, data_resources, read_csv, read_yaml, study_settings
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


def test_a_newer_import_replaces_what_the_first_wrote_and_nothing_else(folder):
    study = Study(folder)
    ends = study.table("areas").loc[:1, "area_code"].tolist()
    rows = pd.DataFrame([
        {"origin_code": ends[0], "destination_code": ends[1], "year": "1901", "purpose": "test",
         "value": value, "unit": "persons", "source_id": study.table("sources").iloc[0, 0]}
        for value in ("1", "2")
    ])  # fmt: skip
    before = len(study.table("flows"))
    for number in (0, 1):
        amendment = Amendment(folder)
        amendment.replace_rows("flows", rows.iloc[[number]], over=["year", "purpose"])
        assert amendment.problems() == []
        amendment.make()
        flows = Study(folder).table("flows")
        assert len(flows) == before + 1
        assert flows.loc[flows["year"] == 1901, "value"].tolist() == [number + 1]
    again = Amendment(folder)
    assert again.replace_rows("flows", rows.iloc[[1]], over=["year", "purpose"]) == 0
    assert again.files == {}


def test_rows_of_a_table_in_several_files_are_replaced_where_they_stand(folder):
    study = Study(folder)
    files = {path: path.read_bytes() for path in study.paths("indicators")}
    before = study.table("indicators")
    old = before[before["indicator"] == "unemployment_rate"].head(1)
    newer = old.assign(year=old["year"] + 100)
    unheard = old.assign(indicator="synthetic_rate", year=2020)
    rows = pd.concat([old.assign(value=99.5), newer, unheard]).astype("string")
    amendment = Amendment(folder)
    amendment.replace_rows("indicators", rows, over=["indicator", "year", "source_id"])
    assert sorted(amendment.files) == [
        "datapackage.yaml", "indicators/indicators.csv", "indicators/labour.csv",
    ]  # fmt: skip
    amendment.make()
    after = Study(folder).table("indicators")
    assert len(after) == len(before) + 2 - (_alike(before, old) - 1)
    assert all(p.read_bytes() == text for p, text in files.items() if p.name != "labour.csv")
    again = Amendment(folder)
    assert again.replace_rows("indicators", rows, over=["indicator", "year", "source_id"]) == 0


def test_rows_are_taken_out_of_the_file_that_holds_them(folder):
    amendment = Amendment(folder)
    before = amendment.table("indicators")
    rows = (before["indicator"] == "unemployment_rate").sum()
    assert amendment.remove_rows("indicators", "indicator", {"unemployment_rate"}) == rows > 0
    assert list(amendment.files) == ["indicators/labour.csv"]
    assert len(amendment.table("indicators")) == len(before) - rows
    assert amendment.remove_rows("indicators", "indicator", {"unheard"}) == 0


def test_rows_that_stand_in_another_file_of_the_table_are_not_added_again(folder):
    known = read_csv(folder / "indicators" / "poverty.csv").head(2)
    amendment = Amendment(folder)
    assert amendment.add_rows("indicators", known) == 0 and amendment.files == {}
    with pytest.raises(StudyError, match="rows that say something else under"):
        amendment.add_rows("indicators", known.assign(value="1"))


def _alike(table: pd.DataFrame, row: pd.DataFrame) -> int:
    """Return how many rows have the indicator, year and source of a row."""
    return len(table.merge(row[["indicator", "year", "source_id"]]))


def test_a_layer_comes_with_its_licence_and_a_file_as_bytes(folder):
    square = """{"type": "FeatureCollection", "features": [{"type": "Feature",
        "properties": {"area_code": "3171"}, "geometry": {"type": "Polygon",
        "coordinates": [[[106, -6], [107, -6], [107, -5], [106, -5], [106, -6]]]}}]}"""
    amendment = Amendment(folder)
    amendment.put_layer(
        "districts", square, "Districts", ["CC BY 4.0"], ["Synthetic, for the tests"]
    )
    amendment.put_file("collection/p.jpg", b"\xff\xd8synthetic")
    assert amendment.problems() == []
    amendment.make()
    assert (folder / "collection/p.jpg").read_bytes() == b"\xff\xd8synthetic"
    declared = {item.name: item.descriptor for item in data_resources(folder)}["districts"]
    assert declared["licenses"] == [{"name": "CC-BY-4-0", "title": "CC BY 4.0"}]
    assert Study(folder).layer("districts")["area_code"].tolist() == ["3171"]


def test_an_import_is_recorded_once_per_file(folder):
    for count in (3, 4):
        amendment = Amendment(folder)
        amendment.keep_import("imports.yml", {"kind": "flows", "file": "a.csv", "rows": count})
        amendment.make()
    assert [entry["rows"] for entry in read_yaml(folder / "imports.yml")] == [4]


def test_a_table_gets_columns_for_languages_that_it_speaks_and_keeps_those_that_it_has(folder):
    areas = pd.DataFrame([{"area_code": "X1", "name_en": "Synthetic", "level": "city"}])

    def header(*languages: str, rows: pd.DataFrame = areas) -> list[str]:
        settings = folder / "study.yml"
        told = [
            f"languages: [{', '.join(languages)}]" if line.startswith("languages:") else line
            for line in settings.read_text(encoding="utf-8").split("\n")
        ]
        settings.write_text("\n".join(told), encoding="utf-8")
        study_settings.cache_clear()
        amendment = Amendment(folder)
        amendment.add_rows("areas", rows)
        return amendment.files["areas.csv"].split("\n")[0].split(",")

    assert header("en", "pt")[:4] == ["area_code", "name_en", "name_id", "name_pt"]
    table = read_csv(folder / "areas.csv").drop(columns="name_id")
    table.to_csv(folder / "areas.csv", index=False)
    assert header("en", "pt")[:4] == ["area_code", "name_en", "name_pt", "level"]
    assert header("en", rows=areas.assign(name_id="Sintetis"))[:3] == [
        "area_code", "name_en", "name_id",
    ]  # fmt: skip
