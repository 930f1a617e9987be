"""Transcripts in text, DOCX, WebVTT and SubRip files; all of them synthetic."""

import io
import unicodedata
import zipfile

import docx
import pytest
from docx.oxml import parse_xml as element
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from metrobook.exchange import transcripts
from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.text import checksum, normalise
from metrobook.exchange.transcripts import read_transcript


@pytest.fixture
def read(tmp_path):
    def write_and_read(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_transcript(path)

    return write_and_read


def _turns(transcript):
    return [
        (
            row.speaker,
            None if row.time != row.time else row.time,
            transcript.text[row.start : row.end],
        )
        for row in transcript.turns.itertuples()
    ]


def _said(transcript):
    return {(entry.kind, entry.what, entry.count) for entry in transcript.report.entries}


def test_speakers_are_labels_that_come_twice_and_the_rest_stays_text(read):
    transcript = read(
        "w1.txt",
        "Contoh sintetis\nTanggal: 3 Mei\n\nPewawancara: Selamat pagi.\n"
        "P1: Pagi. Begini:\nlanjut baris dua\n[tertawa]\n"
        "Pewawancara: Kapan?\nP1: Pukul 10:30 saya: ya.\nhttps://x.id: y\n",
    )
    assert _turns(transcript) == [
        (None, None, "Contoh sintetis"), (None, None, "Tanggal: 3 Mei"),
        ("Pewawancara", None, "Selamat pagi."),
        ("P1", None, "Pagi. Begini:\nlanjut baris dua\n[tertawa]"),
        ("Pewawancara", None, "Kapan?"),
        ("P1", None, "Pukul 10:30 saya: ya.\nhttps://x.id: y"),
    ]  # fmt: skip
    why = next(entry.why for entry in transcript.report.of("changed"))
    assert "“Tanggal”" in why and "P1" not in why
    assert ("read", "speakers", 2) in _said(transcript)


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        (
            "[00:00:01] Budi: satu\n(0:05) Siti: dua\n00:01:02\nBudi: tiga\n"
            "Siti [01:10]: empat\nBudi  1:15\nlima\n",
            [("Budi", 1, "satu"), ("Siti", 5, "dua"), ("Budi", 62, "tiga"), ("Siti", 70, "empat"),
             ("Budi", 75, "lima")],
        ),
        (
            "I: Halo? #00:00:02-5#\n\nB: Ya. #00:01:02-0#\n\nI: Lagi.\nB: Ya. #01:01:10-1#\n",
            [("I", None, "Halo?"), ("B", 2.5, "Ya."), ("I", 62, "Lagi."), ("B", None, "Ya.")],
        ),
        (
            "[Budi] satu\n[laughs]\n[Siti] dua\n[laughs]\n[Budi]: tiga\n[Siti]: lagi\n",
            [("Budi", None, "satu\n[laughs]"), ("Siti", None, "dua\n[laughs]"),
             ("Budi", None, "tiga"), ("Siti", None, "lagi")],
        ),
        (
            "Ibu Siti binti Ahmad: a\nPEWAWANCARA: b\nIbu Siti binti Ahmad: c\nPEWAWANCARA: d\n"
            "dan dia berkata: e\ndan dia berkata: f\n",
            [("Ibu Siti binti Ahmad", None, "a"), ("PEWAWANCARA", None, "b"),
             ("Ibu Siti binti Ahmad", None, "c"),
             ("PEWAWANCARA", None, "d\ndan dia berkata: e\ndan dia berkata: f")],
        ),
        (
            "A: satu\nB: x\n[00:01:00]\nlanjut B\nA: dua\nB: y\n",
            [("A", None, "satu"), ("B", None, "x"), ("B", 60, "lanjut B"), ("A", None, "dua"),
             ("B", None, "y")],
        ),
        ("Satu.\n\nDua: dengan titik dua.\n12:30 berangkat\n",
         [(None, None, "Satu."), (None, None, "Dua: dengan titik dua."),
          (None, None, "12:30 berangkat")]),
    ],
)  # fmt: skip
def test_speakers_and_times_are_read_in_the_ways_people_write_them(text, turns, read):
    assert _turns(read("w.txt", text)) == turns


