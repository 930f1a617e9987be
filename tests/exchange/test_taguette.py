"""Projects of Taguette: databases in the layout of Taguette 1.5, filled with synthetic text."""

import csv
import json
import sqlite3
import unicodedata

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.taguette import _Text, read_taguette

LAYOUT = """
CREATE TABLE projects (id INTEGER PRIMARY KEY, name VARCHAR(200) NOT NULL,
    description TEXT NOT NULL, created DATETIME NOT NULL);
CREATE TABLE documents (id INTEGER PRIMARY KEY, name VARCHAR(200) NOT NULL,
    description TEXT NOT NULL, filename VARCHAR(200) NOT NULL, created DATETIME NOT NULL,
    project_id INTEGER NOT NULL, text_direction VARCHAR(13) NOT NULL, contents TEXT NOT NULL);
CREATE TABLE commands (id INTEGER PRIMARY KEY, date DATETIME NOT NULL,
    user_login VARCHAR(30) NOT NULL, project_id INTEGER NOT NULL, document_id INTEGER,
    payload TEXT NOT NULL);
CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL,
    path VARCHAR(200) NOT NULL, description TEXT NOT NULL);
CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL,
    start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, snippet TEXT NOT NULL);
CREATE TABLE highlight_tags (highlight_id INTEGER NOT NULL, tag_id INTEGER NOT NULL);
INSERT INTO projects VALUES (1, 'Contoh', 'sintetis', ''), (2, 'Lain', '', '');
"""
CONTENTS = (
    "<h1>Contoh café 😀</h1><p>Kota “penyangga” &amp; kota inti —\nwarga naïve</p>"
    "<p>Kedua <b>te</b>bal e\u0301 akhir.<br>baris</p>\n<pre>\npre</pre>"
)
BARE = (
    "Contoh café 😀Kota “penyangga” & kota inti —\nwarga naïveKedua tebal e\u0301 akhir.baris\npre"
)
TAGS = ["a", "a/b", "a.b", "a.b.c", "Jl. Asia", "lone/x"]


@pytest.fixture
def database(tmp_path):
    connection = sqlite3.connect(tmp_path / "contoh.sqlite3")
    connection.executescript(LAYOUT)
    connection.execute(
        "INSERT INTO documents VALUES (1, 'dok', 'ket', 'x.html', '', 1, '', ?)", (CONTENTS,)
    )
    connection.execute("INSERT INTO documents VALUES (2, 'lain', '', '', '', 2, '', '<p>x</p>')")
    for number, path in enumerate(TAGS, 1):
        connection.execute("INSERT INTO tags VALUES (?, 1, ?, '')", (number, path))
    connection.commit()
    yield connection
    connection.close()


def _highlight(connection, words, history, snippet=None):
    """Add a highlight as the program does: positions in bytes, every change in the history."""
    start = len(BARE[: BARE.index(words)].encode())
    end = start + len(words.encode())
    number = connection.execute(
        "INSERT INTO highlights (document_id, start_offset, end_offset, snippet) "
        "VALUES (1, ?, ?, ?)", (start, end, f"<p>{snippet or words}</p>"),
    ).lastrowid  # fmt: skip
    for user, tags in history:
        payload = {"type": "highlight_add", "highlight_id": number, "tags": tags}
        connection.execute(
            "INSERT INTO commands (date, user_login, project_id, payload) VALUES ('', ?, 1, ?)",
            (user, json.dumps(payload)),
        )
    for tag in history[-1][1] if history else []:
        connection.execute("INSERT INTO highlight_tags VALUES (?, ?)", (number, tag))
    connection.commit()


def _read(tmp_path, project="Contoh"):
    return read_taguette(tmp_path / "contoh.sqlite3", project)


def _coded(project):
    texts = project.documents.set_index("document_id")["text"]
    names = project.codes.set_index("code_id")["name"]
    return [
        (names[row.code_id], row.coder, texts[row.document_id][row.start : row.end])
        for row in project.codings.itertuples()
    ]


def test_positions_in_bytes_become_characters(database, tmp_path):
    for words in ("café 😀", "penyangga” & kota".replace("&", "&amp;")):
        _highlight(database, words.replace("&amp;", "&"), [("siti", [1])], words)
    _highlight(database, "naïveKedua tebal e\u0301", [("siti", [6])])
    _highlight(database, "pre", [("siti", [6])])
    project = _read(tmp_path)
    assert [words for *_, words in _coded(project)] == [
        "café 😀", "penyangga” & kota", "naïve\nKedua tebal é", "pre",
    ]  # fmt: skip
    assert project.documents["text"].item().split("\n") == [
        "Contoh café 😀", "Kota “penyangga” & kota inti —", "warga naïve", "Kedua tebal é akhir.",
        "baris", "pre",
    ]  # fmt: skip
    assert not [entry for entry in project.report.entries if "extract" in entry.why]


def test_tags_nest_below_tags_that_exist(database, tmp_path):
    codes = _read(tmp_path).codes
    paths = {}
    for row in codes.itertuples():  # parents stand first, or this fails
        paths[row.code_id] = (*(paths[row.parent_id] if row.parent_id else ()), row.name)
    assert sorted(paths.values()) == [
        ("Jl. Asia",), ("a",), ("a", "b"), ("a", "b"), ("a", "b", "c"), ("lone/x",),
    ]  # fmt: skip


