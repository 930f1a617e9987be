"""Renaming and removing a study leaves nothing of it behind."""

import json
from pathlib import Path

import pytest

from metrobook.compendium import StudyError, study_ids, study_settings
from metrobook.founding.removal import borrowers, remove_study, rename_study
from metrobook.study import Study
from metrobook.validation import check

OLD, NEW, OTHER = "old-synthetic", "new-synthetic", "old-synthetic-too"


@pytest.fixture
def two(empty, found) -> Path:
    """A compendium of two studies, the first of which is built, named and read everywhere."""
    found(OLD)
    found(OTHER)
    for path in (
        f"_build/results/{OLD}/en/01-issues/result.json",
        f"_build/sites/{OLD}/en/html/index.html",
        f"_build/html/{OLD}/index.html",
        f"_build/exports/{OLD}.qdpx",
        f"_build/exercises/{OLD}/en/01-issues/result.json",
        f".snakemake/metadata/of_{OLD}",
        f"keys/{OLD}.csv",
    ):
        (empty / path).parent.mkdir(parents=True, exist_ok=True)
        (empty / path).write_text(f"built from {OLD}\n", encoding="utf-8")
    (empty / f"keys/{OLD}.csv").write_text("name,pseudonym\n", encoding="utf-8")
    site = empty / "_build/sites" / OTHER / "en/html/index.html"
    site.parent.mkdir(parents=True)
    site.write_text(f'<a href="../{OLD}/">{OLD}</a>', encoding="utf-8")
    (empty / "_build/results" / OTHER).mkdir()
    with (empty / "LICENSES.md").open("a", encoding="utf-8") as file:
        file.write(f"| `data/{OLD}/layers/areas.geojson` | CC0 |\n| `data/{OTHER}/x` | CC0 |\n")
    for notebook in (empty / "notebooks").glob("*.ipynb"):
        opened = json.loads(notebook.read_text(encoding="utf-8"))
        [cell] = [c for c in opened["cells"] if "parameters" in c["metadata"].get("tags", [])]
        cell["source"] = [f'study: str = "{OLD}"  # the study\n', *cell["source"][1:]]
        notebook.write_text(json.dumps(opened, indent=1), encoding="utf-8")
    return empty


def lend(root: Path) -> None:
    """Let the other study borrow the flows of the first."""
    settings = root / "data" / OTHER / "study.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}calibration: {OLD}  # lends its flows\n", encoding="utf-8")
    study_settings.cache_clear()


def traces(root: Path, name: str) -> list[str]:
    """Return the files whose path or content has a name that is no part of another one."""
    found = []
    for path in sorted(root.rglob("*")):
        if {"src", "book"} & {*path.relative_to(root).parts}:
            continue
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if name in f"{path.relative_to(root)} {text}".replace(OTHER, ""):
            found.append(str(path.relative_to(root)))
    return found


def test_a_renamed_study_leaves_no_trace_of_its_old_name(two):
    lend(two)
    assert len(traces(two, OLD)) > 10
    found = rename_study(OLD, NEW)
    assert traces(two, OLD) == []
    assert study_ids() == [NEW, OTHER]
    assert check(two / "data" / NEW) == check(two / "data" / OTHER) == []
    assert study_settings(two / "data" / OTHER)["calibration"] == NEW
    assert found.moved == {f"data/{OLD}": f"data/{NEW}", f"keys/{OLD}.csv": f"keys/{NEW}.csv"}
    assert {f"data/{NEW}/study.yml", "notebooks/01-issues.ipynb"} <= {*found.changed}
    assert all((two / path).is_file() for path in found.changed)
    assert found.deleted == (
        "_build/sites", "_build/html", f"_build/exports/{OLD}.qdpx", f"_build/exercises/{OLD}",
        f"_build/results/{OLD}", "notes on it in .snakemake",
    )  # fmt: skip
    assert not [path for path in found.deleted[:-1] if (two / path).exists()]


def test_results_are_deleted_where_an_exercise_puts_them_and_where_the_book_has_them(
    two, monkeypatch
):
    monkeypatch.setenv("METROBOOK_RESULTS", str(two / "_build" / "exercises"))
    remove_study(OLD)
    assert traces(two, OLD) == []


def test_notes_of_the_workflow_on_other_studies_stay(two):
    note = two / ".snakemake" / "metadata" / f"of_{OTHER}"
    note.write_text(f"built from {OTHER}\n", encoding="utf-8")
    remove_study(OLD)
    assert note.exists()


def test_a_renamed_study_keeps_its_data_its_comments_and_its_key(two):
    before = {
        path.relative_to(two / "data" / OLD): path.read_text(encoding="utf-8")
        for path in (two / "data" / OLD).rglob("*.*")
    }
    rename_study(OLD, NEW)
    for path, text in before.items():
        after = (two / "data" / NEW / path).read_text(encoding="utf-8")
        assert after == text.replace(OLD, NEW), path
    assert (two / "keys" / f"{NEW}.csv").exists()
    assert f"`data/{NEW}/layers/areas.geojson`" in (two / "LICENSES.md").read_text()


def test_words_that_only_look_like_the_name_stay(empty, found):
    study = found("leeds")
    readme = study.folder / "layers" / "README.md"
    readme.write_text("# leeds\n\nhttps://data.leeds.gov.uk, `data/leeds-north/`, `data/leeds/`\n")
    rename_study("leeds", "west-yorkshire")
    assert (empty / "data/west-yorkshire/layers/README.md").read_text() == (
        "# leeds\n\nhttps://data.leeds.gov.uk, `data/leeds-north/`, `data/west-yorkshire/`\n"
    )


def test_a_study_is_not_renamed_to_what_is_there_or_no_name(two):
    before = traces(two, OLD)
    for name in (OTHER, "Upper", "../up", "en", "data", ""):
        with pytest.raises(StudyError, match="was not renamed"):
            rename_study(OLD, name)
    assert traces(two, OLD) == before


def test_a_removed_study_leaves_no_trace(two):
    removed = remove_study(OLD)
    assert traces(two, OLD) == []
    assert study_ids() == [OTHER]
    assert removed.deleted[:2] == (f"data/{OLD}", f"keys/{OLD}.csv")
    assert "LICENSES.md" in removed.changed and removed.moved == {}
    assert f"data/{OTHER}/x" in (two / "LICENSES.md").read_text()
    opening = (two / "notebooks/01-issues.ipynb").read_text(encoding="utf-8")
    assert f'study: str = \\"{OTHER}\\"' in opening
    assert Study.load(OTHER).codes("core") == ["C1"]


def test_a_study_that_lends_its_flows_is_not_removed(two):
    lend(two)
    assert borrowers(OLD) == [OTHER]
    with pytest.raises(StudyError, match=rf"calibrate .* {OTHER}\. Take the line"):
        remove_study(OLD)
    assert study_ids() == [OLD, OTHER]
    remove_study(OTHER)
    assert borrowers(OLD) == []


def test_the_last_study_is_not_removed(found):
    study = found("synthetic")
    with pytest.raises(StudyError, match="the only one"):
        remove_study(study.id)
    assert study.folder.exists()


@pytest.mark.parametrize("act", [remove_study, lambda name: rename_study(name, NEW)])
def test_what_is_no_study_is_neither_renamed_nor_removed(two, act):
    with pytest.raises(StudyError, match="There is no study"):
        act("nowhere")
