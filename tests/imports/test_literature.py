"""Bibliographies of reference managers become literature in the register of sources."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from metrobook.cli import app
from metrobook.compendium import data_resources, read_csv, read_yaml
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.bibtex import read_bibtex
from metrobook.imports.csl import read_csl
from metrobook.imports.literature import read_literature
from metrobook.imports.ris import read_ris
from metrobook.study import Study
from tests.imports.small_study import small_study

# Real works, bibliographic facts only; notes, abstracts and paths are made up for these tests.
BIBTEX = r"""% Encoding: UTF-8
@string{region = "Region"}
@preamble{"\newcommand{\noop}[1]{}"}
@comment{jabref-meta: databaseType:bibtex;}

@Article{Oshan2016,
  author   = {Oshan, Taylor M.},
  title    = {A primer for working with the {Spatial Interaction} modeling ({SpInt}) module},
  journal  = region,
  year     = 2016,
  volume   = {3}, number = {2}, pages = {R11--R23},
  doi      = {https://doi.org/10.18335/region.v3i2.175},
  abstract = {Synthetic abstract that must not be kept},
  file     = {:/home/somebody/papers/oshan.pdf:PDF},
  annote   = {Synthetic note: shows how \emph{doubly} constrained models are fitted.},
}
@techreport{dennett:2012,
  author = {Dennett, Adam},
  title = {Estimating flows between geographical locations: `get me started in'
           spatial interaction modelling},
  institution = {University College London},
  date = {2012-08},
  url = {https://www.ucl.ac.uk/bartlett/casa/publications/2012/mar/casa-working-paper-181},
}
"""
RIS = """TY  - JOUR
AU  - Santos Silva, J. M. C.
AU  - Tenreyro, Silvana
TI  - The Log of Gravity
T2  - Review of Economics and Statistics
PY  - 2006/11/01/
VL  - 88
IS  - 4
SP  - 641
EP  - 658
DO  - 10.1162/rest.88.4.641
UR  - https://doi.org/10.1162/rest.88.4.641
Y2  - 2026/11/24/
N1  - <p>Synthetic note: zeros &amp; heteroskedasticity.</p>
AB  - Synthetic abstract that must not be kept
L1  - file:///home/somebody/papers/gravity.pdf
ER  -
"""
CSL = [
    {
        "id": "http://zotero.org/users/12345/items/ABCD1234", "type": "article-journal",
        "title": "A primer for working with the Spatial Interaction modeling (SpInt) module",
        "author": [{"family": "Oshan", "given": "Taylor M."}],
        "issued": {"date-parts": [["2016", 8, 30]]}, "container-title": "REGION", "volume": "3",
        "issue": "2", "page": "R11-R23", "DOI": "10.18335/REGION.v3i2.175",
        "note": "Citation Key: oshan2016\nSynthetic note of the reader.",
        "abstract": "Synthetic abstract that must not be kept",
    },
    {
        "id": "bps", "citation-key": "bps2020", "type": "report",
        "title": "Synthetic <i>report</i>",
        "author": [{"literal": "Synthetic office"}], "issued": {"raw": "2020"},
    },
]  # fmt: skip


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("METROBOOK_ROOT", str(tmp_path))
    (tmp_path / "_toc.yml").touch()
    data_resources.cache_clear()
    yield small_study(tmp_path, {"A1": "Synthetic core"})
    data_resources.cache_clear()


def kept(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def imported(path: Path, study: Study, **options) -> Study:
    """Import a bibliography for good and open the study anew."""
    proposal = read_literature(path, study, **options)
    assert proposal.amendment.problems() == []
    if proposal.amendment.files:
        proposal.keep_record()
        proposal.amendment.make()
    return Study(study.folder)


def register(study: Study) -> dict[str, dict[str, str]]:
    rows = read_csv(study.folder / "sources.csv").to_dict("records")
    return {row.pop("source_id"): row for row in rows if row["kind"] == "literature"}


def content(study: Study) -> dict[str, bytes]:
    files = [path for path in study.folder.rglob("*") if path.is_file()]
    return {path.relative_to(study.folder).as_posix(): path.read_bytes() for path in files}


def test_bibtex_becomes_sources(study, tmp_path):
    rows = register(imported(kept(tmp_path, "mine.bib", BIBTEX), study))
    assert list(rows) == ["Oshan2016", "dennett-2012"]
    assert rows["Oshan2016"] == {
        "kind": "literature", "publisher": "Oshan, Taylor M.",
        "title": "A primer for working with the Spatial Interaction modeling (SpInt) module",
        "year": "2016", "url": "https://doi.org/10.18335/region.v3i2.175",
        "where_found": "Region 3(2) R11–R23", "licence": "", "retrieved": "",
        "reliability": "secondary", "reliability_note": "", "note": "",
    }  # fmt: skip
    assert rows["dennett-2012"]["where_found"] == "University College London"
    assert rows["dennett-2012"]["year"] == "2012"


def test_ris_becomes_sources(study, tmp_path):
    rows = register(imported(kept(tmp_path, "mine.ris", RIS), study))
    assert list(rows) == ["santos-silva-2006"]
    row = rows["santos-silva-2006"]
    assert row["publisher"] == "Santos Silva, J. M. C.; Tenreyro, Silvana"
    assert row["url"] == "https://doi.org/10.1162/rest.88.4.641"
    assert row["where_found"] == "Review of Economics and Statistics 88(4) 641–658"
    assert (row["year"], row["retrieved"]) == ("2006", "2026-11-24")


def test_csl_json_becomes_sources_without_the_account_of_its_owner(study, tmp_path):
    opened = imported(kept(tmp_path, "mine.json", json.dumps(CSL)), study, notes=True)
    rows = register(opened)
    assert list(rows) == ["bps2020", "oshan-2016"]
    assert rows["oshan-2016"]["where_found"] == "REGION 3(2) R11–R23"
    assert rows["bps2020"]["title"] == "Synthetic report"
    assert not [path for path, text in content(opened).items() if b"12345" in text]
    [note] = opened.whole_table("evidence")["text_en"]
    assert note == "Synthetic note of the reader."


@pytest.mark.parametrize(("name", "text"), [("a.bib", BIBTEX), ("a.ris", RIS),
                                            ("a.json", json.dumps(CSL))])  # fmt: skip
def test_neither_abstracts_nor_paths_are_kept_and_the_report_says_so(study, tmp_path, name, text):
    path = kept(tmp_path, name, text)
    lost = {entry.what: entry.why for entry in read_literature(path, study).report.of("lost")}
    assert "never taken over" in lost["abstracts"]
    opened = imported(path, study, notes=True)
    written = b"".join(content(opened).values())
    assert b"must not be kept" not in written
    assert b"somebody" not in written


def test_notes_are_evidence_only_when_wanted_and_then_withheld(study, tmp_path):
    path = kept(tmp_path, "mine.ris", RIS)
    assert "--notes" in " ".join(read_literature(path, study).understood)
    assert not imported(path, study).has("evidence")
    opened = imported(path, study, notes=True)
    [row] = opened.whole_table("evidence").to_dict("records")
    assert row["evidence_id"] == "santos-silva-2006-note"
    assert (row["technique"], row["consent"], row["date"]) == ("literature", "withheld", "2006")
    assert row["text_en"] == "Synthetic note: zeros & heteroskedasticity."
    assert opened.table("evidence").empty


def test_what_people_decided_on_a_note_stays(study, tmp_path):
    path = kept(tmp_path, "mine.ris", RIS)
    imported(path, study, notes=True)
    evidence = study.folder / "evidence" / "evidence.csv"
    evidence.write_text(evidence.read_text("utf-8").replace("withheld", "public"), "utf-8")
    more = kept(tmp_path, "mine.ris", RIS + RIS.replace("88.4", "99.9").replace("Log", "Lag"))
    items = imported(more, study, notes=True).whole_table("evidence")
    assert sorted(items["consent"]) == ["public", "withheld"]


def test_importing_twice_changes_nothing(study, tmp_path):
    for name, text in (("a.bib", BIBTEX), ("b.ris", RIS), ("c.json", json.dumps(CSL))):
        opened = imported(kept(tmp_path, name, text), study, notes=True)
    before = content(opened)
    for name in ("a.bib", "b.ris", "c.json"):
        assert read_literature(tmp_path / name, opened, notes=True).amendment.files == {}
    assert content(opened) == before


def test_a_corrected_file_replaces_its_own_works_and_keeps_what_people_added(study, tmp_path):
    imported(kept(tmp_path, "other.ris", RIS), study)
    path = kept(tmp_path, "mine.bib", BIBTEX)
    opened = imported(path, study)
    table = opened.folder / "sources.csv"
    table.write_text(
        table.read_text("utf-8").replace("R11–R23,,,secondary,,", "R11–R23,CC BY 4.0,,secondary,,")
    )
    corrected = BIBTEX.replace("A primer for", "A first primer for")
    corrected = corrected[: corrected.index("@techreport")]
    rows = register(imported(kept(tmp_path, "mine.bib", corrected), Study(study.folder)))
    assert list(rows) == ["Oshan2016", "santos-silva-2006"]
    assert rows["Oshan2016"]["title"].startswith("A first primer")
    assert rows["Oshan2016"]["licence"] == "CC BY 4.0"


def test_a_work_that_rows_cite_stays_though_the_file_no_longer_has_it(study, tmp_path):
    path = kept(tmp_path, "mine.bib", BIBTEX)
    imported(path, study, notes=True)
    kept(tmp_path, "mine.bib", BIBTEX[BIBTEX.index("@techreport") :])
    opened = imported(path, Study(study.folder))
    assert list(register(opened)) == ["Oshan2016", "dennett-2012"]


def test_the_same_work_of_two_files_is_one_source(study, tmp_path):
    imported(kept(tmp_path, "mine.bib", BIBTEX), study)
    proposal = read_literature(kept(tmp_path, "zotero.json", json.dumps(CSL)), Study(study.folder))
    assert [e.what for e in proposal.report.of("changed")] == ["oshan-2016"]
    assert "Oshan2016, by its DOI" in proposal.report.of("changed")[0].why
    assert list(proposal.preview["source_id"]) == ["bps2020"]


def test_a_work_under_two_keys_of_one_file_is_told(study, tmp_path):
    twice = BIBTEX + BIBTEX[BIBTEX.index("@Article") :].replace("Oshan2016", "spint").replace(
        "dennett:2012", "getstarted"
    )
    proposal = read_literature(kept(tmp_path, "twice.bib", twice), study)
    told = {entry.what: entry.why for entry in proposal.report.of("changed")}
    assert told["spint"] == "is the same work as Oshan2016, by its DOI: not added again"
    assert "is it the same work?" in told["getstarted"]
    assert list(proposal.preview["source_id"]) == ["Oshan2016", "dennett-2012", "getstarted"]


def test_works_without_a_year_are_not_taken_for_the_same(study, tmp_path):
    text = "@misc{a, title={Synthetic one}}\n@misc{b, title={Synthetic two}}"
    proposal = read_literature(kept(tmp_path, "mine.bib", text), study)
    assert proposal.report.of("changed") == []
    assert len(proposal.preview) == 2


def test_a_key_of_another_source_gets_a_suffix(study, tmp_path):
    path = kept(tmp_path, "mine.bib", "@misc{S001, title={Synthetic title}, year=2001}")
    opened = imported(path, study)
    assert list(register(opened)) == ["S001-2"]
    assert read_literature(path, opened).amendment.files == {}


def test_a_broken_entry_loses_only_itself_and_is_told_with_its_line(study, tmp_path):
    broken = BIBTEX.replace("date = {2012-08},", "date = {2012-08,") + (
        "@book{nothing, = {Synthetic}, year=2000}\n"
        "@book{after, title={Synthetic, after the broken one}, year=2001}\n"
        "@book{after, title={Synthetic, a second of the key}, year=2002}\n"
        "@misc{short, title={Synthetic}, journal=unknownjournal}\n"
    )
    proposal = read_literature(kept(tmp_path, "broken.bib", broken), study)
    found = ["Oshan2016", "dennett-2012", "after", "after-2", "short"]
    assert list(proposal.preview["source_id"]) == found
    [lost] = [entry for entry in proposal.report.of("lost") if "broken" in entry.why]
    assert lost.what == f"line {broken[: broken.index('@book{nothing')].count(chr(10)) + 1}"
    assert "the entry nothing" in lost.why
    told = {entry.what: entry.why for entry in proposal.report.of("changed")}
    line = broken[: broken.index("@techreport")].count("\n") + 1
    assert "only what stands before the fault is read" in told[f"line {line}"]
    changed = " ".join(told.values())
    assert "stands twice" in changed
    assert "without an @string" in changed


def test_latex_becomes_letters():
    text = r"""@inproceedings{x, crossref = {p}, AUTHOR = {{\"O}zt{\"u}rk, J{\'o}s{\'e} and
        {World Bank} and van der Berg, An}, Title = {Caf\'e \& \textbf{Stra{\ss}e} --- a 5\% {\O}}}
        @proceedings{p, title = {Synthetic Proceedings}, year = 2003, editor = {Nobody, Ann}}"""
    work, _parent = read_bibtex(text, Report())
    assert work.authors == ("Öztürk, Jósé", "World Bank", "van der Berg, An")
    assert work.title == "Café & Straße — a 5% Ø"
    assert (work.within, work.year) == ("Synthetic Proceedings", "2003")


def test_ris_records_without_an_end_and_lines_outside_are_told():
    report = Report()
    text = (
        "stray line\nTY  - BOOK\nTI  - Synthetic one\nTY - BOOK\nTI - Synthetic two\nER  - \nend\n"
    )
    works = read_ris(text, report)
    assert [work.title for work in works] == ["Synthetic one", "Synthetic two"]
    assert [(entry.what, entry.count) for entry in report.entries] == [("line 2", 1), ("lines", 2)]


def test_works_without_title_are_told_and_those_without_year_or_author_are_kept(study, tmp_path):
    text = "@misc{a, year=2000}\n@misc{b, title={Synthetic}, year={in press}}"
    proposal = read_literature(kept(tmp_path, "few.bib", text), study)
    [row] = proposal.preview.to_dict("records")
    assert (row["source_id"], row["publisher"], row["year"]) == ("b", "Authors not shown", "")
    assert "in press" in proposal.amendment.files["sources.csv"]
    assert [entry.why for entry in proposal.report.of("lost")] == ["the work a has no title"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("none.bib", "", "holds no work"),
        ("none.bib", "@misc{a, title={not closed", "is broken"),
        ("none.ris", "no record at all", "outside of any record"),
        ("none.json", "{", "is no JSON, line 1"),
        ("none.json", '{"a": 1}', "holds no list of works"),
        ("none.json", "[" * 100_000, "is no JSON"),
        ("none.json", '[1, null, "a"]', "holds no work"),
        ("zotero.json", '{"items": [{"itemType": "book"}]}', "Zotero's own JSON"),
        ("list.docx", "text", r"BibTeX \(.bib\), RIS"),
    ],
)
def test_what_is_no_bibliography_is_refused_with_advice(study, tmp_path, name, text, told):
    with pytest.raises(ForeignFileError, match=told):
        read_literature(kept(tmp_path, name, text), study)


def test_an_unknown_reliability_is_refused(study, tmp_path):
    with pytest.raises(ForeignFileError, match="official, secondary"):
        read_literature(kept(tmp_path, "mine.ris", RIS), study, reliability="sure")


def test_a_file_of_another_encoding_is_read_and_told(study, tmp_path):
    path = tmp_path / "latin.bib"
    path.write_bytes(
        "@misc{a, author={Müller, José}, title={Synthetic}, year=2000}".encode("cp1252")
    )
    proposal = read_literature(path, study)
    assert proposal.preview["publisher"].tolist() == ["Müller, José"]
    assert [entry.what for entry in proposal.report.of("changed")] == ["encoding"]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text):
    assert isinstance(read_bibtex("@misc{a, title={" + text, Report()), list)
    assert isinstance(read_bibtex(text, Report()), list)
    assert isinstance(read_ris("TY  - BOOK\n" + text, Report()), list)
    try:
        read_csl(text, Report(), "a.json")
    except ForeignFileError as error:
        assert "Nothing was imported" in str(error)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["id", "title", "author", "issued", "note", "DOI", "page"]),
                       json_values))  # fmt: skip
def test_any_entry_of_csl_is_read(item):
    [work] = read_csl(json.dumps([item]), Report(), "a.json")
    assert isinstance(work.source_id, str)


def test_the_command_imports_a_bibliography(study, tmp_path):
    path = kept(tmp_path, "mine.ris", RIS)
    words = ["import", "literature", str(path), "--study", "synthetic", "--notes", "--yes"]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert "santos-silva-2006" in register(study)


def test_the_record_names_the_file_and_its_keys(study, tmp_path):
    imported(kept(tmp_path, "mine.bib", BIBTEX), study)
    [entry] = read_yaml(study.folder / "imports.yml")
    assert entry["file"] == "mine.bib"
    assert entry["options"]["sources"] == {"Oshan2016": "Oshan2016", "dennett-2012": "dennett-2012"}


def test_a_letter_behind_a_year_and_further_authors_of_bibtex():
    text = "@book{doe, author={Doe, Jane and others}, title={T}, year={1999a}}"
    [work] = read_bibtex(text, Report())
    assert (work.named, work.four_digits) == ("Doe, Jane; et al.", "1999")


def test_odd_dates_and_names_of_other_formats():
    text = "TY  - THES\nAU  - Sari, D.\nTI  - Tesis\nPY  - c2005\nY2  - 2021/04/05/12:00\nER  - \n"
    [thesis] = read_ris(text, Report())
    assert (thesis.source_id, thesis.retrieved) == ("sari-2005", "2021-04-05")
    person = {"family": "Z", "given": "Q", "suffix": "Jr."}
    [work] = read_csl(json.dumps([{"title": "T", "author": [person]}]), Report(), "a.json")
    assert work.named == "Z Jr., Q"
