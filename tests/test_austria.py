"""The demonstration study: what chapter 05 computes of it is what was published of these flows.

Published values: Oshan, T. (2016). A primer for working with the Spatial Interaction modeling
(SpInt) module in the python spatial analysis library (PySAL). Region 3(2), R11–R23.
"""

import json

import numpy as np
import pytest

from metrobook.compendium import project_root
from metrobook.execute.run import run_step
from metrobook.render import gravity
from metrobook.render.estimates import observed_flows
from metrobook.results import results_folder
from metrobook.steps import find_step
from metrobook.study import Study
from metrobook.validation import check


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.load("austria")


@pytest.fixture(scope="module")
def models(study):
    apart = gravity.distances(study, study.zones)
    return gravity.models_by_year(observed_flows(study), apart.table).set_index("form")


def test_the_study_has_no_faults_and_says_what_it_is():
    folder = project_root() / "data" / "austria"
    assert check(folder) == []
    assert "moves of residence" in " ".join(Study(folder).text("demonstration", "en").split())


def test_the_decay_of_the_doubly_constrained_models_is_the_published_one(models):
    assert models.loc["exponential", "decay"] == pytest.approx(-0.00791533, abs=5e-9)
    assert models.loc["exponential", "srmse"] == pytest.approx(0.3793, abs=5e-5)
    assert models.loc["power", "decay"] == pytest.approx(-1.26408253, abs=5e-9)
    assert models["pairs"].tolist() == [72, 72]


def test_distances_come_from_the_table_and_say_so(study):
    apart = gravity.distances(study, study.zones)
    assert (apart.measure, apart.unit) == ("distance as published", "km")
    assert apart.sources == ["SpInt"]
    assert apart.complete
    assert apart.table.loc["AT12", "AT13"] == 45.796272
    assert np.isnan(apart.table.loc["AT13", "AT13"])


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_chapter_runs_without_a_map_and_calls_moves_moves(language, tmp_path, monkeypatch):
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path))
    run_step(find_step("05"), "austria", language, {})
    folder = results_folder("austria", language, "05-commuting")
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    total = {"en": "89,575", "de": "89.575"}[language]
    assert f"{total} people moved their home" in result["texts"]["finding_commuters"]
    assert "of the moves" in result["texts"]["finding_decay"]
    assert not any("commuters" in text for text in result["texts"].values())
    assert {"areas", "density", "commuters"} <= result["gaps"].keys()
    assert "distances" not in result["gaps"]
    shown = (folder / "notebook.ipynb").read_text(encoding="utf-8")
    assert ("not translated into Deutsch" in shown) == (language == "de")
    assert "mb-notice" in shown
