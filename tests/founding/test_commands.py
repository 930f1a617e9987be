"""The commands for a study's life: what they say, what they ask, and what they do."""

import io
import json
import sys

import pytest

from metrobook.cli import main
from metrobook.cli.showing import output
from metrobook.cli.study import show_standing
from metrobook.compendium import study_ids
from metrobook.execute import workflow
from metrobook.execute.books import CHOSEN
from metrobook.founding.guide import way
from metrobook.founding.standing import standing
from metrobook.parts import part
from metrobook.study import Study

OPTIONS = (
    "--metro", "en=Synthetic Metro", "--core", "C1=Synthetic Core", "--buffer", "B1=East; B2=West",
    "--country", "XX=Synthetic Country", "--period", "2011-2021",
)  # fmt: skip


class Terminal(io.StringIO):
    """Answers that a person types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(empty, monkeypatch, capsys):
    """Return a function that runs a command and returns its status and what it printed."""

    def command(*words: str, stdin: io.StringIO | None = None) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["metrobook", *words])
        monkeypatch.setattr(sys, "stdin", stdin or io.StringIO())
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return stopped.value.code or 0, " ".join((printed.out + printed.err).split())

    return command


def test_a_study_is_founded_from_options(run):
    status, said = run("new", "synthetic", *OPTIONS)
    assert status == 0 and "metrobook check synthetic" in said
    assert study_ids() == ["synthetic"]


def test_a_study_is_founded_from_a_file_and_an_option_comes_before_it(run, empty):
    (empty / "answers.yml").write_text(
        "metro: {en: From the file}\ncore: [C1=Core]\nbuffer: [B1=Buffer]\ncountry: X\n"
        "period: 2011-2021\n",
        encoding="utf-8",
    )
    status, _said = run("new", "synthetic", "--from", str(empty / "answers.yml"), "--core", "C2=C")
    settings = (empty / "data/synthetic/study.yml").read_text(encoding="utf-8")
    assert status == 0 and 'core: ["C2"]' in settings and "From the file" in settings


def test_without_a_terminal_all_that_lacks_is_said_at_once(run, empty):
    status, said = run("new", "synthetic", "--period", "2011-2021")
    assert status == 1
    for key in ("metro", "core", "buffer", "country"):
        assert f"--{key}" in said
    assert "--period" not in said and "Traceback" not in said
    assert list((empty / "data").iterdir()) == []


def test_at_a_terminal_only_what_lacks_is_asked(run, empty):
    typed = Terminal("en=Metro; pt=Metrópole\nC1=Core\nB1=East; B2=West\n")
    given = ("--country", "XX=Country", "--period", "2011-2021")
    status, said = run("new", "synthetic", *given, stdin=typed)
    assert status == 0 and "country:" not in said
    settings = (empty / "data/synthetic/study.yml").read_text(encoding="utf-8")
    assert "languages: [en, pt]" in settings and 'buffer: ["B1", "B2"]' in settings


def test_check_says_what_is_there_what_would_add_and_one_next_step(run):
    run("new", "synthetic", *OPTIONS)
    status, said = run("check", "synthetic")
    assert status == 0
    assert "areas.csv (5)" in said and "commuting/ flows.csv – tells who leaves" in said
    command = way(part("areas", "layer"), "synthetic")
    assert command.startswith("metrobook import zones FILE --study synthetic ")
    sentence = "Bring the boundaries of your areas: they make the maps."
    first = f"synthetic: no problem found. Next step. {sentence} {command} There, "
    assert said.startswith(first)
    assert said.endswith(f"metrobook build synthetic Next step: {command}")


def test_check_gives_each_missing_part_one_line_of_the_terminal(run, monkeypatch, capsys):
    run("new", "synthetic", *OPTIONS)
    monkeypatch.setattr(output, "width", 60)
    show_standing("synthetic")
    lines = capsys.readouterr().out.splitlines()
    parts = [line for line in lines if line.startswith("  ") and " – " in line]
    assert len(parts) == len(standing(Study.load("synthetic")).missing)
    assert max(map(len, parts)) == 60
    assert "  claims.csv – tests statements about the metropolitan area…" in parts


def test_check_of_a_broken_study_lists_its_problems_and_no_next_step(run, empty):
    run("new", "synthetic", *OPTIONS)
    with (empty / "data/synthetic/areas.csv").open("a", encoding="utf-8") as file:
        file.write("C9,No level,,,,,\n")
    status, said = run("check", "synthetic")
    assert status == 1 and "Next step" not in said
    status, said = run("check", "synthetic", "--json")
    assert status == 1
    assert {problem["file"] for problem in json.loads(said)} == {"synthetic/areas.csv"}


def test_the_study_is_named_where_there_are_several_and_taken_where_there_is_one(run, empty):
    file = empty / "synthetic.bib"
    file.write_text("@book{s, title={Synthetic}, author={A. Nobody}, year={2020}}\n")
    command = ("import", "literature", str(file), "--yes")
    status, said = run(*command)
    assert status == 1 and "There is no study yet" in said
    run("new", "synthetic", *OPTIONS)
    assert run(*command)[0] == 0
    assert "Synthetic" in (empty / "data/synthetic/sources.csv").read_text(encoding="utf-8")
    run("new", "other", *OPTIONS)
    status, said = run(*command)
    assert (status, said) == (
        1, "Of which study? Say it with --study NAME; there are synthetic, other.",
    )  # fmt: skip


def test_a_name_that_is_nearly_a_study_is_answered_with_that_study(run):
    run("new", "synthetic", *OPTIONS)
    assert "Did you mean 'synthetic'?" in run("check", "Syntetic")[1]
    assert "Did you mean" not in run("check", "leeds")[1]
    status, said = run("import", "flow", "flows.csv", "--study", "synthetic")
    assert status == 1 and "Did you mean 'metrobook import flows'?" in said


def test_a_file_that_every_study_needs_is_to_be_restored(run, empty):
    run("new", "synthetic", *OPTIONS)
    advice = {}
    for file in ("areas.csv", "sources.csv", "paper/claims.csv"):
        kept = (empty / "data/synthetic" / file).rename(empty / "kept")
        found = json.loads(run("check", "synthetic", "--json")[1])
        [gone] = [each for each in found if each["expected"] == "a file"]
        advice[gone["file"].removeprefix("synthetic/")] = gone["advice"]
        kept.rename(empty / "data/synthetic" / file)
    for file, told in advice.items():
        assert f"'git restore data/synthetic/{file}'" in told
    assert "metrobook new" in advice["areas.csv"] and "metrobook new" in advice["sources.csv"]
    assert ["datapackage.yaml" in told for told in advice.values()] == [False, False, True]


def test_one_problem_is_one_problem(run, empty):
    run("new", "synthetic", *OPTIONS)
    (empty / "data/synthetic/sources.csv").unlink()
    assert run("check", "synthetic")[1].startswith("1 problem ")
    (empty / "data/synthetic/paper/claims.csv").unlink()
    assert run("check", "synthetic")[1].startswith("2 problems ")


def test_build_runs_the_workflow_for_one_study_alone(run, monkeypatch):
    run("new", "synthetic", *OPTIONS)
    asked = []

    class Done:
        returncode = 0

    monkeypatch.setattr(
        workflow.subprocess, "run", lambda command, **more: asked.append(more["env"]) or Done()
    )
    status, said = run("build", "synthetic")
    assert status == 0 and "The book is in _build/html/index.html" in said
    assert run("build", "synthetic", "--language", "en")[0] == 0
    assert run("book")[0] == 0
    assert [environment.get(CHOSEN) for environment in asked] == [
        "synthetic", "synthetic/en", None,
    ]  # fmt: skip


def test_build_of_what_is_not_there_runs_nothing(run, monkeypatch):
    run("new", "synthetic", *OPTIONS)
    monkeypatch.setattr(workflow.subprocess, "run", None)
    status, said = run("build", "nowhere")
    assert status == 1 and "There is no study 'nowhere'" in said
    status, said = run("build", "synthetic", "--language", "pt")
    assert status == 1 and "not offered in language 'pt'" in said


def test_rename_says_what_it_changed(run):
    run("new", "synthetic", *OPTIONS)
    status, said = run("rename", "synthetic", "renamed")
    assert status == 0 and "Renamed: data/synthetic is data/renamed now." in said
    assert "Changed: data/renamed/study.yml, data/renamed/datapackage.yaml, " in said
    assert "Deleted" not in said and "Kept: " in said
    assert "Next: metrobook build renamed; or make book" in said
    assert study_ids() == ["renamed"]


def test_remove_asks_for_the_name_again(run):
    run("new", "synthetic", *OPTIONS)
    run("new", "other", *OPTIONS)
    status, said = run("remove", "other", stdin=io.StringIO("oter\n"))
    assert status == 1 and "nothing was removed" in said
    status, said = run("remove", "other", stdin=io.StringIO("other\n"))
    assert status == 0 and "Deleted: data/other. Kept: " in said
    assert study_ids() == ["synthetic"]
    status, said = run("remove", "synthetic", "--yes")
    assert status == 1 and "the only one" in said
