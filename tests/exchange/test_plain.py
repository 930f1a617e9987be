"""Plain tables of codings; headers as in exports of programs, all text synthetic."""

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.exchange import tables
from metrobook.exchange.plain import Mapping, propose_mapping, read_plain, read_table
from metrobook.exchange.project import ForeignFileError


@pytest.fixture
def table(tmp_path):
    """Write a table and return its path: text as it is, rows as a spreadsheet."""

    def write(content, name="kode.csv"):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8", newline="")
        else:
            book = openpyxl.Workbook()
            for row in content:
                book.active.append(row)
            path = path.with_suffix(".xlsx")
            book.save(path)
        return path

    return write


def _read(path, **chosen):
    return read_plain(path, propose_mapping(read_table(path), **chosen))


def _codings(project):
    """Return document, text, code and coder of every coding."""
    documents = project.documents.set_index("document_id")
    source = project.attributes.query("name == 'document'").set_index("document_id")["value"]
    names = project.codes.set_index("code_id")["name"]
    return [
        (source.get(row.document_id), documents.loc[row.document_id, "text"], names[row.code_id],
         row.coder)
        for row in project.codings.itertuples()
    ]  # fmt: skip


EXPORTS = {
    "English": (
        "Document,Code,Coded text,Coder\nW1,transport,satu,siti\n",
        [("W1", "satu", "transport", "siti")],
    ),
    "Indonesian, semicolons": (
        "Nama Dokumen;Kode;Kutipan;Pengode\nW1;transport;satu;siti\n",
        [("W1", "satu", "transport", "siti")],
    ),
    "German MAXQDA, tabs": (
        "Farbe\tDokumentgruppe\tDokumentname\tCode\tAnfang\tEnde\tSegment\tKommentar\n"
        "●\tKota\tW1\tA > B\t1\t1\tsatu\t\n",
        [("W1", "satu", "B", None)],
    ),
    "MAXQDA": (
        "Color,Document group,Document name,Code,Beginning,End,Weight score,Segment,Created by\n"
        "●,Kota,W1,A\\B,1,1,0,satu,siti\n",
        [("W1", "satu", "B", "siti")],
    ),
    "ATLAS.ti": (
        "ID,Document,Quotation Name,Quotation Content,Codes,Comment,Created by\n"
        '1:1,W1,nama,satu,"A\nB",,siti\n1:2,W1,nama,satu,A,,siti\n',
        [("W1", "satu", "A", "siti"), ("W1", "satu", "B", "siti"), ("W1", "satu", "A", "siti")],
    ),
    "Dedoose": (
        "Media Title,Excerpt Creator,Excerpt Copy,Codes Applied Combined,"
        '"Code: A, b Applied",Code: C Applied\n'
        'W1,siti,satu,"A, b, C",True,True\nW1,siti,dua,C,False,True\n',
        [("W1", "satu", "A, b", "siti"), ("W1", "satu", "C", "siti"), ("W1", "dua", "C", "siti")],
    ),
    "one column per code": (
        "Interview,Coded text,transport,housing\nW1,satu,1,0\nW1,dua,,x\n",
        [("W1", "satu", "transport", None), ("W1", "dua", "housing", None)],
    ),
    "several codes in a cell": (
        "Document,Codes,Excerpt\nW1,a; b ;a,satu\n",
        [("W1", "satu", "a", None), ("W1", "satu", "b", None)],
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_tables_as_programs_export_them_are_read(name, table):
    content, codings = EXPORTS[name]
    assert _codings(_read(table(content))) == codings


def test_the_proposal_says_in_words_what_is_read_and_what_is_not(table):
    path = table("Document,Code,Text,City\nW1,a|b,satu,Cimahi\n")
    assert propose_mapping(read_table(path)).sentences() == [
        "“Document” is read as the document, interview or file: its header says so.",
        "“Code” is read as the code or codes: its header says so.",
        "“Text” is read as the coded text: its header may mean that.",
        "A cell may hold several codes, separated by vertical bars.",
        "Not read: “City”.",
    ]


def test_two_columns_for_one_role_must_be_decided(table):
    path = table("File,Document,Code,Segment\nF,D,a,satu\n")
    mapping = propose_mapping(read_table(path))
    assert "document" not in mapping.roles
    assert mapping.sentences()[-1].startswith("To decide: “File”, “Document” may each be the")
    with pytest.raises(ForeignFileError, match="“File”, “Document” may each be"):
        read_plain(path, mapping)
    assert _codings(read_plain(path, mapping.with_(document="File"))) == [("F", "satu", "a", None)]
    assert _codings(_read(path, document="Document")) == [("D", "satu", "a", None)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("x,y\nW1,a\n", "no column is plainly the code"),
        ("Code,y\na,W1\n", "no column is plainly the document or the coded text"),
        ("Document,Code,Codes\nW1,a,b\n", "“Code”, “Codes” may each be the code"),
        ("Document,Code,Code\nW1,a,b\n", "“Code”, “Code .2.” may each be the code"),
        ("Document,Code\nW1,a;b|c\n", "semicolons and vertical bars"),
        ('Document,Code\nW1,"a, b"\nW2,c\n', "commas may separate codes or belong to their names"),
    ],
)
def test_what_is_unclear_is_never_read_silently(content, reason, table):
    with pytest.raises(ForeignFileError, match=reason):
        _read(table(content))


def test_commas_separate_codes_that_recur(table):
    content = 'Document,Code\nW1,"a, b"\nW2,a\nW3,b\n'
    project = _read(table(content))
    assert project.codes["name"].tolist() == ["a", "b"]
    path = table('Document,Code\nW1,"a, b"\n')
    mapping = propose_mapping(read_table(path))
    for separator in (",", "commas"):
        assert len(read_plain(path, mapping.with_(separator=separator)).codes) == 2
    assert read_plain(path, mapping.with_(separator="")).codes["name"].tolist() == ["a, b"]


def test_a_mapping_can_be_corrected_and_a_column_has_one_role():
    mapping = Mapping(("A", "B", "C"), roles={"document": "A", "code": "B"}, attributes=("C",))
    assert mapping.with_(segment="B").roles == {"document": "A", "segment": "B"}
    assert mapping.with_(document=None).roles == {"code": "B"}
    assert mapping.with_(coder="C").attributes == ()
    assert mapping.with_(attributes=("A",)).roles == {"code": "B"}
    marked = mapping.with_(codes=("B", "C"))
    assert marked.codes == ("B", "C") and marked.roles == {"document": "A"}
    assert marked.with_(code="B").codes == ()
    assert marked.with_(attributes=("B",)).codes == ("C",)
    assert marked.with_(coder="C").codes == ("B",)
    with pytest.raises(ForeignFileError, match="no role 'writer'; roles are document"):
        mapping.with_(writer="A")
    with pytest.raises(ForeignFileError, match="no column “D”; the table has “A”, “B”, “C”"):
        mapping.with_(code="D")


def test_a_column_of_codes_that_is_named_goes_before_columns_of_single_codes(table):
    content, _ = EXPORTS["Dedoose"]
    path = table(content.replace("A, b", "A"))
    mapping = propose_mapping(read_table(path), code="Codes Applied Combined")
    assert mapping.codes == () and mapping.separator == ","
    assert _codings(read_plain(path, mapping))[0] == ("W1", "satu", "A", "siti")


def test_a_mapping_of_another_table_is_refused(table):
    with pytest.raises(ForeignFileError, match="other columns than the mapping: “Document”"):
        read_plain(table("Document,Code\nW1,a\n"), Mapping(("A", "B"), roles={"code": "A"}))
    with pytest.raises(ForeignFileError, match="name the column that holds the code"):
        read_plain(table("Document,Code\nW1,a\n"), Mapping(("Document", "Code")))


def test_each_passage_is_a_document_and_repeated_rows_count_once(table):
    content = (
        "Document,Code,Segment,Coder,Comment,City\n"
        "W1,a,satu,siti,,Cimahi\nW1,b,satu,budi,c,Cimahi\nW1,a,satu,siti,,Cimahi\n"
        "W2,a,satu,siti,,\nW2,,dua,siti,,\nW3,a,,siti,,\n"
    )
    path = table(content)
    project = read_plain(path, propose_mapping(read_table(path)).with_(attributes=("City",)))
    assert project.documents[["name", "text"]].to_numpy().tolist() == [
        ["W1", "satu"], ["W2", "satu"], ["W2", "dua"],
    ]  # fmt: skip
    assert _codings(project) == [
        ("W1", "satu", "a", "siti"), ("W1", "satu", "b", "budi"), ("W2", "satu", "a", "siti"),
    ]  # fmt: skip
    assert ["P1", "City", "Cimahi"] in project.attributes.to_numpy().tolist()
    said = {(entry.kind, entry.what, entry.count) for entry in project.report.entries}
    assert {("changed", "passages", 3), ("changed", "rows", 1), ("lost", "rows", 1)} <= said


def test_without_coded_text_whole_documents_are_coded(table):
    project = _read(table("Document,Code,Category\nW1,a,Induk\nW1,b,Induk\n"))
    assert project.documents["text"].isna().all() and len(project.documents) == 1
    assert project.codes["name"].tolist() == ["Induk", "a", "b"]
    assert project.codes["parent_id"].tolist()[1:] == ["K1", "K1"]
    assert project.codings[["start", "end"]].isna().all(axis=None)


def test_formulas_stay_text_and_are_never_computed(table):
    rows = [["Document", "Code", "Segment"], ["W1", "a", "=1+1"], ["W1", "a", "=HYPERLINK(1)"]]
    project = _read(table(rows))
    assert project.documents["text"].tolist() == ["=1+1", "=HYPERLINK(1)"]
    assert [e.count for e in project.report.of("changed") if e.what == "formulas"] == [2]
    assert _read(table("Document,Code,Segment\nW1,a,=1+1\n")).documents["text"].item() == "=1+1"


def test_cells_of_a_spreadsheet_become_text_as_people_see_it(table):
    import datetime

    rows = [
        ["Document", "Code", "A", "B", "C"],
        [1.0, "a", True, datetime.datetime(2024, 5, 3), 2.5],
    ]
    read = read_table(table(rows))
    assert read.rows.loc[2].tolist() == ["1", "a", "TRUE", "2024-05-03", "2.5"]


def test_ragged_rows_are_reported_by_their_number(table):
    read = read_table(table("Document,Code\n\nW1\nW2,a,b\nW3,a\nW4,a,\n"))
    assert read.rows["Document"].to_dict() == {3: "W1", 5: "W3", 6: "W4"}
    why = [(e.kind, e.count, e.why.rpartition(": ")[2]) for e in read.report.entries]
    assert why == [("changed", 1, "3"), ("lost", 1, "4")]


def test_headers_that_are_empty_or_stand_twice_are_named(table):
    read = read_table(table("Code,,Code, A  b \na,b,c,d\n"))
    assert read.columns == ("Code", "column 2", "Code (2)", "A b")


@pytest.mark.parametrize(
    "content",
    [
        "Document;Code;Segment\nW1;a;\"satu, dua\ntiga; \"\"empat\"\"\"\n",
        "sep=;\nDocument;Code;Segment\nW1;a;\"satu, dua\ntiga; \"\"empat\"\"\"\n",
        'Document\tCode\tSegment\r\nW1\ta\t"satu, dua\r\ntiga; ""empat"""\r\n',
        '\ufeffDocument,Code,Segment\nW1,a,"satu, dua\ntiga; ""empat"""\n',
    ],
)  # fmt: skip
def test_delimiters_are_told_by_even_columns(content, table):
    assert read_table(table(content)).rows.loc[2, "Segment"] == 'satu, dua\ntiga; "empat"'


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)
                 .map(lambda cell: f"x{cell}"), min_size=3, max_size=3),
        min_size=2, max_size=6,
    ),
    st.sampled_from(",;\t|"),
)  # fmt: skip
def test_whatever_is_quoted_properly_is_read_as_it_was(rows, delimiter):
    import tempfile
    from pathlib import Path

    from metrobook.exchange.text import normalise

    rows = [["Document", "Code", "Segment"], *rows]
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kode.csv"
        path.write_bytes(stream.getvalue().encode())
        read = read_table(path)
    expected = [[normalise(cell) for cell in row] for row in rows[1:]]
    assert read.rows.to_numpy().tolist() == expected


