"""A bench that runs chapters of studies with gaps, shared by all tests of a session."""

from __future__ import annotations

import os

import matplotlib as mpl
import pytest

from tests.gaps.harness import Bench


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    """Chapters that one worker ran are there for the others."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "gaps"
    shared.mkdir(exist_ok=True)
    mpl.use("Agg")
    with pytest.MonkeyPatch.context() as patches:
        patches.setenv("METROBOOK_SITE", "1")
        yield Bench(shared, patches)


@pytest.fixture(autouse=True)
def restored(monkeypatch):
    """Give back the root and the results that a bench set."""
    for name in ("METROBOOK_ROOT", "METROBOOK_RESULTS"):
        monkeypatch.delenv(name, raising=False)
