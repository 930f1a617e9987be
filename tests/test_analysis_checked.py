"""``metrobook check`` rejects adjudications, syntheses and surprises without their evidence."""

import shutil

import pandas as pd
import pytest

from metrobook.compendium import project_root
from metrobook.validation import check


def broken(tmp_path, table: str, change) -> list:
    folder = tmp_path / "bandung-cimahi"
    shutil.copytree(project_root() / "data" / "bandung-cimahi", folder)
    path = folder / "evidence" / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(frame)
    frame.to_csv(path, index=False, lineterminator="\n")
    return check(folder)


def test_a_cell_that_cites_an_item_of_another_category_is_rejected(tmp_path):
    def change(frame):
        cell = (frame["actor"] == "cimahi-kominfo") & (frame["category"] == "linkage")
        frame.loc[cell, "evidence_ids"] += ";ST24"

    [problem] = broken(tmp_path, "syntheses", change)
    assert (problem.file, problem.value) == ("bandung-cimahi/evidence/syntheses.csv", "ST24")
    assert "category" in problem.expected


def test_an_entry_closed_without_evidence_against_any_rival_is_rejected(tmp_path):
    def change(frame):
        frame.loc[frame["surprise_id"] == "AB08", "against_ids"] = ""

    problems = broken(tmp_path, "rivals", change)
    assert {problem.file.rpartition("/")[2] for problem in problems} == {
        "rivals.csv", "surprises.csv",
    }  # fmt: skip


def test_support_by_the_examined_paper_alone_does_not_favour_a_rival(tmp_path):
    def change(frame):
        frame.loc[frame["status"] == "favoured", "for_ids"] = "ST40"

    assert len(broken(tmp_path, "rivals", change)) >= 3


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("code", "social", "did not disagree"), ("evidence_id", "EV01", "did not disagree")],
)
def test_an_adjudication_of_what_was_not_disputed_is_rejected(tmp_path, column, value, said):
    def change(frame):
        frame.loc[0, column] = value

    problems = broken(tmp_path, "adjudications", change)
    assert len(problems) == 1 and said in problems[0].expected
