"""The workflow: study × language × step → executed notebook → results → one site.

`metrobook book` runs it; `snakemake --cores 2` does the same, and Snakemake's executors take
it to a cluster (docs/cluster.md).
"""

import shlex
import sys
from pathlib import Path

from metrobook.compendium import data_resources, is_blank, study_settings
from metrobook.execute.books import books
from metrobook.steps import all_steps

ROOT = Path(workflow.basedir)
METROBOOK = f"{shlex.quote(sys.executable)} -m metrobook"
STEPS = {step.name: step for step in all_steps(ROOT)}
BOOKS = books(ROOT)
RESULT = "_build/results/{study}/{language}/{step}/result.json"
SITE = "_build/sites/{study}/{language}/html/index.html"


def relative(paths):
    return sorted(str(Path(path).relative_to(ROOT)) for path in paths)


def files_under(folder, *patterns):
    return relative(
        path
        for pattern in patterns
        for path in (ROOT / folder).rglob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    )


CODE = files_under("src/metrobook", "*.py", "*.yaml", "*.css", "*.js", "*.po")
BESIDE_STEPS = ("publish/", "cli/", "founding/", "imports/", "execute/workflow", "execute/books")
CODE_OF_STEPS = [
    path for path in CODE
    if not path.startswith(tuple(f"src/metrobook/{room}" for room in BESIDE_STEPS))
]
PAGES = ["_config.yml", "_toc.yml", "CITATION.cff", *files_under("book", "*.md", "*.bib", "*.css", "*.js", "*.html", "*.po")]


def data_read(wildcards):
    """The files behind the tables and layers that a step declares to read."""
    step, study = STEPS[wildcards.step], wildcards.study
    lender = study_settings(ROOT / "data" / study).get("calibration") if "flows" in step.reads else None
    return relative(path for each in (study, lender) if each for path in data_behind(step, each))


def data_behind(step, study):
    folder = ROOT / "data" / study
    codebook = {"codebook"} & {*step.reads}
    return [
        folder / "study.yml",
        folder / "datapackage.yaml",
        *(
            item.path
            for item in data_resources(folder)
            if item.path.exists()
            and not (item.table and is_blank(item.path))
            and (item.table in step.tables_behind or item.name in {*step.layers, *codebook})
        ),
    ]


def results_read(wildcards):
    """The results of earlier steps that a step declares to need."""
    return [
        RESULT.format(study=wildcards.study, language=wildcards.language, step=step)
        for step in STEPS[wildcards.step].needs
    ]


def results_of_book(wildcards):
    return [RESULT.format(study=wildcards.study, language=wildcards.language, step=step) for step in STEPS]


rule all:
    input:
        "_build/html/index.html",


onstart:
    shell("{METROBOOK} check")


rule step:
    input:
        notebook="notebooks/{step}.ipynb",
        data=data_read,
        results=results_read,
        code=CODE_OF_STEPS,
    output:
        RESULT,
    shell:
        "{METROBOOK} run {wildcards.step} --study {wildcards.study}"
        " --language {wildcards.language} > /dev/null"


rule site:
    input:
        results=results_of_book,
        pages=PAGES,
        code=CODE,
        data=lambda wildcards: files_under(f"data/{wildcards.study}", "*"),
    params:
        books=BOOKS,  # every page links to the other books
    output:
        SITE,
    shell:
        "{METROBOOK} site {wildcards.study} {wildcards.language}"


rule assemble:
    input:
        [SITE.format(study=study, language=language) for study, language in BOOKS],
    output:
        "_build/html/index.html",
    shell:
        "{METROBOOK} assemble"
