"""Databases from elsewhere: synthetic files, some of them hostile."""

import sqlite3
from pathlib import Path

import pytest

from metrobook.exchange import databases
from metrobook.exchange.databases import Database, as_integer, as_text, read_database
from metrobook.exchange.project import ForeignFileError


def _content(*statements: str) -> bytes:
    connection = sqlite3.connect(":memory:")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    return connection.serialize()


def test_rows_are_read_and_missing_optional_columns_are_empty():
    content = _content("CREATE TABLE t (a, b TEXT)", "INSERT INTO t VALUES (1, 'é')")
    assert list(Database(content, "x.db").rows("t", ["b"], ["later", "a"])) == [("é", None, 1)]


def test_a_database_in_write_ahead_mode_is_read(tmp_path):
    path = tmp_path / "wal.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (a)")
    connection.execute("INSERT INTO t VALUES (5)")
    connection.commit()
    with pytest.raises(ForeignFileError, match=r"unfinished changes.*wal\.db-wal"):
        read_database(path)
    connection.close()
    before = path.read_bytes()
    assert list(read_database(path).rows("t", ["a"])) == [(5,)]
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not an SQLite database"),
        (b"PK\x03\x04" + b"\0" * 600, "is not an SQLite database"),
        (databases.MAGIC + b"\0" * 600, "damaged database"),
        (databases.MAGIC + b"\xff" * 5000, "damaged database"),
    ],
)
def test_what_is_no_database_is_refused(content, reason):
    with pytest.raises(ForeignFileError, match=reason):
        Database(content, "x.db")


def test_a_database_cut_short_or_overwritten_is_refused_or_read_but_never_crashes():
    whole = _content(
        "CREATE TABLE t (a TEXT)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
        "INSERT INTO t SELECT printf('%0100d', i) FROM n",
    )
    refused = 0
    for place in range(0, len(whole), 997):
        for broken in (whole[:place], whole[:place] + b"\xff" * 50 + whole[place + 50 :]):
            try:
                list(Database(broken, "x.db").rows("t", ["a"]))
            except ForeignFileError:
                refused += 1
    assert refused > 10


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW t AS WITH RECURSIVE n(a) AS (VALUES (1) UNION ALL SELECT a FROM n) "
        "SELECT a FROM n",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
    ],
)
def test_only_ordinary_tables_are_read(statement):
    database = Database(_content(statement), "x.db")
    assert not database.has("t")
    with pytest.raises(ForeignFileError, match="has no table 't'"):
        list(database.rows("t", ["a"]))


def test_generated_columns_are_not_computed():
    content = _content(
        "CREATE TABLE t (a, b AS (hex(zeroblob(a))))", "INSERT INTO t (a) VALUES (9)"
    )
    database = Database(content, "x.db")
    assert list(database.rows("t", ["a"], ["b"])) == [(9, None)]
    with pytest.raises(ForeignFileError, match="no column 'b' in its table 't'"):
        list(database.rows("t", ["b"]))


def test_reading_ends_after_a_number_of_seconds(monkeypatch):
    monkeypatch.setattr(databases, "MOST_SECONDS", -1)
    monkeypatch.setattr(databases, "STEPS", 1)
    with pytest.raises(ForeignFileError, match="seconds to read"):
        list(
            Database(_content("CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"), "x").rows("t", "a")
        )


def test_reading_ends_after_a_number_of_rows_and_bytes(monkeypatch):
    content = _content("CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2), (3)")
    monkeypatch.setattr(databases, "MOST_ROWS", 2)
    with pytest.raises(ForeignFileError, match="more than 2 rows"):
        list(Database(content, "x.db").rows("t", ["a"]))
    monkeypatch.setattr(databases, "LARGEST", 600)
    with pytest.raises(ForeignFileError, match="larger than"):
        Database(content, "x.db")


def test_a_value_that_is_too_long_is_refused(monkeypatch):
    content = _content("CREATE TABLE t (a)", "INSERT INTO t VALUES (hex(zeroblob(5000))), ('b')")
    assert len(list(Database(content, "x.db").rows("t", ["a"]))) == 2
    monkeypatch.setattr(databases, "LONGEST_VALUE", 4000)
    with pytest.raises(ForeignFileError, match="too big"):
        list(Database(content, "x.db").rows("t", ["a"]))


def test_wrong_types_and_broken_utf8_are_read_as_text_and_counted():
    content = _content(
        "CREATE TABLE t (a TEXT)",
        "INSERT INTO t VALUES (CAST(x'61ff' AS TEXT)), (x'6162ff'), (7), (NULL)",
        "INSERT INTO t VALUES (CAST(x'6100' AS TEXT))",
    )
    database = Database(content, "x.db")
    values = [as_text(value) for (value,) in database.rows("t", ["a"])]
    assert values == ["a�", "ab�", "7", "", "a�"]
    assert database.damaged == 1


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        ("3", 3),
        (3.0, 3),
        (3.5, None),
        ("x", None),
        (b"3", None),
        (None, None),
        (1e400, None),
    ],
)
def test_a_number_is_taken_only_where_it_is_whole(value, number):
    assert as_integer(value) == number


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(ForeignFileError, match="cannot be read"):
        read_database(Path("missing.db"))
