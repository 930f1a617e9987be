"""Another study or another year gives other results."""

import json

import pytest

from metrobook.execute.run import run_step
from metrobook.results import results_folder
from metrobook.steps import find_step


@pytest.fixture
def numbers(tmp_path, monkeypatch):
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path))

    def run(study: str, **parameters) -> dict:
        run_step(find_step("05"), study, "en", parameters)
        path = results_folder(study, "en", "05-commuting") / "result.json"
        return json.loads(path.read_text(encoding="utf-8"))["numbers"]

    return run


def test_year_and_study_change_the_numbers_of_commuting(numbers):
    latest, earlier = numbers("jabodetabek"), numbers("jabodetabek", year=2014)
    both = latest.keys() & earlier.keys()  # who stays within an area is known of some years only
    changed = {key for key in both if latest[key]["value"] != earlier[key]["value"]}
    assert changed
    assert set(numbers("bandung-cimahi")) != set(latest)
