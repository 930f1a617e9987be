import nbformat
import papermill
import pytest

from metrobook.execute.parameters import ParameterError

PARAMETERS = 'study: str = "a"  # the study\nlanguage: str = "en"  # the language\n'


def execute(notebook, target, **parameters):
    return papermill.execute_notebook(
        notebook, target, parameters=parameters, engine_name="metrobook", progress_bar=False
    )


def test_unknown_parameter_stops_before_a_kernel_starts(write_notebook, tmp_path):
    trace = tmp_path / "kernel-ran"
    notebook = write_notebook(PARAMETERS, f"open({str(trace)!r}, 'w').close()")
    with pytest.raises(ParameterError, match="unknown parameter 'studdy'"):
        execute(notebook, tmp_path / "out.ipynb", studdy="b")
    assert not trace.exists()


def test_two_runs_give_the_same_bytes_without_times_or_paths(write_notebook, tmp_path):
    notebook = write_notebook(PARAMETERS, "print(study)")
    written = []
    for name in ("one", "two"):
        nbformat.write(execute(notebook, None, study="b"), tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert b"b\\n" in written[0]
    for trace in (b"start_time", b"iopub", str(tmp_path).encode(), b"papermill"):
        assert trace not in written[0].replace(b"injected-parameters", b"")
