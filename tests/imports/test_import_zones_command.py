"""``metrobook import zones``: it shows what it understood, asks, writes, and refuses in words."""

import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from metrobook.cli import main
from metrobook.study import Study
from tests.imports.small_study import small_study
from tests.imports.zone_samples import synthetic_zones

TOLD = (
    "--licence", "CC0-1.0", "--attribution", "Synthetic office", "--publisher", "Synthetic office",
    "--title", "Zones made up for a test",
)  # fmt: skip


@pytest.fixture
def study(compendium) -> Study:
    return small_study(compendium, {"Z01": "Synthetic 1", "Z03": "Synthetic 3", "Q": "Quelle"})


@pytest.fixture
def file(tmp_path) -> Path:
    synthetic_zones(6).to_crs(3035).to_file(tmp_path / "zones.gpkg", layer="zones")
    return tmp_path / "zones.gpkg"


@dataclass
class Ran:
    code: int
    said: str
    refused: str


@pytest.fixture
def run(study, monkeypatch, capsys):
    def command(file: Path, *options: str, answer: str = "") -> Ran:
        words = ["metrobook", "import", "zones", str(file), "--study", study.id, *options]
        monkeypatch.setattr(sys, "argv", words)
        monkeypatch.setattr(sys, "stdin", StringIO(answer))
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        printed = capsys.readouterr()
        return Ran(code, " ".join(printed.out.split()), " ".join(printed.err.split()))

    return command


def content(study: Study) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in study.folder.rglob("*") if path.is_file()}


def test_it_says_what_it_understood_asks_and_writes_nothing_without_consent(run, study, file):
    before = content(study)
    refused = run(file, *TOLD, answer="n\n")
    assert refused.code == 1
    assert content(study) == before
    for said in (
        "6 rows in EPSG:3035, longitudes 107.00 to 108.00, latitudes -7.50 to -6.50.",
        "Ids are taken from the column ZONE_CD: its header speaks of a code",
        "2 of 3 areas of synthetic were found: 2 by their code.",
        "Q Quelle",
        "kB of at most 300 kB (--budget).",
    ):
        assert said in refused.said


def test_agreed_it_writes_a_study_without_problems_and_a_second_time_nothing(run, study, file):
    done = run(file, *TOLD, "--yes")
    assert done.code == 0, done.refused
    assert (study.folder / "layers" / "areas.geojson").stat().st_size < 300_000
    assert "sha256" in (study.folder / "imports.yml").read_text()
    before = content(study)
    again = run(file, *TOLD, "--yes")
    assert "All of it stands in the study already." in again.said
    assert content(study) == before


def test_every_option_reaches_the_import(run, study, file):
    done = run(
        file, *TOLD, "--yes", "--id", "zone_cd", "--name", "id=ZONE_NM", "--only", "Z0*",
        "--match", "code", "--level", "ward", "--layer-name", "province", "--budget", "9",
        "--year", "2020", "--url", "https://example.org/zones", "--source", "MINE", "--layer",
        "zones", "--crs", "EPSG:3035", "--parent", "ZONE_NM",
    )  # fmt: skip
    assert done.code == 0, done.refused
    imported = Study(study.folder)
    assert (imported.folder / "layers" / "province.geojson").stat().st_size <= 9_000
    assert imported.areas.set_index("area_code").loc["Z06", "level"] == "ward"
    assert imported.areas.set_index("area_code").loc["Z06", "name_id"] == "Synthetic 6"
    source = imported.table("sources").set_index("source_id").loc["MINE"]
    assert (source["year"], source["url"]) == ("2020", "https://example.org/zones")


def test_a_refusal_is_a_sentence_and_no_traceback(run, study, file, tmp_path):
    before = content(study)
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 no archive")
    for path, options, said in (
        (file, TOLD[4:], "--licence and --attribution"),
        (file, TOLD[:4], "--publisher and --title"),
        (tmp_path / "none.shp", TOLD, "There is no file"),
        (tmp_path / "broken.zip", TOLD, "is not a readable ZIP archive"),
    ):
        refused = run(path, *options, "--yes")
        assert refused.code == 1
        assert said in refused.refused
        assert "Traceback" not in refused.refused
    assert content(study) == before
