"""The page of troubleshooting lists every message that the code can give."""

import ast
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import metrobook
from metrobook.publish.messages import Message, all_messages, personal_errors
from metrobook.publish.troubleshooting import ROOMS, room_of, troubleshooting
from metrobook.publish.wordings import package_code, tells

PACKAGE = Path(metrobook.__file__).parent
MODULES = sorted(package_code())


def direct_raises(module: str) -> set[int]:
    """Lines on which a module raises an error for people, read by a way of its own."""
    stem = PACKAGE.joinpath(*module.split("."))
    path = stem.with_suffix(".py") if stem.with_suffix(".py").exists() else stem / "__init__.py"
    return {
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and ast.unparse(node.exc.func).split(".")[-1] in personal_errors()
    }


def listed(module: str, *kinds: str) -> set[int]:
    return {each.line for each in all_messages() if each.module == module and each.kind in kinds}


def fitting(text: str) -> list[Message]:
    return [each for each in all_messages() if tells(each.says) and each.fits(text)]


@pytest.mark.parametrize("module", MODULES)
def test_every_error_that_a_module_raises_is_listed(module):
    assert direct_raises(module) <= listed(module, "error")


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("validation.")])
def test_every_report_of_the_check_is_listed(module):
    text = PACKAGE.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    lines = {
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "report.add"
    }
    passed_on = {
        node.lineno
        for outer in ast.walk(ast.parse(text))
        if isinstance(outer, ast.Lambda | ast.FunctionDef)
        and "expected" in {each.arg for each in outer.args.args}
        for node in ast.walk(outer)
        if isinstance(node, ast.Call)
    }
    assert lines - passed_on <= listed(module, "problem")


def test_the_kinds_of_errors_are_those_of_the_package():
    assert {"StudyError", "ForeignFileError", "ParameterError", "StepError", "SiteError"} <= (
        personal_errors()
    )
    assert "_TooDeepError" not in personal_errors()


def test_errors_made_by_a_function_are_listed_where_they_are_raised():
    assert (
        "‹name› is protected by a password: save it without one. Nothing was imported."
        in [each.says for each in all_messages() if each.module == "exchange.archives"]
    )  # fmt: skip


def test_several_wordings_of_one_message_are_listed_one_by_one():
    said = [each.says for each in all_messages() if each.module == "execute.parameters"]
    assert "unknown parameter ‹name›: the notebook takes ‹declared›" in said
    assert any(text.startswith("missing parameter ‹name›") for text in said)


def test_constants_stand_in_a_message_with_their_value():
    [said] = [
        each.says for each in all_messages()
        if each.module == "commuting.files" and "no file of flows" in each.says
    ]  # fmt: skip
    assert said == "‹name› is no file of flows: expected .csv, .tsv, .parquet."


def test_faults_of_flows_say_what_was_expected_and_what_to_do():
    assert ("the id of a zone (total)", "Remove the row: sums are no flows.") in [
        (each.says, each.advice) for each in all_messages() if each.module == "commuting.faults"
    ]


def unknown_study(_folder):
    from metrobook.study import Study

    Study.load("atlantis")


def unknown_step(_folder):
    from metrobook.steps import find_step

    find_step("42")


def broken_archive(folder):
    from metrobook.exchange.archives import Archive

    (folder / "x.zip").write_bytes(b"PK\x03\x04 this is synthetic and no archive")
    Archive(folder / "x.zip")


def empty_table(folder):
    from metrobook.exchange.tables import read_table

    (folder / "x.csv").write_bytes(b"")
    read_table(folder / "x.csv")


def wrong_parameters(_folder):
    from nbformat.v4 import new_code_cell, new_notebook

    from metrobook.execute.parameters import check_parameters

    cell = new_code_cell('study: str  # which\nlanguage: str = "en"  # of texts')
    cell.metadata["tags"] = ["parameters"]
    check_parameters(new_notebook(cells=[cell]), {"study": "x", "treshold": 1})


def flows_that_are_no_table(folder):
    from metrobook.commuting.reading import read_rows

    read_rows(folder / "flows.docx", [])


def broken_settings(folder):
    from metrobook.compendium import read_yaml

    (folder / "study.yml").write_text("a: [", encoding="utf-8")
    read_yaml(folder / "study.yml")


@pytest.mark.parametrize(
    "mistake",
    [
        unknown_study, unknown_step, broken_archive, empty_table, wrong_parameters,
        flows_that_are_no_table, broken_settings,
    ],
)  # fmt: skip
def test_a_message_that_is_given_is_a_message_that_is_listed(mistake, tmp_path):
    with pytest.raises(tuple(_classes())) as caught:
        mistake(tmp_path)
    assert fitting(str(caught.value)), str(caught.value)


def _classes():
    from metrobook.compendium import StudyError
    from metrobook.execute.parameters import ParameterError

    return StudyError, ParameterError, ValueError


def test_problems_of_a_broken_study_are_listed(compendium):
    from metrobook.validation import check

    folder = compendium / "data" / "jabodetabek"
    table = folder / "areas.csv"
    lines = table.read_text(encoding="utf-8").split("\n")
    table.write_text("\n".join([*lines[:2], lines[1], "", *lines[3:]]), encoding="utf-8")
    (folder / "sources.csv").write_text("name\nx\n", encoding="utf-8")
    settings = (folder / "study.yml").read_text(encoding="utf-8")
    (folder / "study.yml").write_text(settings.replace("core:", "kernel:"), encoding="utf-8")
    found = check(folder)
    assert len({problem.file for problem in found}) >= 3
    known = [each for each in all_messages() if each.kind == "problem" and tells(each.says)]
    for problem in found:
        assert any(each.fits(problem.expected) for each in known), problem


def test_every_room_has_a_heading_and_what_it_holds():
    page = BeautifulSoup(troubleshooting("en"), "html.parser")
    headings = [tag["id"].removeprefix("troubleshooting-") for tag in page.find_all("h2")]
    filled = {room_of(each.module) for each in all_messages()}
    assert headings == [room for room in ROOMS if room in filled]
    assert len(page.find_all("li")) > 300
    for table in page.find_all("table"):
        labels = {cell["data-label"] for cell in table.select("tbody *[data-label]")}
        assert labels == {"What was expected, or what is wrong", "What to do"}


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_page_holds_every_message_and_no_trace_of_a_failure(language):
    html = troubleshooting(language)
    shown = re.sub(r"\s+", " ", BeautifulSoup(html, "html.parser").get_text(" "))
    for each in all_messages():
        if tells(each.says):
            assert " ".join(each.says.split()) in shown, each
    for trace in ("Traceback", "Error:", "{{", "}}", "<NA>", "NaN", "None "):
        assert trace not in shown
    assert "\n\n" not in html, "a blank line ends a block of HTML in Markdown"


@pytest.mark.parametrize("module", ["imports.zones", "imports.flows", "validation.tables", "study"])
def test_modules_stand_in_the_room_of_what_one_was_doing(module):
    rooms = {"imports.zones": "zones", "imports.flows": "imports", "validation.tables": "tables"}
    assert room_of(module) == rooms.get(module, "commands")