@given(st.text(st.one_of(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    st.sampled_from("AB: \n\t[]()#-00:12e\u0301\r\ufeff"),
)))  # fmt: skip
def test_turns_lie_in_order_inside_the_normalised_text(text):
    normal = normalise(text)
    turns = transcripts._from_lines(normal, transcripts.Report())
    last = 0
    for start, end, _, time in turns:
        assert last <= start < end <= len(normal)
        assert normal[start:end] == normal[start:end].strip()
        assert time is None or time >= 0
        last = end


def test_the_checksum_does_not_depend_on_how_the_file_was_written(read):
    text = "Contoh: naïve\nContoh: café\n"
    other = "\ufeff" + unicodedata.normalize("NFD", text).replace("\n", "\r\n")
    one, two = read("a.txt", text), read("b.txt", other)
    assert one.checksum == two.checksum == checksum(text)
    assert one.turns.equals(two.turns)
    assert ("changed", "text", 1) in _said(two) and ("changed", "text", 1) not in _said(one)
    assert read("c.txt", text.encode("utf-16")).checksum == one.checksum


def test_a_transcript_becomes_a_project_of_one_document(read):
    project = read("w1.txt", "A: satu\nB: dua\nA: tiga\nB: empat\n").project()
    assert project.documents[["name", "text"]].to_numpy().tolist() == [
        ["w1", "A: satu\nB: dua\nA: tiga\nB: empat\n"]
    ]
    values = project.attributes.groupby("name")["value"].agg(list)
    assert values["speaker"] == ["A", "B"]
    assert values["checksum"] == [checksum(project.documents["text"].item())]


VTT = """WEBVTT - contoh sintetis
Kind: captions

STYLE
::cue { color: red }

NOTE catatan --> bukan waktu

1
00:01.000 --> 00:04.000 align:start position:0%
<v Budi>Selamat <b>pagi</b> &amp; <00:00:02.000>halo</v>

00:03.500 --> 00:06.000
<v.keras Siti Aminah>Ya</v><v Budi>oke</v>

01:00:07.000 --> 01:00:08.000
"""


def test_webvtt_with_voices_overlaps_and_an_empty_cue(read):
    transcript = read("a.vtt", VTT)
    assert transcript.text == "Budi: Selamat pagi & halo\nSiti Aminah: Ya\nBudi: oke"
    assert _turns(transcript) == [
        ("Budi", 1.0, "Selamat pagi & halo"), ("Siti Aminah", 3.5, "Ya"), ("Budi", 3.5, "oke"),
    ]  # fmt: skip
    assert {("lost", "cues", 1), ("read", "speakers", 2)} <= _said(transcript)
    assert any("before the one before" in e.why for e in transcript.report.of("changed"))


SLOPPY = (
    "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nBUDI: satu\r\n2\r\n0:03,5 -> 0:04\r\n"
    "SITI: dua\r\n\r\nlanjut dua\r\n\r\n3\r\n00:00:05.000 --> 00:00:06.000\r\n"
    "BUDI: pergi --> ke\r\n"
    "\r\n4\r\n00:00:02,000 --> 00:00:02,500\r\nSITI: {\\an8}<i>awal</i>\r\n"
)


def test_sloppy_subrip_is_mended_and_every_mending_is_said(read):
    transcript = read("b.srt", SLOPPY)
    assert _turns(transcript) == [
        ("BUDI", 1.0, "satu"), ("SITI", 2.0, "awal"), ("SITI", 3.5, "dua lanjut dua"),
        ("BUDI", 5.0, "pergi → ke"),
    ]  # fmt: skip
    why = " ".join(entry.why for entry in transcript.report.of("changed"))
    for words in (
        "read as meant",
        "no empty line before",
        "empty line inside",
        "became →",
        "order",
    ):
        assert words in why


def test_a_webvtt_file_without_header_or_empty_line_after_it_is_read(read):
    cue = "00:00:01.000 --> 00:00:02.000\nsatu\n"
    for start in ("", "WEBVTT\n", "WEBVTT\n\n", "WEBVTT\nKind: captions\n"):
        assert _turns(read("a.vtt", start + cue)) == [(None, 1.0, "satu")]


