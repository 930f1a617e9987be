import json
import os
import subprocess
import sys

import pytest

from metrobook.cli import main
from metrobook.execute.run import FAILURE, StepError, run_step
from metrobook.execute.workflow import failed_steps
from metrobook.results import results_folder
from metrobook.steps import Step

PARAMETERS = 'study: str = "a"  # the study\nlanguage: str = "en"  # the language\n'


@pytest.fixture
def step(write_notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path / "results"))

    def make(*cells):
        return Step("99-test", write_notebook(PARAMETERS, *cells), (), (), ())

    return make


def test_a_failing_cell_is_named_with_parameters_last_lines_and_next_thing(step):
    with pytest.raises(StepError) as caught:
        run_step(step("fine = 1", "raise ValueError('no such year')"), "jabodetabek", "id", {})
    message = str(caught.value)
    for part in (
        "99-test.ipynb stopped in cell",
        "study='jabodetabek', language='id'",
        "ValueError: no such year",
        "metrobook check jabodetabek",
        "metrobook run 99-test --study jabodetabek --language id",
    ):
        assert part in message
    folder = results_folder("jabodetabek", "id", "99-test")
    assert (folder / FAILURE).read_text().strip() == message
    assert failed_steps(folder.parents[2]) == [folder / FAILURE]
    assert not (folder / "result.json").exists()


def test_a_step_that_ran_says_where_its_results_are(step, monkeypatch, capsys):
    hands_on = (
        "from metrobook.results import Results; Results.begin(study, language, '99-test').save()"
    )
    monkeypatch.setattr("metrobook.steps.find_step", lambda _name: step(hands_on))
    monkeypatch.setattr(sys, "argv", ["metrobook", "run", "99", "--study", "austria"])
    with pytest.raises(SystemExit):
        main()
    folder = results_folder("austria", "en", "99-test")
    assert capsys.readouterr().out == f"The results are in {folder}.\n"
    assert (folder / "result.json").exists()


def test_a_notebook_that_hands_nothing_on_has_failed(step):
    with pytest.raises(StepError, match="without handing on its results"):
        run_step(step("pass"), "jabodetabek", "en", {})


def test_wrong_parameters_are_told_without_traceback(root, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "metrobook", "run", "05", "--study", "austria", "-p", "yeer=2019"],
        cwd=root, capture_output=True, text=True, check=False,
        env=os.environ | {"METROBOOK_RESULTS": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "unknown parameter 'yeer'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "77", "--study", "austria"], "There is no step '77'"),
        (["run", "01", "--study", "atlantis"], "There is no study 'atlantis'"),
        (
            ["run", "01", "--study", "austria", "--language", "xx"],
            "is not offered in language 'xx'",
        ),
        (["run", "01"], "Of which study? Say it with --study NAME; there are bandung-cimahi, "),
        (["check", "atlantis"], "There is no study 'atlantis'"),
        (["check", "Jabodetabec"], "Did you mean 'jabodetabek'? The studies are "),
    ],
)
def test_wrong_names_are_told_without_traceback(root, arguments, said, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "metrobook", *arguments], cwd=root, capture_output=True, text=True,
        check=False, env=os.environ | {"METROBOOK_RESULTS": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_check_speaks_json(root):
    done = subprocess.run([sys.executable, "-m", "metrobook", "check", "--json"], cwd=root,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout) == []