def test_another_encoding_is_read_and_said(table):
    read = read_table(table("Document,Code\ncafé – “x”,a\n".encode("cp1252")))
    assert read.rows["Document"].item() == "café – “x”"
    assert "cp1252" in read.report.of("changed")[0].why


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("Document,Code\n", "holds a header and no row below it"),
        ("Document\nW1\n", "has one column only"),
        ('Document,Code\nW1,"a\n', "quotation mark that is opened and not closed"),
        ("a,b\n" + ",".join("x" * 6_000) + "\n", "is too large"),
        (bytes(range(256)), "not readable text"),
        ([], "is empty"),
    ],
)
def test_what_is_no_table_is_refused(content, reason, table):
    with pytest.raises(ForeignFileError, match=reason):
        read_table(table(content))


def test_too_many_rows_or_cells_are_refused(table, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 300)
    with pytest.raises(ForeignFileError, match="is too large"):
        read_table(table("a,b\n" * 400))
    monkeypatch.setattr(tables, "MOST_CELLS", 20)
    with pytest.raises(ForeignFileError, match="is too large"):
        read_table(table([["a", "b", "c", "d"]] * 10))
    monkeypatch.setattr(tables, "MOST_BYTES", 10)
    with pytest.raises(ForeignFileError, match="is larger than"):
        read_table(table("a,b\n" * 400))