def _docx(body: str) -> bytes:
    """Return a DOCX file with this XML as its body."""
    document = docx.Document()
    for child in element(f"<w:body {nsdecls('w')}>{body}</w:body>"):
        document.element.body.insert(-1, child)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def test_docx_paragraphs_tables_and_speakers(read):
    document = docx.Document()
    document.add_paragraph("Pewawancara: Selamat\npagi")
    table = document.add_table(rows=2, cols=3)
    for cell, words in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ["00:01", "P1", "satu", "00:02:03", "P1", "dua"], strict=True,
    ):  # fmt: skip
        cell.text = words
    document.add_paragraph("Pewawancara: naïve", style="List Bullet")
    document.sections[0].header.paragraphs[0].text = "Kepala"
    stream = io.BytesIO()
    document.save(stream)
    transcript = read("w.docx", stream.getvalue())
    assert _turns(transcript) == [
        ("Pewawancara", None, "Selamat\npagi"), ("P1", 1.0, "satu"), ("P1", 123.0, "dua"),
        ("Pewawancara", None, "naïve"),
    ]  # fmt: skip
    assert {("changed", "tables", 1), ("lost", "headers and footers", 1)} <= _said(transcript)


def test_docx_says_what_was_left_out_and_takes_tracked_changes_as_made(read):
    body = (
        f"<w:p>{_run('satu ')}<w:ins w:id='1' w:author='x'>{_run('dua ')}</w:ins>"
        "<w:del w:id='2' w:author='x'><w:r><w:delText>hapus</w:delText></w:r></w:del>"
        f"<w:hyperlink>{_run('tiga')}</w:hyperlink><w:r><w:footnoteReference w:id='1'/></w:r>"
        "<w:r><w:commentReference w:id='1'/></w:r>"
        "<w:r><w:tab/><w:t>e</w:t><w:br/><w:t>f</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{_run('di dalam')}</w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:r><w:pict><w:txbxContent><w:p>{_run('kotak')}</w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    transcript = read("w.docx", _docx(body))
    assert transcript.text.rstrip() == "satu dua tiga\te\nf\ndi dalam"
    assert {
        ("changed", "tracked insertions", 1), ("lost", "tracked deletions", 1),
        ("lost", "footnotes", 1), ("lost", "comments", 1), ("lost", "text boxes", 1),
    } <= _said(transcript)  # fmt: skip


def _with(content: bytes, member: str, change) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return stream.getvalue()


def test_hostile_docx_files_are_refused(read):
    good = _docx(f"<w:p>{_run('satu')}</w:p>")
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>'
    cases = [
        (_with(good, "word/document.xml", lambda _: bomb), "document type or entities"),
        (_with(good, "word/document.xml", lambda xml: xml[:-20]), "not well-formed"),
        (_with(good, "_rels/.rels", lambda xml: xml.replace(b"word/document.xml", b"../x.xml")),
         "is no DOCX file"),
        (good[:-30], "not a readable ZIP"),
        (b"satu dua", "not a readable ZIP"),
        (_docx("<w:p/>"), "holds no text"),
        (_with(good, "word/document.xml", lambda _: b"<d>" * 300 + b"</d>" * 300),
         "nests more than"),
    ]  # fmt: skip
    for content, reason in cases:
        with pytest.raises(ForeignFileError, match=reason):
            read("w.docx", content)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", bytes(range(256)), "not readable text"),
        ("a.txt", " \n\n", "holds no text"),
        ("a.srt", "tidak ada apa-apa\n", "holds no subtitles"),
        ("a.vtt", "WEBVTT\n", "holds no subtitles"),
        ("a.vtt", b"WEBVTT\xff\xfe\0\0\1", "not readable text"),
        ("a.pdf", b"%PDF", r"\.txt, \.docx, \.vtt, \.srt were expected"),
    ],
)
def test_what_is_no_transcript_is_refused(name, content, reason, read):
    with pytest.raises(ForeignFileError, match=reason):
        read(name, content)


def test_a_transcript_that_is_too_large_is_refused(read, monkeypatch):
    monkeypatch.setattr(transcripts, "LARGEST", 10)
    with pytest.raises(ForeignFileError, match="is larger than"):
        read("a.txt", "a" * 11)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n" + "<v " * 100_000),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\na\n" + "\n" * 100_000 + "b"),
        ("a.txt", "Aa " * 100_000), ("a.txt", "[" * 100_000), ("a.txt", "1:" * 100_000),
    ],
)  # fmt: skip
def test_long_monotonous_files_are_read_in_time(name, content, read):
    assert len(read(name, content).turns) == 1


def test_another_encoding_is_read_and_said(read):
    transcript = read("a.txt", "Contoh: café – “x”\n".encode("cp1252"))
    assert transcript.text == "Contoh: café – “x”\n"
    assert ("changed", "encoding", 1) in _said(transcript)
