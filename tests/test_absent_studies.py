"""Tests about shipped studies are skipped in a fork that has removed them."""

import shutil
import subprocess
import sys

import pytest

from tests.conftest import SHIPPED

ABOUT = "STUDY = '{0}'\nopen('data/{0}/study.yml')\n\ndef test_about(): assert STUDY\n"
BORROWING = "from test_about import STUDY\n\ndef test_borrowing(): assert STUDY\n"
NEUTRAL = "def test_neutral(): assert True\n"


@pytest.mark.parametrize("there", [False, True])
def test_modules_about_an_absent_study_are_skipped_and_others_run(root, tmp_path, there):
    tests = tmp_path / "tests"
    tests.mkdir()
    shutil.copy(root / "tests" / "conftest.py", tests)
    (tests / "test_about.py").write_text(ABOUT.format(SHIPPED[0]), encoding="utf-8")
    (tests / "test_borrowing.py").write_text(BORROWING, encoding="utf-8")
    (tests / "test_neutral.py").write_text(NEUTRAL, encoding="utf-8")
    for study in SHIPPED if there else ():
        (tmp_path / "data" / study).mkdir(parents=True)
        (tmp_path / "data" / study / "study.yml").touch()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    if there:
        assert "3 passed" in done.stdout and "skipped" not in done.stdout
    else:
        assert "1 passed, 2 skipped" in done.stdout
        assert "a study that these tests name is not there" in done.stdout