def test_the_coder_is_who_first_gave_the_tag(database, tmp_path):
    _highlight(database, "inti", [("siti", [1, 2]), ("budi", [1, 5])])
    _highlight(database, "warga", [("siti", [2]), ("budi", []), ("budi", [2])])
    assert _coded(_read(tmp_path)) == [
        ("a", "siti", "inti"), ("Jl. Asia", "budi", "inti"), ("b", "budi", "warga"),
    ]  # fmt: skip


def test_a_merged_tag_keeps_its_coder_and_a_history_that_is_no_json_is_passed_over(
    database, tmp_path
):
    _highlight(database, "inti", [("siti", [2])])
    merge = json.dumps({"type": "tag_merge", "src_tag_id": 2, "dest_tag_id": 3})
    for payload in ("{", "[]", '{"type": "highlight_add"}', merge):
        database.execute(
            "INSERT INTO commands (date, user_login, project_id, payload) VALUES ('', 'x', 1, ?)",
            (payload,),
        )
    database.execute("UPDATE highlight_tags SET tag_id = 3")
    database.commit()
    assert _coded(_read(tmp_path)) == [("b", "siti", "inti")]


def test_histories_of_older_versions_are_read(database, tmp_path):
    _highlight(database, "inti", [("siti", [1])])
    database.execute("UPDATE commands SET payload = replace(payload, 'highlight_id', 'id')")
    database.commit()
    assert _coded(_read(tmp_path)) == [("a", "siti", "inti")]


def test_a_file_of_several_projects_asks_which(database, tmp_path):
    with pytest.raises(ForeignFileError, match=r"holds 2 projects \(“Contoh”, “Lain”\): name the"):
        _read(tmp_path, None)
    with pytest.raises(ForeignFileError, match="no projects named “Tiada”; it has: “Contoh”"):
        _read(tmp_path, "Tiada")
    assert _read(tmp_path, "Lain").documents["text"].tolist() == ["x"]
    database.execute("DELETE FROM projects")
    database.commit()
    with pytest.raises(ForeignFileError, match="holds no project"):
        _read(tmp_path, None)


def test_what_cannot_be_placed_is_reported_and_the_rest_is_read(database, tmp_path):
    _highlight(database, "inti", [("siti", [1])], snippet="lain sama sekali")
    _highlight(database, "akhir", [])
    for bounds in [(9000, 9005), (5, 5), (-3, 4), ("x", 4), (0, 2**63 - 1), (None, 3)]:
        database.execute(
            "INSERT INTO highlights (document_id, start_offset, end_offset, snippet) "
            "VALUES (1, coalesce(?, 'x'), ?, '')", bounds,
        )  # fmt: skip
    database.commit()
    project = _read(tmp_path)
    assert [words for *_, words in _coded(project)] == ["inti"]
    assert [(entry.count, entry.why) for entry in project.report.of("lost")] == [
        (1, "they carry no tag"),
        (6, "their positions lie outside the text of the document"),
    ]
    assert any("extract differs" in entry.why for entry in project.report.of("changed"))


LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="<&\r\n\0\ufeff")


@given(st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=6), st.data())
def test_any_stretch_of_any_paragraphs_is_found_again(paragraphs, data):
    text = _Text("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))
    bare = "".join(paragraphs)
    start = data.draw(st.integers(0, len(bare) - 1))
    end = data.draw(st.integers(start + 1, len(bare)))
    place = text.place(len(bare[:start].encode()), len(bare[:end].encode()))
    if place is None:  # nothing but a mark that became part of the letter before it
        assert unicodedata.normalize("NFC", bare) != bare
        return
    if unicodedata.is_normalized("NFC", "\n".join(paragraphs)):
        assert text.normal[slice(*place)].replace("\n", "") == bare[start:end]


def test_hostile_html_is_read_in_time():
    for part in ("<", "<!--", "<a '", '<a href="', "</", "&", "&#9", "<a b='>"):
        assert _Text(part * 20_000).normal
    assert _Text("&#" + "9" * 5000 + ";").normal
    assert _Text("<p>&lt;script&gt;x</p>").normal == "<script>x"


ROWS = [
    ["id", "document", "tag", "content"],
    ["1", "dok", "a", "café 😀"],
    ["2", "dok", "a", "sama"],
    ["2", "dok", "a.b", "sama"],
    ["3", "dok", "a", "sama"],
    ["4", "dok", "a", "=1+1"],
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exported_highlights_become_passages(kind, tmp_path):
    path = tmp_path / f"all_tags.{kind}"
    if kind == "csv":
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(ROWS)
    else:
        book = openpyxl.Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
    project = read_taguette(path)
    assert project.documents["text"].tolist() == ["café 😀", "sama", "sama", "=1+1"]
    assert project.codings["code_id"].tolist() == ["K1", "K1", "K2", "K1", "K1"]
    assert project.codings["start"].isna().all()
    assert project.attributes["value"].tolist() == ["dok"] * 4
    assert project.origin == f"Taguette (highlights, {kind.upper()})"


def test_a_codebook_of_taguette_is_no_export_of_highlights(tmp_path):
    path = tmp_path / "codebook.csv"
    path.write_text("tag,description,number of highlights,number of documents\na,,1,1\n")
    with pytest.raises(ForeignFileError, match="no export of highlights"):
        read_taguette(path)


def test_a_database_of_another_program_is_refused(tmp_path):
    connection = sqlite3.connect(tmp_path / "lain.db")
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    with pytest.raises(ForeignFileError, match="has no table 'projects'"):
        read_taguette(tmp_path / "lain.db")
