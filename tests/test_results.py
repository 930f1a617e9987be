import pandas as pd
import pytest

from metrobook.compendium import StudyError
from metrobook.results import Results


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path))


def test_what_is_handed_on_comes_back():
    results = Results.begin("a", "en", "05-commuting")
    results.numbers["total"] = {"value": 12, "text": "12", "unit": "persons"}
    results.add_table("balances", pd.DataFrame({"area_code": ["0371"], "out": [1.5]}))
    results.save()
    again = Results.read("a", "en", "05-commuting")
    assert again.value("total") == 12
    assert again.table("balances").to_dict("records") == [{"area_code": "0371", "out": 1.5}]


def test_beginning_again_leaves_nothing_of_the_last_run():
    results = Results.begin("a", "en", "05-commuting")
    results.add_file("maps", "old.html", "<p>")
    results.save()
    folder = Results.begin("a", "en", "05-commuting").folder
    assert list(folder.iterdir()) == []


def test_missing_results_say_which_command_makes_them():
    with pytest.raises(StudyError, match="metrobook run 05-commuting --study a --language en"):
        Results.read("a", "en", "05-commuting")
