"""Archives from elsewhere."""

import io
import stat
import struct
import zipfile

import pytest

from metrobook.exchange import archives
from metrobook.exchange.archives import Archive
from metrobook.exchange.project import ForeignFileError


def packed(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def refusal(path):
    with pytest.raises(ForeignFileError) as caught, Archive(path) as archive:
        for name in archive.names:
            archive.read(name)
    message = str(caught.value)
    assert message.startswith(path.name)
    assert message.endswith("Nothing was imported.")
    return message


def test_members_are_listed_and_read_in_their_order(tmp_path):
    path = packed(tmp_path / "a.qdpx", [("b.txt", b"b"), ("sources/", b""), ("sources/a.txt", b"")])
    with Archive(path) as archive:
        assert archive.names == ["b.txt", "sources/a.txt"]
        assert [archive.read(name) for name in archive.names] == [b"b", b""]


def test_a_member_is_found_whatever_its_case_and_slashes(tmp_path):
    members = [("Sources\\A.txt", b"1"), ("x/b.txt", b"2"), ("x/B.txt", b"3")]
    with Archive(packed(tmp_path / "a.qdpx", members)) as archive:
        assert archive.find("sources/a.TXT") == "Sources/A.txt"
        assert archive.read(archive.find("sources/a.txt")) == b"1"
        assert archive.find("x/B.txt") == "x/B.txt"
        assert archive.find("X/b.TXT") == "x/b.txt"
        assert archive.find("y/b.txt") is None


@pytest.mark.parametrize(
    "name",
    ["../up.txt", "a/../../up.txt", "/etc/passwd", "\\\\host\\share.txt", "..\\up.txt", "C:up.txt",
     "c:/up.txt"],
)  # fmt: skip
def test_paths_that_leave_the_archive_are_refused(tmp_path, name):
    assert "leaves the archive" in refusal(packed(tmp_path / "a.qdpx", [(name, b"x")]))


def test_a_colon_in_a_name_is_no_drive(tmp_path):
    with Archive(packed(tmp_path / "a.qdpx", [("sources/at 10:30.txt", b"x")])) as archive:
        assert archive.names == ["sources/at 10:30.txt"]


def test_links_are_refused(tmp_path):
    link = zipfile.ZipInfo("sources/a.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert "a link" in refusal(packed(tmp_path / "a.qdpx", [(link, b"/etc/passwd")]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a/b.txt", "a\\b.txt", "a//b.txt", "./a/b.txt"])
def test_the_same_path_twice_is_refused(tmp_path, second):
    members = [("a/b.txt", b"1"), (second, b"2")]
    assert "twice" in refusal(packed(tmp_path / "a.qdpx", members))


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"\0" * 100, b"<Project/>"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "a.qdpx"
    path.write_bytes(content)
    assert "not a readable ZIP archive" in refusal(path)


def test_a_truncated_archive_is_refused(tmp_path):
    path = packed(tmp_path / "a.qdpx", [("a.txt", b"text " * 1000)])
    path.write_bytes(path.read_bytes()[:-30])
    assert "not a readable ZIP archive" in refusal(path)


def test_a_missing_file_is_named(tmp_path):
    assert "cannot be opened" in refusal(tmp_path / "missing.qdpx")


def test_every_damaged_byte_gives_content_or_a_refusal(tmp_path):
    path = packed(tmp_path / "a.qdpx", [("a.txt", b"text " * 20), ("b.txt", b"b")])
    whole = path.read_bytes()
    refused = 0
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            with Archive(path) as archive:
                for name in archive.names:
                    archive.read(name)
        except ForeignFileError:
            refused += 1
    assert refused > len(whole) / 3


def test_an_encrypted_archive_is_refused(tmp_path):
    path = packed(tmp_path / "a.qdpx", [("a.txt", b"x")])
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[central + 8] |= 1
    path.write_bytes(content)
    assert "protected by a password" in refusal(path)


def test_a_compression_that_is_not_read_is_refused_by_name(tmp_path):
    path = packed(tmp_path / "a.qdpx", [("a.txt", b"x" * 100)], zipfile.ZIP_LZMA)
    assert "in a way that is not read" in refusal(path)


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 10)
    members = [(f"{number}.txt", b"") for number in range(11)]
    assert "11 members; at most 10" in refusal(packed(tmp_path / "a.qdpx", members))


def test_a_list_of_members_that_claims_to_be_endless_is_refused_unread(tmp_path):
    path = tmp_path / "a.qdpx"
    length = archives.LONGEST_DIRECTORY + 1
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, length, 0, 0)
    with path.open("wb") as stream:
        stream.truncate(length)
        stream.seek(length)
        stream.write(end)
    assert "list of members is too long" in refusal(path)


def test_a_member_that_explodes_is_refused_before_it_is_unpacked(tmp_path):
    path = packed(tmp_path / "a.qdpx", [("bomb.txt", b"\0" * 20 * 1024**2)])
    assert path.stat().st_size < 100_000
    with pytest.raises(ForeignFileError, match="far more than a text would"):
        Archive(path)


def test_many_members_that_explode_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 100_000)
    members = [(f"{number}.txt", b"a" * 50_000) for number in range(10)]
    with pytest.raises(ForeignFileError, match="far more than it takes"):
        Archive(packed(tmp_path / "a.qdpx", members))


def test_large_recordings_do_not_hinder_reading_the_texts_beside_them(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    monkeypatch.setattr(archives, "LARGEST_MEMBER", 800)
    members = [("film.mp4", bytes(range(256)) * 10), ("a.txt", b"text")]
    with Archive(packed(tmp_path / "a.qdpx", members, zipfile.ZIP_STORED)) as archive:
        assert archive.read("a.txt") == b"text"
        with pytest.raises(ForeignFileError, match=r"film\.mp4"):
            archive.read("film.mp4")


def test_what_is_read_in_all_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    members = [(f"{number}.txt", bytes(range(250)) * 2) for number in range(3)]
    path = packed(tmp_path / "a.qdpx", members, zipfile.ZIP_STORED)
    assert "texts of more than" in refusal(path)


def test_an_archive_that_lies_about_a_size_is_refused(tmp_path):
    path = packed(tmp_path / "a.qdpx", [("a.txt", b"0123456789" * 10)])
    content = path.read_bytes()
    central = content.index(b"PK\x01\x02")
    for claimed in (10, 1000):
        lie = content[: central + 24] + struct.pack("<L", claimed) + content[central + 28 :]
        path.write_bytes(lie)
        assert "a.txt" in refusal(path)


def test_an_archive_in_an_archive_stays_closed(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("../up.txt", b"x")
    path = packed(tmp_path / "a.qdpx", [("inner.zip", inner.getvalue())])
    with Archive(path) as archive:
        assert archive.names == ["inner.zip"]
