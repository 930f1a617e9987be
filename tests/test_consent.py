"""What consent keeps from being published, in tables and in a whole book."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from metrobook.compendium import read_yaml, study_settings
from metrobook.consent import restrictions
from metrobook.study import Study

CANARY = "synthetic canary of the tests"
WORDLESS = (".geojson", "indicators", "commuters", "modes", "ridership", "distances")
EVIDENCE = pd.DataFrame(
    {
        "evidence_id": ["E1", "E2", "E3"],
        "date": ["2020-01-02", "2021-03", "2022"],
        "speaker": ["Mayor", "Official", "Resident"],
        "outlet": ["Daily", "Weekly", None],
        "note": ["n1", "n2", "n3"],
        "source_id": ["S1", "S2", "S3"],
        "consent": ["public", "anonymised", "withheld"],
        "document_id": [None, "D2", "D3"],
        "start": [None, 0, 4],
        "end": [None, 9, 8],
    }
)
TABLES = {
    "evidence": EVIDENCE,
    "surprises": pd.DataFrame({"surprise_id": ["A1", "A2"], "evidence_ids": ["E1", "E1;E3"]}),
    "rivals": pd.DataFrame(
        {"surprise_id": ["A1", "A1", "A2"], "rival_id": ["R1", "R2", "R1"],
         "for_ids": ["E1", None, "E1"], "against_ids": [None, "E3", None]}
    ),
    "codings": pd.DataFrame({"evidence_id": ["E1", "E3"], "coder": ["a", "a"]}),
    "actors": pd.DataFrame({"actor": ["x", "y"], "evidence_ids": ["E1;E3", "E3"]}),
    "syntheses": pd.DataFrame({"actor": ["x", "y"], "evidence_ids": ["E1", "E1;E3"]}),
    "documents": pd.DataFrame({"document_id": ["D1", "D2", "D3"], "source_id": ["S1", "S2", "S3"]}),
    "events": pd.DataFrame({"event_id": ["E3", "E4"], "source_id": ["S4", "S3"]}),
    "sources": pd.DataFrame({"source_id": ["S1", "S2", "S3", "S4"]}),
}  # fmt: skip


def shown(table: str, tables=TABLES) -> pd.DataFrame:
    return restrictions(tables.get, tables).publishable(table, tables[table])


def test_withheld_items_and_all_that_names_them_are_gone():
    assert shown("evidence")["evidence_id"].tolist() == ["E1", "E2"]
    assert shown("codings")["evidence_id"].tolist() == ["E1"]
    assert shown("events")["event_id"].tolist() == ["E4"]
    assert shown("syntheses")["actor"].tolist() == ["x"]
    assert shown("surprises")["surprise_id"].tolist() == ["A1"]
    assert shown("rivals")[["surprise_id", "rival_id"]].to_numpy().tolist() == [["A1", "R1"]]


def test_groups_lose_the_withheld_member_only():
    assert shown("actors")["evidence_ids"].fillna("").tolist() == ["E1", ""]


def test_anonymised_items_keep_their_year_and_lose_who_and_where():
    item = shown("evidence").set_index("evidence_id").loc["E2"]
    assert item["date"] == "2021"
    assert item[["speaker", "outlet", "note", "document_id", "start", "end"]].isna().all()
    assert shown("evidence").set_index("evidence_id").loc["E1", "speaker"] == "Mayor"


def test_documents_of_private_items_are_not_listed():
    assert shown("documents")["document_id"].tolist() == ["D1"]


def test_a_source_is_hidden_only_if_nothing_else_rests_on_it():
    assert "S3" in set(shown("sources")["source_id"])  # an event and a document rest on it too
    alone = {name: TABLES[name] for name in ("evidence", "surprises", "sources")}
    assert shown("sources", alone)["source_id"].tolist() == ["S1", "S2", "S4"]


@pytest.mark.parametrize("level", ["", None, "Public", "yes"])
def test_anything_but_a_known_consent_is_withheld(level):
    tables = {**TABLES, "evidence": EVIDENCE.assign(consent=["public", "public", level])}
    assert shown("evidence", tables)["evidence_id"].tolist() == ["E1", "E2"]


def test_public_studies_pass_unchanged():
    study = Study.load("bandung-cimahi")
    assert study.table("evidence").equals(study.whole_table("evidence"))
    assert study.table("sources").equals(study.whole_table("sources"))


def without_figures(folder: Path) -> None:
    """Take out of a study what holds no word of evidence, so that its book is made sooner."""
    package = read_yaml(folder / "datapackage.yaml")
    kept = []
    for item in package["resources"]:
        if {Path(item["path"]).suffix, Path(item.get("schema", "")).stem} & {*WORDLESS}:
            (folder / item["path"]).unlink()
        else:
            kept.append(item)
    (folder / "datapackage.yaml").write_text(
        json.dumps(package | {"resources": kept}), encoding="utf-8"
    )


def quick(notebook: Path, **parameters: int) -> None:
    """Give parameters of a notebook other values."""
    text = notebook.read_text(encoding="utf-8")
    for name, value in parameters.items():
        text, found = re.subn(rf"({name}: int = )\d+", rf"\g<1>{value}", text)
        assert found == 1
    notebook.write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_withheld_items_reach_no_file_of_the_site(compendium):
    """One item is withheld, one anonymised; the whole English book is built and searched."""
    folder = compendium / "data" / "bandung-cimahi"
    path = folder / "evidence" / "evidence.csv"
    evidence = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("evidence_id")
    evidence.loc["ST05", ["text_en", "text_id", "consent"]] = [CANARY, CANARY, "withheld"]
    evidence.loc["ST06", ["speaker", "consent"]] = [CANARY, "anonymised"]
    evidence.reset_index().to_csv(path, index=False, lineterminator="\n")
    settings = (folder / "study.yml").read_text(encoding="utf-8")
    alone = re.sub(r"(?m)^calibration:.*\n", "", settings.replace("[en, id]", "[en]"))
    (folder / "study.yml").write_text(alone, encoding="utf-8")
    study_settings.cache_clear()
    without_figures(folder)
    quick(compendium / "notebooks" / "03-coding.ipynb", resamples=40, permutations=20)
    for other in ("jabodetabek", "austria"):
        (compendium / "data" / other / "study.yml").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "metrobook", "book"], cwd=compendium, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    site = compendium / "_build" / "html"
    files = [file for file in site.rglob("*") if file.is_file()]
    assert len(files) > 100
    texts = {file: file.read_bytes() for file in files}
    assert [file.name for file, text in texts.items() if CANARY.encode() in text] == []
    assert [file.name for file, text in texts.items() if b"ST05" in text] == []
    assert [file.name for file, text in texts.items() if b"ST06" in text]
