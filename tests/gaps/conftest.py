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
    return Bench(shared)
