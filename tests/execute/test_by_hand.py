"""A notebook opened by hand: any folder, no engine, pictures embedded."""

import nbformat
import pytest
from nbclient import NotebookClient

from metrobook.steps import find_step


@pytest.fixture
def opened_by_hand(root, tmp_path, monkeypatch):
    for name in ("METROBOOK_SITE", "METROBOOK_ROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path / "results"))

    def run(step: str, folder) -> str:
        notebook = nbformat.read(find_step(step).notebook, 4)
        NotebookClient(
            notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        ).execute()
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        return "".join(output.get("data", {}).get("text/html", "") for output in outputs)

    return run


@pytest.mark.parametrize("place", ["notebooks", "elsewhere"])
def test_notebook_runs_by_hand_from_any_folder(opened_by_hand, root, tmp_path, place):
    folder = root / "notebooks" if place == "notebooks" else tmp_path
    shown = opened_by_hand("01", folder)
    assert "mb-finding" in shown
    assert 'src="data:image/svg+xml;base64,' in shown


def test_maps_open_by_hand_without_the_site(opened_by_hand, tmp_path):
    shown = opened_by_hand("05", tmp_path)
    assert "srcdoc=" in shown
    assert "leaflet.js" not in shown.split("srcdoc=")[1][:2000]
