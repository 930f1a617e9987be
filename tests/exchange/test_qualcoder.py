"""Projects of QualCoder: databases in its layout, old and new, filled with synthetic text."""

import sqlite3
import zipfile

import pytest

from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.qualcoder import read_qualcoder

OLD = """
CREATE TABLE project (databaseversion TEXT, date TEXT, memo TEXT, about TEXT);
CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT, fulltext TEXT, mediapath TEXT, memo TEXT,
    owner TEXT, date TEXT);
CREATE TABLE code_cat (catid INTEGER PRIMARY KEY, name TEXT, owner TEXT, date TEXT, memo TEXT,
    supercatid INTEGER);
CREATE TABLE code_name (cid INTEGER PRIMARY KEY, name TEXT, memo TEXT, catid INTEGER, owner TEXT,
    date TEXT, color TEXT);
CREATE TABLE code_text (cid INTEGER, fid INTEGER, seltext TEXT, pos0 INTEGER, pos1 INTEGER,
    owner TEXT, date TEXT, memo TEXT);
CREATE TABLE code_image (imid INTEGER PRIMARY KEY, id INTEGER, x1 INTEGER, cid INTEGER);
CREATE TABLE annotation (anid INTEGER PRIMARY KEY, fid INTEGER, pos0 INTEGER, pos1 INTEGER,
    memo TEXT, owner TEXT, date TEXT);
CREATE TABLE cases (caseid INTEGER PRIMARY KEY, name TEXT, memo TEXT, owner TEXT, date TEXT);
CREATE TABLE case_text (id INTEGER PRIMARY KEY, caseid INTEGER, fid INTEGER, pos0 INTEGER,
    pos1 INTEGER, owner TEXT, date TEXT, memo TEXT);
CREATE TABLE attribute (attrid INTEGER PRIMARY KEY, name TEXT, attr_type TEXT, value TEXT,
    id INTEGER, date TEXT, owner TEXT);
CREATE TABLE journal (jid INTEGER PRIMARY KEY, name TEXT, jentry TEXT, date TEXT, owner TEXT);
"""
# Version 17 nests codes, marks importance, and hides coders behind views.
NEW = """
ALTER TABLE code_name ADD supercid INTEGER;
ALTER TABLE code_text ADD ctid INTEGER;
ALTER TABLE code_text ADD important INTEGER;
CREATE TABLE code_av (avid INTEGER PRIMARY KEY, id INTEGER, pos0 INTEGER, cid INTEGER);
CREATE VIEW code_text_visible AS SELECT * FROM code_text WHERE owner <> 'budi';
"""
TEXT = "Contoh sintetis 😀: kota café\nnai\u0308ve, akhir."


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "contoh.qda").mkdir()
    return tmp_path / "contoh.qda"


@pytest.fixture
def database(folder):
    connection = sqlite3.connect(folder / "data.qda", isolation_level=None)
    connection.executescript(OLD)
    connection.execute("INSERT INTO source (id, name, fulltext) VALUES (1, 'w1.txt', ?)", (TEXT,))
    connection.executescript("""
        INSERT INTO source (id, name, mediapath) VALUES (2, 'foto.jpg', '/images/foto.jpg');
        INSERT INTO code_cat (catid, name, supercatid) VALUES (1, 'Anak', 2), (2, 'Induk', NULL);
        INSERT INTO code_name (cid, name, memo, catid, color)
            VALUES (1, 'kode', 'arti', 1, '#FF0000'), (2, 'bebas', NULL, NULL, 'merah');
    """)
    yield connection
    connection.close()


def _code(connection, words, code=1, owner="siti", unit="utf-32-le", width=4, stored=None):
    start = len(TEXT[: TEXT.index(words)].encode(unit)) // width
    end = start + len(words.encode(unit)) // width
    connection.execute(
        "INSERT INTO code_text (cid, fid, seltext, pos0, pos1, owner) VALUES (?, 1, ?, ?, ?, ?)",
        (code, words if stored is None else stored, start, end, owner),
    )


def _coded(project):
    texts = project.documents.set_index("document_id")["text"]
    return [
        (row.code_id, row.coder, texts[row.document_id][row.start : row.end])
        for row in project.codings.itertuples()
    ]


def _said(project, kind):
    return [(entry.what, entry.count) for entry in project.report.of(kind)]


@pytest.mark.parametrize("version", ["old", "new"])
def test_codings_lie_on_their_words_in_old_and_new_databases(version, database, folder):
    if version == "new":
        database.executescript(NEW)
    _code(database, "café")
    _code(database, "nai\u0308ve", code=2, owner="budi")
    project = read_qualcoder(folder)
    assert _coded(project) == [("K1", "siti", "café"), ("K2", "budi", "naïve")]
    assert project.name == "contoh"
    assert project.codes["name"].tolist() == ["Induk", "Anak", "kode", "bebas"]
    assert [parent or None for parent in project.codes["parent_id"]] == [None, "C2", "C1", None]
    assert project.codes["colour"].tolist()[2:] == ["#FF0000", None]
    assert ("contents of documents", 1) in _said(project, "lost")


def test_codes_nest_below_codes_in_new_databases(database, folder):
    database.executescript(NEW)
    database.execute("INSERT INTO code_name (cid, name, supercid) VALUES (3, 'sub', 1)")
    codes = read_qualcoder(folder).codes.set_index("code_id")
    assert codes.loc["K3", "parent_id"] == "K1"


