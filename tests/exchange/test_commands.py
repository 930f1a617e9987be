"""The commands: what they say, what they ask, and that they change nothing unless agreed."""

import zipfile
from pathlib import Path

import pytest

from metrobook.exchange.dialogue import agree_on, corrected
from metrobook.exchange.formats import kind_of
from metrobook.exchange.mapping import Mapping
from metrobook.exchange.project import ForeignFileError
from tests.conftest import said

CODINGS = "Dokumen;Kode;Kutipan;Pengode\nT1;skala;Ada 5 kamera.;Rina\nT1;baru;Warga antre.;Rina\n"
HOSTILE = {
    "empty.qdpx": b"",
    "text.qdpx": b"not a project",
    "bomb.qdc": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "empty.csv": b"",
    "cut.sqlite3": b"SQLite format 3\0" + b"\0" * 40,
    "talk.txt": b"\0\x01\x02",
}


def content(compendium) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (compendium / "data").rglob("*") if path.is_file()}


def test_a_table_is_explained_asked_about_and_then_written(compendium, tmp_path):
    (tmp_path / "kode.csv").write_text(CODINGS, encoding="utf-8")
    command = ("import", tmp_path / "kode.csv", "--study", "jabodetabek")
    before = content(compendium)
    code, printed = said(*command, answers="n\n\n")
    assert code == 1 and content(compendium) == before
    assert "“Kutipan” is read as the coded text" in printed
    code, printed = said(*command, answers="y\ny\n")
    assert code == 0, printed
    evidence = (compendium / "data/jabodetabek/evidence/evidence.csv").read_text(encoding="utf-8")
    assert "Ada 5 kamera." in evidence and ",withheld," in evidence
    assert said("check", "jabodetabek")[0] == 0


def test_a_study_is_exported_in_every_format(compendium, tmp_path):
    for ending in ("qdpx", "qdc", "csv"):
        code, _printed = said("export", "bandung-cimahi", tmp_path / f"study.{ending}")
        assert code == 0 and (tmp_path / f"study.{ending}").stat().st_size > 5000
    assert zipfile.ZipFile(tmp_path / "study.qdpx").testzip() is None
    code, printed = said("export", "bandung-cimahi", tmp_path / "study.pdf")
    assert code == 1 and "must end in .qdpx, .qdc, .csv" in printed


@pytest.mark.parametrize("name", [*HOSTILE, "missing.qdpx", "picture.png"])
def test_a_file_that_cannot_be_read_changes_nothing_and_says_so(compendium, tmp_path, name):
    if name in HOSTILE:
        (tmp_path / name).write_bytes(HOSTILE[name])
    elif name != "missing.qdpx":
        (tmp_path / name).write_bytes(b"\x89PNG")
    before = content(compendium)
    code, printed = said("import", tmp_path / name, "--study", "jabodetabek", "--yes")
    assert code == 1 and name in printed
    assert content(compendium) == before


def test_what_is_unclear_is_asked_in_words():
    said, answers = [], iter(["Nobody", "B", "wrong", "segment=A"])
    agreement = iter([False, False, True])
    mapping = Mapping(("A", "B"), unclear={"code": "No column says what the code is."})
    agreed = agree_on(
        mapping, said.append, lambda question: next(answers), lambda question: next(agreement)
    )
    assert agreed.roles == {"code": "B", "segment": "A"}
    assert any("There is no column “Nobody”" in line for line in said)
    assert any("is not written role=column" in line for line in said)


def test_a_table_that_is_not_agreed_on_is_not_read():
    with pytest.raises(ForeignFileError, match="Nothing was imported"):
        agree_on(Mapping(("A",)), print, lambda question: "", lambda question: False)


def test_corrections_take_several_columns():
    mapping = corrected(Mapping(("A", "B", "C")), "codes=A; B")
    assert mapping.codes == ("A", "B")


def test_a_folder_of_qualcoder_is_known_by_its_ending(tmp_path):
    (tmp_path / "study.qda").mkdir()
    assert kind_of(tmp_path / "study.qda") == "qualcoder"