def _changed(path, member, old, new):
    """Write a spreadsheet again with other text in one of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[member]
    parts[member] = parts[member].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_spreadsheet_that_lies_about_its_size_is_read_by_what_it_holds(table):
    path = table([["Document", "Code"], ["W1", "a"]])
    _changed(path, "xl/worksheets/sheet1.xml", b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert len(read_table(path).rows) == 1
    _changed(path, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="999999999"')
    with pytest.raises(ForeignFileError, match="is too large"):
        read_table(path)


def test_a_spreadsheet_with_entities_or_damage_is_refused(table):
    rows = [["Document", "Code"], ["W1", "a"]]
    path = table(rows)
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet '
    _changed(path, "xl/worksheets/sheet1.xml", b"<worksheet ", entity)
    with pytest.raises(ForeignFileError, match="declares a document type or entities"):
        read_table(path)
    path = table(rows)
    _changed(path, "xl/worksheets/sheet1.xml", b"</sheetData>", b"")
    with pytest.raises(ForeignFileError, match="no readable spreadsheet"):
        read_table(path)
    path = table(rows)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ForeignFileError):
        read_table(path)


def test_further_sheets_are_reported(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Kosong"
    for title in ("Kode", "Lain"):
        sheet = book.create_sheet(title)
        sheet.append(["Document", "Code"])
        sheet.append([title, "a"])
    book.save(tmp_path / "a.xlsx")
    read = read_table(tmp_path / "a.xlsx")
    assert read.rows["Document"].tolist() == ["Kode"]
    assert read.report.of("lost")[0].why == "only “Kode” is read, not “Lain”"