def test_positions_in_utf16_are_recognised_by_the_stored_extracts(database, folder):
    for words in ("kota", "café", "akhir"):
        _code(database, words, unit="utf-16-le", width=2)
    project = read_qualcoder(folder)
    assert [words for *_, words in _coded(project)] == ["kota", "café", "akhir"]
    assert any("UTF-16" in entry.why for entry in project.report.of("changed"))


def test_an_extract_that_differs_is_reported_and_line_ends_of_the_program_do_not(database, folder):
    _code(database, "café\nnai\u0308ve", stored="café\u2029nai\u0308ve")
    _code(database, "akhir", stored="lain")
    project = read_qualcoder(folder)
    assert _said(project, "changed") == [("codings in w1.txt", 1)]


def test_categories_in_a_circle_or_missing_come_to_the_top(database, folder):
    database.executescript("""
        UPDATE code_cat SET supercatid = 1 WHERE catid = 2;
        INSERT INTO code_name (cid, name, catid) VALUES (3, 'yatim', 99);
    """)
    project = read_qualcoder(folder)
    placed = set()
    for row in project.codes.itertuples():
        assert row.parent_id is None or row.parent_id in placed
        placed.add(row.code_id)
    assert placed == {"C1", "C2", "K1", "K2", "K3"}
    assert ("codes", 2) in _said(project, "changed")


def test_cases_attributes_journals_and_annotations_come_along(database, folder):
    database.execute("INSERT INTO cases (caseid, name) VALUES (1, 'Kasus'), (2, 'Kosong')")
    database.execute(
        "INSERT INTO case_text (caseid, fid, pos0, pos1) VALUES (1, 1, 0, ?), (1, 1, 3, 5)",
        (len(TEXT),),
    )
    database.executescript("""
        INSERT INTO attribute (name, attr_type, value, id)
            VALUES ('umur', 'case', '30', 1), ('jenis', 'file', 'teks', 1),
                   ('umur', 'case', '31', 2), ('kosong', 'file', '', 1);
        INSERT INTO journal (name, jentry, owner) VALUES ('Hari 1', 'isi', 'siti');
        INSERT INTO annotation (fid, pos0, pos1, memo, owner) VALUES (1, 0, 6, 'catatan', 'budi');
        INSERT INTO project (memo) VALUES ('tentang');
        INSERT INTO code_image (id, cid) VALUES (2, 1);
    """)
    project = read_qualcoder(folder)
    assert project.attributes.to_numpy().tolist() == [
        ["S1", "case", "Kasus"], ["S1", "umur", "30"], ["S1", "jenis", "teks"],
    ]  # fmt: skip
    assert project.memos.to_numpy().tolist() == [
        ["Hari 1", "isi", "siti"], ["contoh", "tentang", None], ["w1.txt (0–6)", "catatan", "budi"],
    ]  # fmt: skip
    lost = _said(project, "lost")
    assert {("attributes", 1), ("cases", 1), ("codings of images", 1)} <= set(lost)
    assert {("annotations", 1), ("links to cases", 1)} <= set(_said(project, "changed"))


def test_codings_that_cannot_be_placed_are_reported_one_by_one(database, folder):
    _code(database, "kota")
    database.executescript("""
        INSERT INTO code_text (cid, fid, pos0, pos1) VALUES
            (1, 1, 0, 9999), (1, 1, 4, 4), (1, 1, -1, 3), (1, 1, 'a', 3), (1, 1, 1.5, 3),
            (99, 1, 0, 5), (1, 2, 0, 5), (1, 77, 0, 5), (NULL, NULL, NULL, NULL);
    """)
    project = read_qualcoder(folder)
    assert [words for *_, words in _coded(project)] == ["kota"]
    why = {entry.why: entry.count for entry in project.report.of("lost")}
    assert why["their positions lie outside the text of the document"] == 5
    assert why["their code is missing"] == 1
    assert why["their document is missing or has no text"] == 3


@pytest.mark.parametrize("inside", ["contoh.qda/data.qda", "data.qda"])
def test_a_zip_archive_reads_like_its_folder(inside, database, folder, tmp_path):
    _code(database, "café")
    path = tmp_path / "contoh.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "data.qda", inside)
    zipped, read = read_qualcoder(path), read_qualcoder(folder)
    assert zipped.name == read.name == "contoh"
    assert _coded(zipped) == _coded(read) == [("K1", "siti", "café")]
    assert _coded(read_qualcoder(folder / "data.qda")) == _coded(read)


def test_what_is_no_project_is_refused(database, folder, tmp_path):
    empty = tmp_path / "kosong.qda"
    empty.mkdir()
    with pytest.raises(ForeignFileError, match=r"kosong\.qda holds no data\.qda"):
        read_qualcoder(empty)
    with zipfile.ZipFile(tmp_path / "lain.zip", "w") as archive:
        archive.writestr("../data.qda", "x")
    with pytest.raises(ForeignFileError, match="leaves the archive"):
        read_qualcoder(tmp_path / "lain.zip")
    with zipfile.ZipFile(tmp_path / "dua.zip", "w") as archive:
        archive.writestr("a/data.qda", "x")
        archive.writestr("b/data.qda", "x")
    with pytest.raises(ForeignFileError, match=r"holds 2 files data\.qda"):
        read_qualcoder(tmp_path / "dua.zip")
    database.execute("DROP TABLE source")
    database.execute("CREATE VIEW source AS SELECT 1 id, 'a' name, 'b' fulltext")
    with pytest.raises(ForeignFileError, match="no project of QualCoder"):
        read_qualcoder(folder)


def test_reading_leaves_the_project_as_it_was(database, folder):
    database.close()
    before = (folder / "data.qda").read_bytes()
    read_qualcoder(folder)
    assert (folder / "data.qda").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["data.qda"]
