import nbformat
import pytest

from metrobook.execute.parameters import ParameterError, check_parameters, declared_parameters
from metrobook.steps import all_steps

DECLARED = """study: str = "bandung-cimahi"  # the study
language: str = "en"  # the language
year: int = 0  # the survey year
share: float = 0.15  # the threshold
"""


def notebook_with(source: str, tags=("parameters",)):
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})
    return nbformat.v4.new_notebook(cells=[cell])


def test_all_problems_are_told_at_once():
    with pytest.raises(ParameterError) as caught:
        check_parameters(notebook_with(DECLARED), {"year": "2019", "yaer": 2019, "share": True})
    message = str(caught.value)
    assert "unknown parameter 'yaer'" in message
    assert "'year' is '2019' (str), but int was expected: the survey year" in message
    assert "'share' is True (bool), but float was expected" in message


def test_missing_parameter_is_named_with_its_meaning():
    required = DECLARED + "core: str  # the area code of the core\n"
    with pytest.raises(ParameterError, match=r"missing parameter 'core' \(str\): the area code"):
        check_parameters(notebook_with(required), {"study": "x"})


def test_whole_numbers_fit_floats_but_not_the_other_way_round():
    check_parameters(notebook_with(DECLARED), {"share": 1})
    with pytest.raises(ParameterError, match="int was expected"):
        check_parameters(notebook_with(DECLARED), {"year": 0.5})


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('language: str = "en"  # l\nstudy: str = "x"  # s', "must begin with study and language"),
        ('study = "x"  # untyped', "declared as"),
        ('study: str = "x"', "needs a type"),
        ("study: Study = None  # s", "needs a type out of"),
    ],
)
def test_badly_declared_parameters_are_refused(source, message):
    with pytest.raises(ParameterError, match=message):
        declared_parameters(notebook_with(source))


def test_a_notebook_without_parameters_cell_is_refused():
    with pytest.raises(ParameterError, match="0 were found"):
        declared_parameters(notebook_with(DECLARED, tags=()))


@pytest.mark.parametrize("step", all_steps(), ids=lambda step: step.name)
def test_every_notebook_documents_its_parameters(step):
    declared = declared_parameters(nbformat.read(step.notebook, 4))
    assert [parameter.name for parameter in declared[:2]] == ["study", "language"]
    assert all(len(parameter.help) > 10 for parameter in declared)
