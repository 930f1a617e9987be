"""REFI-QDA files of other programs. All projects here are synthetic, written in their manner."""

import zipfile

import pandas as pd
import pytest

from metrobook.exchange import refi_cases, refi_notes, refi_sources
from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.refi_read import read_refi

SPACE = "urn:QDA-XML:project:1.0"
ANN, BOB = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
WATER, ROADS = "aaaaaaaa-0000-0000-0000-000000000001", "aaaaaaaa-0000-0000-0000-000000000002"
DOC, DOC2 = "dddddddd-0000-0000-0000-000000000001", "dddddddd-0000-0000-0000-000000000002"
USERS = f'<Users><User guid="{ANN}" name="Ann"/><User guid="{BOB}" name="Bob"/></Users>'
CODES = f"""<CodeBook><Codes><Code guid="{WATER}" name="Water" isCodable="true" color="#00f"/>
<Code guid="{ROADS}" name="Roads" isCodable="true"/></Codes></CodeBook>"""
TEXT = "Synthetic text: water is scarce, roads are full."


def project(body, attributes=f'xmlns="{SPACE}" name="Synthetic"'):
    return f'<?xml version="1.0" encoding="utf-8"?><Project {attributes}>{body}</Project>'


def coding(code=WATER, user=f' creatingUser="{ANN}"', more=""):
    return f'<Coding guid="{DOC}"{user}><CodeRef targetGUID="{code}"/>{more}</Coding>'


def selection(start, end, inner, more=""):
    return (
        f'<PlainTextSelection guid="{BOB}" startPosition="{start}" endPosition="{end}" {more}>'
        f"{inner}</PlainTextSelection>"
    )


def text_source(inner="", text=TEXT, guid=DOC, name="Interview 1"):
    return (
        f'<TextSource guid="{guid}" name="{name}"><PlainTextContent>{text}</PlainTextContent>'
        f"{inner}</TextSource>"
    )


@pytest.fixture
def read(tmp_path):
    def reader(xml, files=None, name="project.qde", suffix=".qdpx"):
        path = tmp_path / f"synthetic{suffix}"
        content = xml if isinstance(xml, bytes) else xml.encode()
        if suffix != ".qdpx":
            path.write_bytes(content)
            return read_refi(path)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
            for member, text in (files or {}).items():
                archive.writestr(member, text)
        return read_refi(path)

    return reader


def coded(found):
    """What was coded: text, code and coder of every coding; None for a whole document."""
    texts = found.documents.set_index("document_id")["text"]
    names = found.codes.set_index("code_id")["name"]
    return [
        (
            None if pd.isna(row.start) else texts[row.document_id][row.start : row.end],
            names[row.code_id],
            row.coder,
        )
        for row in found.codings.itertuples()
    ]


def told(found, kind):
    return {(entry.what, entry.why): entry.count for entry in found.report.of(kind)}


def counted(found):
    return {entry.what: entry.count for entry in found.report.of("read")}


# Where things are


@pytest.mark.parametrize(
    "name", ["project.qde", "Project.qde", "My study.QDE", "sub/folder/project.qde"]
)
@pytest.mark.parametrize("sources", ["sources", "Sources", "SOURCES"])
def test_project_and_sources_are_found_under_any_name(read, name, sources):
    folder = name.rpartition("/")[0]
    member = f"{folder}/{sources}/a.txt".lstrip("/")
    source = f'<TextSource guid="{DOC}" name="A" plainTextPath="internal://a.txt"/>'
    found = read(project(f"<Sources>{source}</Sources>"), {member: TEXT}, name=name)
    assert found.documents["text"].tolist() == [TEXT]
    assert counted(found)["documents"] == 1
    assert not found.report.of("lost")


def test_the_outermost_project_is_read_and_leftovers_of_macs_are_not(read):
    files = {"__MACOSX/._project.qde": b"\0", "._a.qde": b"\0", "old/project.qde": b"<x/>"}
    assert read(project(""), files, name="study.qde").name == "Synthetic"


@pytest.mark.parametrize(
    "path",
    [
        "internal://a.txt", "internal:///a.txt", "relative:///a.txt", "relative://elsewhere/a.txt",
        "absolute:///srv/somebody/a.txt", "file:///C:/somebody/a.txt", "a.txt", "A.TXT",
        "C:\\somebody\\a.txt", "internal://%61.txt",
    ],
)  # fmt: skip
def test_a_text_in_the_archive_is_found_however_its_path_is_written(read, path):
    source = f'<TextSource guid="{DOC}" name="A" plainTextPath="{path}"/>'
    found = read(project(f"<Sources>{source}</Sources>"), {"sources/a.txt": TEXT})
    assert found.documents["text"].tolist() == [TEXT]


def test_no_path_is_followed_outside_the_archive(read, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    paths = [
        f"absolute://{secret}", f"file://{secret}", str(secret), "internal://../secret.txt",
        "relative://secret.txt", "internal://", "internal://..", "http://example.org/secret.txt",
    ]  # fmt: skip
    for suffix in (".qdpx", ".qde"):
        for path in paths:
            source = (
                f'<TextSource guid="{DOC}" name="A" plainTextPath="{path}">'
                f"{selection(0, 3, coding())}{coding(ROADS)}</TextSource>"
            )
            found = read(project(USERS + CODES + f"<Sources>{source}</Sources>"), suffix=suffix)
            assert found.documents["text"].isna().all()
            assert coded(found) == [(None, "Roads", "Ann")]
            lost = told(found, "lost")
            assert lost == {
                ("A", "its text is not in the archive"): 1,
                ("codings", "the text they mark is missing"): 1,
            }


def test_a_formatted_text_without_a_plain_one_is_reported(read):
    source = f'<TextSource guid="{DOC}" name="A" richTextPath="internal://a.docx"/>'
    found = read(project(f"<Sources>{source}</Sources>"), {"sources/a.docx": b"PK"})
    assert ("A", "its text is only there as a formatted document") in told(found, "lost")


def test_a_text_that_is_none_is_reported_and_the_rest_read(read):
    source = f'<TextSource guid="{DOC}" name="A" plainTextPath="internal://a.txt"/>'
    body = f"<Sources>{source}{text_source(guid=DOC2)}</Sources>"
    found = read(project(body), {"sources/a.txt": bytes(range(256))})
    assert found.documents["text"].tolist() == [None, TEXT]
    assert ("A", "its text is not readable as text") in told(found, "lost")


def test_a_text_in_an_old_encoding_is_read_and_reported(read):
    written = "Die Straßen sind überfüllt, und das Wasser wird knapp für alle. " * 20
    source = f'<TextSource guid="{DOC}" name="A" plainTextPath="internal://a.txt"/>'
    content = written.encode("cp1252")
    found = read(project(f"<Sources>{source}</Sources>"), {"sources/a.txt": content})
    assert found.documents["text"].tolist() == [written]
    [(what, why)] = told(found, "changed")
    assert what == "A"
    assert "not UTF-8" in why


# Codes


def test_code_names_at_different_depths_stay_apart(read):
    book = f"""<CodeBook><Codes><Code guid="{WATER}" name="Water" isCodable="true">
      <Description> Pipes
 and wells </Description>
      <Code guid="{ROADS}" name="Water" isCodable="true"/></Code></Codes></CodeBook>"""
    codes = read(project(book)).codes
    assert codes["code_id"].tolist() == [WATER, ROADS]
    assert codes["parent_id"].tolist() == [None, WATER]
    assert codes["name"].tolist() == ["Water", "Water"]
    assert codes["description"].tolist() == ["Pipes\n and wells", None]


def test_names_beside_each_other_are_numbered_and_cleaned(read):
    book = "".join(
        f'<Code guid="{WATER[:-1]}{n}" name="{name}" isCodable="true"/>'
        for n, name in enumerate(["Water", "Water", " Wa&#10;ter&#9;", "", "Water"])
    )
    found = read(project(f"<CodeBook><Codes>{book}</Codes></CodeBook>"))
    assert found.codes["name"].tolist() == ["Water", "Water (2)", "Wa ter", "unnamed", "Water (3)"]
    assert told(found, "changed") == {("codes", "had the name of another beside them; numbered"): 2}


@pytest.mark.parametrize(
    ("written", "colour"),
    [('color="#A0b1C2"', "#a0b1c2"), ('color="#0F3"', "#00ff33"), ("", None), ('color=""', None),
     ('color="red"', None), ('color="#12345"', None), ('color="#ff00ff00"', None)],
)  # fmt: skip
def test_colours_are_six_digits_or_missing(read, written, colour):
    book = f'<CodeBook><Codes><Code guid="{WATER}" name="Water" {written}/></Codes></CodeBook>'
    found = read(project(book))
    assert found.codes["colour"].tolist() == [colour]
    invalid = colour is None and len(written) > len('color=""')
    assert bool(told(found, "lost")) == invalid


def test_codes_that_only_group_others_are_kept_and_reported(read):
    book = f"""<CodeBook><Codes><Code guid="{WATER}" name="Water" isCodable="false">
      <Code guid="{ROADS}" name="Wells" isCodable="true"/></Code></Codes></CodeBook>"""
    found = read(project(book))
    assert len(found.codes) == 2
    assert ("codes", "only group others there; every code can be given here") in told(
        found, "changed"
    )


def test_missing_and_repeated_identifiers_of_codes_are_replaced_the_same_way_each_time(read):
    book = f"""<CodeBook><Codes><Code name="Water"/><Code guid="{ROADS}" name="Roads"/>
      <Code guid="{ROADS}" name="Rails"/></Codes></CodeBook>"""
    inner = selection(0, 9, coding(ROADS))
    xml = project(USERS + book + f"<Sources>{text_source(inner)}</Sources>")
    found = read(xml)
    assert found.codes["code_id"].is_unique
    assert coded(found) == [("Synthetic", "Roads", "Ann")]
    assert {what for what, _ in told(found, "changed")} == {"codes"}
    pd.testing.assert_frame_equal(read(xml).codes, found.codes)


@pytest.mark.parametrize(
    "book",
    ["", "<CodeBook/>", "<CodeBook><Codes/></CodeBook>", "<CodeBook><Codes/><Sets/></CodeBook>"],
)
def test_empty_codebooks_and_sets_are_read(read, book):
    found = read(project(f"{book}<Sets/><Cases/><Notes/><Sources/>"))
    assert counted(found) == dict.fromkeys(
        ("documents", "codes", "codings", "attributes", "memos", "coders"), 0
    )
    assert not found.report.of("lost")


# Codings


def test_several_codings_and_coders_on_one_selection(read):
    bob = f' creatingUser="{BOB}"'
    inner = selection(16, 21, coding() + coding(user=bob) + coding(ROADS, user=bob))
    found = read(project(USERS + CODES + f"<Sources>{text_source(inner)}</Sources>"))
    assert coded(found) == [
        ("water", "Water", "Ann"),
        ("water", "Water", "Bob"),
        ("water", "Roads", "Bob"),
    ]
    assert counted(found)["coders"] == 2


def test_codings_of_a_source_are_of_the_whole_document(read):
    found = read(project(USERS + CODES + f"<Sources>{text_source(coding())}</Sources>"))
    assert coded(found) == [(None, "Water", "Ann")]
    assert found.codings["start"].isna().all()


def test_identifiers_are_compared_without_case_and_braces(read):
    inner = selection(16, 21, coding(f"{{{WATER.upper()}}}", f' creatingUser="{{{ANN.upper()}}}"'))
    found = read(project(USERS + CODES + f"<Sources>{text_source(inner)}</Sources>"))
    assert coded(found) == [("water", "Water", "Ann")]


def test_an_unknown_code_is_lost_and_reported(read):
    inner = selection(0, 9, coding(DOC) + "<Coding/>" + coding())
    found = read(project(USERS + CODES + f"<Sources>{text_source(inner)}</Sources>"))
    assert coded(found) == [("Synthetic", "Water", "Ann")]
    assert told(found, "lost") == {
        ("codings", "their code is not in the codebook"): 1,
        ("codings", "name no code"): 1,
    }


def test_codings_without_a_known_coder_are_called_imported(read):
    inner = selection(0, 9, coding(user="") + coding(ROADS, user=' creatingUser=""'))
    inner += selection(16, 21, coding(user=""), f'modifyingUser="{BOB}"')
    body = CODES + f"<Sources>{text_source(inner)}</Sources>"
    assert [coder for *_, coder in coded(read(project(body)))] == ["imported"] * 3
    found = read(project(USERS + body))
    assert [coder for *_, coder in coded(found)] == ["imported", "imported", "Bob"]
    [(what, why)] = told(found, "changed")
    assert (what, told(found, "changed")[what, why]) == ("codings", 2)


def test_coders_of_one_name_stay_apart(read):
    users = f'<Users><User guid="{ANN}" name="A"/><User guid="{BOB}" name="A"/><User/></Users>'
    inner = selection(0, 9, coding() + coding(user=f' creatingUser="{BOB}"'))
    found = read(project(users + CODES + f"<Sources>{text_source(inner)}</Sources>"))
    assert [coder for *_, coder in coded(found)] == ["A", "A (2)"]


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        (-3, 4, "outside the text, or ends before"),
        (9, 4, "outside the text, or ends before"),
        (40, 400, "outside the text, or ends before"),
        (400, 410, "outside the text, or ends before"),
        (5, 5, "mark no text"),
        ("", 5, "no position"),
        ("x", 5, "no position"),
        ("1.5", 5, "no position"),
        (0, 10**30, "no position"),
        (0, "9" * 5000, "no position"),
    ],
)
def test_selections_that_lie_about_their_place_are_lost_and_reported(read, start, end, why):
    inner = selection(start, end, coding() + coding(ROADS)) + selection(16, 21, coding())
    found = read(project(USERS + CODES + f"<Sources>{text_source(inner)}</Sources>"))
    assert coded(found) == [("water", "Water", "Ann")]
    [(what, reason)] = told(found, "lost")
    assert why in reason
    assert (what, told(found, "lost")[what, reason]) == ("codings", 2)


def test_a_passage_that_ends_just_beyond_the_text_ends_with_it(read):
    inner = selection(43, len(TEXT) + 1, coding())
    found = read(project(USERS + CODES + f"<Sources>{text_source(inner)}</Sources>"))
    assert coded(found) == [("full.", "Water", "Ann")]
    assert ("codings", "their passage ended just beyond the text; now with it") in told(
        found, "changed"
    )


def test_codings_that_stand_there_twice_are_read_once(read):
    inner = 2 * selection(16, 21, coding())
    found = read(project(USERS + CODES + f"<Sources>{text_source(inner)}</Sources>"))
    assert len(found.codings) == 1
    assert {what for what, _ in told(found, "changed")} == {"codings"}


def test_descriptions_and_notes_of_selections_become_notes_of_codings(read):
    notes = f"""<Notes>
      <Note guid="{ROADS}" name="n"><PlainTextContent>Noted.</PlainTextContent></Note>
      <Note guid="{DOC2}" name="memo"><PlainTextContent>A memo.</PlainTextContent></Note></Notes>"""
    more = f'<NoteRef targetGUID="{ROADS}"/>'
    inner = selection(16, 21, "<Description>Why?</Description>" + coding(more=more) + coding(ROADS))
    found = read(project(USERS + CODES + f"<Sources>{text_source(inner)}</Sources>" + notes))
    assert found.codings["note"].tolist() == ["Why?\n\nNoted.", "Why?"]
    assert found.memos["text"].tolist() == ["A memo."]


def test_passages_with_a_memo_but_no_code_become_memos(read):
    inner = selection(16, 21, "<Description>Why here?</Description>", f'creatingUser="{ANN}"')
    inner += selection(0, 9, "")
    found = read(project(USERS + CODES + f"<Sources>{text_source(inner)}</Sources>"))
    assert found.memos.to_dict("records") == [
        {"name": "Interview 1 [16–21]", "text": "Why here?", "coder": "Ann"}
    ]
    assert told(found, "lost") == {("selections", "carry no code and no memo"): 1}


# Names, documents and memos


def test_names_of_documents_are_distinct_and_on_one_line(read):
    body = "".join(
        text_source(guid=f"{DOC[:-1]}{n}", name=name)
        for n, name in enumerate(["A", "A", "B&#10;C&#x85;", ""])
    )
    found = read(project(f"<Sources>{body}</Sources>"))
    assert found.documents["name"].tolist() == ["A", "A (2)", "B C", "unnamed"]


def test_repeated_identifiers_of_documents_are_replaced(read):
    found = read(project(f"<Sources>{text_source(name='A')}{text_source(name='B')}</Sources>"))
    assert found.documents["document_id"].is_unique
    assert found.documents["document_id"][0] == DOC


def test_memos_are_read_from_the_file_and_from_the_archive(read):
    notes = f"""<Notes><Note guid="{ROADS}" name="In" creatingUser="{BOB}">
        <PlainTextContent>Inside.</PlainTextContent></Note>
      <Note guid="{WATER}" name="Out" plainTextPath="internal://m.txt"/>
      <Note guid="{DOC}" name="Short"><Description>Described.</Description></Note>
      <Note guid="{DOC2}" name="Gone" plainTextPath="internal://gone.txt"/></Notes>
      <Description>About all of it.</Description>"""
    found = read(project(USERS + notes), {"Sources/m.txt": b"\xef\xbb\xbfOut\r\nside."})
    assert found.memos.values.tolist() == [
        ["In", "Inside.", "Bob"],
        ["Out", "Out\nside.", "imported"],
        ["Short", "Described.", "imported"],
        ["Project description", "About all of it.", "imported"],
    ]
    assert told(found, "lost") == {("Gone", "its text is not in the archive"): 1}


# Cases, variables, groups


AGE, CITY, CASE = (f"cccccccc-0000-0000-0000-00000000000{n}" for n in (1, 2, 3))
VARIABLES = f"""<Variables><Variable guid="{AGE}" name="Age" typeOfVariable="Integer"/>
  <Variable guid="{CITY}" name="City" typeOfVariable="Text"/></Variables>"""


def value(variable, element, text):
    return (
        f'<VariableValue><VariableRef targetGUID="{variable}"/><{element}>{text}</{element}>'
        "</VariableValue>"
    )


def test_variables_of_sources_and_of_unnamed_cases_are_attributes(read):
    case = f"""<Cases><Case guid="{CASE}">{value(CITY, "TextValue", "Cimahi")}
      <SourceRef targetGUID="{DOC}"/></Case></Cases>"""
    inner = (
        value(AGE, "IntegerValue", 41) + value(CITY, "TextValue", "") + value(WATER, "TextValue", 1)
    )
    found = read(project(VARIABLES + case + f"<Sources>{text_source(inner)}</Sources>"))
    assert found.attributes.values.tolist() == [[DOC, "Age", "41"], [DOC, "City", "Cimahi"]]
    assert told(found, "lost") == {("values", "their variable is not defined"): 1}


def test_named_cases_are_attributes_of_their_documents(read):
    case = f"""<Cases><Case guid="{CASE}" name="Anna">{value(AGE, "IntegerValue", 41)}
      <SourceRef targetGUID="{DOC}"/><SourceRef targetGUID="{DOC2}"/></Case></Cases>"""
    body = text_source() + text_source(guid=DOC2, name="B")
    found = read(project(VARIABLES + case + f"<Sources>{body}</Sources>"))
    assert found.attributes.values.tolist() == [
        [document, *pair] for document in (DOC, DOC2) for pair in (("case", "Anna"), ("Age", "41"))
    ]


@pytest.mark.parametrize("reference", [f'<CodeRef targetGUID="{ROADS}"/>',
                                       f'<SelectionRef targetGUID="{BOB}"/>'])  # fmt: skip
def test_a_case_of_passages_is_about_their_document(read, reference):
    case = f'<Cases><Case guid="{CASE}" name="Anna">{reference}</Case></Cases>'
    inner = selection(0, 9, coding(ROADS))
    found = read(project(USERS + CODES + case + f"<Sources>{text_source(inner)}</Sources>"))
    assert found.attributes.values.tolist() == [[DOC, "case", "Anna"]]


def test_nvivo_cases_that_are_codes_too_become_attributes(read):
    cases = f"""<Cases><Case guid="{ROADS}" name="Anna">{value(AGE, "IntegerValue", 41)}</Case>
      </Cases>"""
    inner = selection(0, 48, coding(ROADS)) + selection(16, 21, coding())
    xml = project(USERS + CODES + VARIABLES + cases + f"<Sources>{text_source(inner)}</Sources>")
    found = read(xml)
    assert found.codes["name"].tolist() == ["Water"]
    assert coded(found) == [("water", "Water", "Ann")]
    assert found.attributes.values.tolist() == [[DOC, "case", "Anna"], [DOC, "Age", "41"]]
    assert told(found, "lost") == {("codings", "only assign a passage to a case"): 1}


def test_cases_that_disagree_about_a_document_are_lost_and_reported(read):
    cases = "".join(
        f'<Case guid="{guid}" name="{name}">{value(AGE, "IntegerValue", 41)}</Case>'
        for guid, name in ((ROADS, "Anna"), (WATER, "Budi"))
    )
    inner = selection(0, 9, coding(ROADS)) + selection(16, 21, coding())
    body = CODES + VARIABLES + f"<Cases>{cases}</Cases><Sources>{text_source(inner)}</Sources>"
    found = read(project(USERS + body))
    assert found.attributes.values.tolist() == [[DOC, "Age", "41"]]
    assert (
        told(found, "lost")[
            "values of cases", "belong to passages of several cases in one document"
        ]
        == 2
    )


def test_a_case_without_a_document_is_reported(read):
    found = read(project(f'<Cases><Case guid="{CASE}" name="Anna"/></Cases>'))
    assert told(found, "lost") == {("values of cases", "belong to no document"): 1}


def test_groups_links_and_diagrams_are_kept_where_they_can_be_and_reported(read):
    body = f"""<Sources>{text_source()}</Sources>
      <Links><Link guid="{CASE}" originGUID="{DOC}" targetGUID="{DOC2}"/></Links>
      <Sets><Set guid="{AGE}" name="Officials"><MemberSource targetGUID="{DOC}"/></Set>
      <Set guid="{CITY}" name="Themes"><MemberCode targetGUID="{WATER}"/></Set></Sets>
      <Graphs><Graph guid="{CASE}"/><Graph guid="{AGE}"/></Graphs>"""
    found = read(project(body))
    assert found.attributes.values.tolist() == [[DOC, "group", "Officials"]]
    assert sorted(what for what, _ in told(found, "lost")) == ["diagrams", "groups", "links"]
    assert sum(told(found, "lost").values()) == 4


# Other media


def test_the_text_of_a_pdf_is_its_document(read):
    pdf = f"""<PDFSource guid="{DOC}" name="Plan" path="internal://plan.pdf">
      <PDFSelection guid="{CASE}" page="0" firstX="1" firstY="1" secondX="2" secondY="2">{coding()}
      </PDFSelection>
      <Representation guid="{DOC2}" name="Representation" plainTextPath="internal://plan.txt">
      {selection(16, 21, coding())}</Representation>{coding(ROADS)}</PDFSource>"""
    found = read(project(USERS + CODES + f"<Sources>{pdf}</Sources>"), {"sources/plan.txt": TEXT})
    assert found.documents[["document_id", "name"]].values.tolist() == [[DOC, "Plan"]]
    assert coded(found) == [(None, "Roads", "Ann"), ("water", "Water", "Ann")]
    assert told(found, "lost") == {("codings", "mark a part of a PDF, not of a text"): 1}


def test_transcripts_are_documents_and_their_selections_lie_between_time_marks(read):
    points = "".join(
        f'<SyncPoint guid="{AGE[:-1]}{n}" timeStamp="{n}000" position="{at}"/>'
        for n, at in enumerate((0, 16, 21))
    )
    chosen = (
        f'<TranscriptSelection guid="{CASE}" fromSyncPoint="{AGE}" toSyncPoint="{CITY}">'
        f"{coding()}</TranscriptSelection>"
        f'<TranscriptSelection guid="{CASE}" fromSyncPoint="{AGE}">{coding()}</TranscriptSelection>'
    )
    audio = f"""<AudioSource guid="{DOC}" name="" path="internal://a.m4a">
      <Transcript guid="{DOC2}" name="Talk"><PlainTextContent>{TEXT}</PlainTextContent>
      {points}{chosen}</Transcript>
      <Transcript guid="{CASE}" name="Summary"><PlainTextContent>Short.</PlainTextContent>
      </Transcript>
      <AudioSelection guid="{CASE}" begin="0" end="9">{coding()}</AudioSelection>
      {value(CITY, "TextValue", "Cimahi")}</AudioSource>"""
    found = read(project(USERS + CODES + VARIABLES + f"<Sources>{audio}</Sources>"))
    assert found.documents["name"].tolist() == ["Talk", "Summary"]
    assert coded(found) == [("water", "Water", "Ann")]
    assert found.attributes.values.tolist() == [[DOC, "City", "Cimahi"]]
    assert told(found, "lost") == {
        ("codings", "mark a part of a recording, not of a text"): 1,
        ("codings", "their selection has no position in the text"): 1,
    }


def test_media_without_a_text_keep_their_name_and_the_codings_of_all_of_them(read):
    body = f"""<PictureSource guid="{DOC}" name="Map" path="internal://map.png">{coding()}
      </PictureSource><VideoSource guid="{DOC2}" name="Film"/><FilmSource guid="{CASE}"/>"""
    found = read(project(USERS + CODES + f"<Sources>{body}</Sources>"))
    assert found.documents["name"].tolist() == ["Map", "Film"]
    assert coded(found) == [(None, "Water", "Ann")]
    assert sum(told(found, "lost").values()) == 3


# In the manner of each program


@pytest.mark.parametrize("namespace", [SPACE, "urn:QDA-XML:project:1:0", ""])
def test_any_namespace_is_read(read, namespace):
    xmlns = f'xmlns="{namespace}"' if namespace else ""
    body = USERS + CODES + f"<Sources>{text_source(selection(16, 21, coding()))}</Sources>"
    assert coded(read(project(body, f'{xmlns} name="x"'))) == [("water", "Water", "Ann")]
    prefixed = project(body, 'name="x"').replace("<", "<q:").replace("<q:/", "</q:")
    prefixed = prefixed.replace("<q:?", "<?").replace(" name=", f' xmlns:q="{SPACE}" name=', 1)
    assert coded(read(prefixed)) == [("water", "Water", "Ann")]


def test_nvivo_counts_line_ends_as_two_and_marks_not_at_all(read):
    text = "\ufeffSynthetic interview.\r\n\r\nWater is scarce here.\r\nRoads are full there.\r\n"
    plain = text[1:]
    inner = "".join(
        selection(plain.index(word), plain.index(word) + len(word), coding())
        for word in ("Water", "scarce", "Roads are full")
    )
    source = (
        f'<TextSource guid="{DOC}" name="Interview" plainTextPath="internal://{DOC}.txt"'
        f' richTextPath="internal://{DOC}.docx">{inner}</TextSource>'
    )
    body = f"{USERS}{CODES}<Sources>{source}</Sources><Links/>"
    attributes = f'xmlns="{SPACE}" name="x" origin="NVivo" basePath=""'
    found = read(project(body, attributes), {f"Sources/{DOC}.txt": text.encode()}, "Project.qde")
    assert found.origin == "REFI-QDA (NVivo)"
    assert [part for part, *_ in coded(found)] == ["Water", "scarce", "Roads are full"]
    [why] = [entry.why for entry in found.report.of("read") if entry.what == "positions"]
    assert why.startswith("counted in code points: 100 %")


def test_nvivo_ties_annotations_to_passages_by_links(read):
    inner = selection(16, 21, "").replace(BOB, CASE)
    body = f"""{USERS}<Sources>{text_source(inner)}</Sources><Notes>
      <Note guid="{DOC2}" creatingUser="{ANN}" plainTextPath="internal://{DOC2}.txt"/></Notes>
      <Links><Link guid="{AGE}" originGUID="{DOC2}" targetGUID="{CASE}"/></Links>"""
    found = read(project(body), {f"Sources/{DOC2}.txt": "Annotated."})
    assert found.memos.values.tolist() == [["Interview 1 [16–21]", "Annotated.", "imported"]]
    assert not found.report.of("lost")


def test_atlas_ti_counts_line_ends_as_one_and_writes_capital_identifiers(read):
    text = "Synthetic interview.\r\n\r\nWater is scarce here.\r\nRoads are full there.\r\n"
    plain = text.replace("\r\n", "\n")
    inner = "".join(
        selection(plain.index(word), plain.index(word) + len(word), coding(WATER.upper()))
        for word in ("Water", "scarce", "Roads are full")
    )
    source = f'<TextSource guid="{DOC.upper()}" name="D1" plainTextPath="internal://{DOC}.txt">'
    book = CODES.replace(WATER, WATER.upper())
    body = f"{USERS}{book}<Sources>{source}{inner}</TextSource></Sources>"
    attributes = f'xmlns="{SPACE}" name="x" origin="ATLAS.ti Win 9.0.19"'
    found = read(
        project(body, attributes), {f"sources/{DOC.upper()}.TXT": text.encode("utf-8-sig")}
    )
    assert [part for part, *_ in coded(found)] == ["Water", "scarce", "Roads are full"]
    [why] = [entry.why for entry in found.report.of("read") if entry.what == "positions"]
    assert why.startswith("counted in code points, the end of a line as one")


def test_maxqda_counts_utf16_units_and_quotes_in_names(read):
    text = "Laporan sintetis 🚌🚆. Air bersih langka 💧 di sini."

    def place(part):
        before = text[: text.index(part)]
        start = len(before.encode("utf-16-le")) // 2
        return start, start + len(part.encode("utf-16-le")) // 2

    inner = selection(*place("Air bersih langka"), coding(), 'name="Air bersih..."')
    inner += selection(*place("di sini"), coding(), 'name="di sini"')
    case = f"""<Cases><Case guid="{CASE}">{value(CITY, "TextValue", "Cimahi")}
      <SourceRef targetGUID="{DOC}"/></Case></Cases>"""
    body = USERS + CODES + VARIABLES + case + f"<Sources>{text_source(inner, text)}</Sources>"
    found = read(project(body))
    assert [part for part, *_ in coded(found)] == ["Air bersih langka", "di sini"]
    assert found.attributes.values.tolist() == [[DOC, "City", "Cimahi"]]
    [why] = [entry.why for entry in found.report.of("read") if entry.what == "positions"]
    assert why.startswith("counted in UTF-16 units")
    assert "2 selections quote their text" in why


def test_qualcoder_writes_marks_empty_users_and_each_coding_as_a_selection(read):
    inner = "".join(
        selection(
            16, 21, coding(code, f' creatingUser="{user}"'), f'name="water" creatingUser="{user}"'
        )
        for code, user in ((WATER, ANN), (ROADS, ""))
    )
    source = f'<TextSource guid="{DOC}" name="A.txt" plainTextPath="internal://{WATER}.txt">{inner}'
    note = f"""<Note guid="{DOC2}" creatingUser="" ><PlainTextContent>Noted</PlainTextContent>
      <PlainTextSelection guid="{CASE}" startPosition="1" endPosition="2"/></Note>"""
    body = f"""{USERS}{CODES}<Cases><Case guid="{CASE}" name="Anna"><Description/>
      <SourceRef targetGUID="{DOC}"/></Case></Cases><Sources>{source}
      <NoteRef targetGUID="{DOC2}"/></TextSource></Sources><Notes>{note}</Notes><Description/>"""
    xml = project(body).encode("utf-8-sig")
    found = read(xml, {f"sources/{WATER}.txt": TEXT.encode("utf-8-sig")})
    assert coded(found) == [("water", "Water", "Ann"), ("water", "Roads", "imported")]
    assert found.attributes.values.tolist() == [[DOC, "case", "Anna"]]
    assert found.memos["text"].tolist() == ["Noted"]


# Codebooks


@pytest.mark.parametrize(
    "namespace",
    ["urn:QDA-XML:codebook:1.0", "urn:QDA-XML:codebook:1:0", "urn:QDA-XML:codebook:0:4", ""],
)
@pytest.mark.parametrize("sets", ["", "<Sets/>", '<Sets><Set guid="x" name="S"/></Sets>'])
def test_codebooks_are_read_in_any_namespace(read, namespace, sets):
    xml = f"""<?xml version="1.0" encoding="utf-8"?><CodeBook origin="ATLAS.ti Win 9.0.19"
      xmlns="{namespace}"><Codes><Code guid="{{{WATER.upper()}}}" name="Water" isCodable="true">
      <Description>Pipes</Description><Code guid="{ROADS}" name="Wells" isCodable="true"/></Code>
      </Codes>{sets}</CodeBook>"""
    found = read(xml, suffix=".qdc")
    assert found.codes[["code_id", "parent_id", "name"]].values.tolist() == [
        [WATER, None, "Water"],
        [ROADS, WATER, "Wells"],
    ]
    assert found.name == "synthetic"
    assert sum(told(found, "lost").values()) == ("<Set " in sets)


def test_a_description_written_as_an_attribute_is_read(read):
    xml = f'<CodeBook><Codes><Code guid="{WATER}" name="W" description="Pipes"/></Codes></CodeBook>'
    assert read(xml, suffix=".qdc").codes["description"].tolist() == ["Pipes"]


def test_an_empty_codebook_is_read(read):
    assert read("<CodeBook><Codes/><Sets/></CodeBook>", suffix=".qdc").codes.empty


# What is refused


def test_what_is_neither_project_nor_codebook_is_refused(read, tmp_path):
    for xml, reason in (
        ("<html/>", "neither a REFI-QDA project nor a codebook"),
        ("", "not well-formed"),
        ("<Project name='x'>", "not well-formed"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Project name="&a;"/>', "document type or entities"),
        ("<Project>" + "<Code>" * 500 + "</Code>" * 500 + "</Project>", "nests more than"),
        (b"<?xml version='1.0' encoding='utf-8'?><Project name='\xe9'/>", "not well-formed"),
    ):
        for suffix in (".qdpx", ".qde"):
            with pytest.raises(ForeignFileError, match=reason):
                read(xml, suffix=suffix)
    with pytest.raises(ForeignFileError, match="holds no project"):
        read(project(""), name="project.xml")
    with pytest.raises(ForeignFileError, match="cannot be opened"):
        read_refi(tmp_path / "missing.qdpx")
    with pytest.raises(ForeignFileError, match="cannot be opened"):
        read_refi(tmp_path)


def test_a_damaged_text_in_the_archive_refuses_all_of_it(tmp_path):
    path = tmp_path / "a.qdpx"
    source = f'<TextSource guid="{DOC}" name="A" plainTextPath="internal://a.txt"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", project(f"<Sources>{source}</Sources>"))
        archive.writestr("sources/a.txt", "needle in the text")
    path.write_bytes(path.read_bytes().replace(b"needle", b"damage"))
    with pytest.raises(ForeignFileError, match="damaged member"):
        read_refi(path)


def test_many_equal_names_take_no_quadratic_time(read):
    codes = "".join(
        f'<Code guid="{n:08x}-0000-0000-0000-000000000000" name="n"/>' for n in range(20_000)
    )
    found = read(f"<CodeBook><Codes>{codes}</Codes></CodeBook>", suffix=".qdc")
    assert found.codes["name"].is_unique
    assert found.codes["name"].iloc[-1] == "n (20000)"


@pytest.mark.parametrize("what", ["cases", "notes"])
def test_projects_that_multiply_when_read_are_refused(read, monkeypatch, what):
    monkeypatch.setattr(refi_cases, "MOST_CLAIMS", 100)
    monkeypatch.setattr(refi_notes, "MOST_JOINED", 1000)
    notes = "".join(
        f'<Note guid="{guid}"><PlainTextContent>{"long " * 20}</PlainTextContent></Note>'
        for guid in (AGE, CITY)
    )
    more = f'<NoteRef targetGUID="{AGE}"/><NoteRef targetGUID="{CITY}"/>'
    cases = "".join(
        f'<Case guid="{n:08x}-0000-0000-0000-000000000000" name="C">'
        f'<CodeRef targetGUID="{WATER}"/></Case>'
        for n in range(101)
    )
    body = {
        "notes": f"<Sources>{text_source(10 * coding(more=more))}</Sources><Notes>{notes}</Notes>",
        "cases": f"<Cases>{cases}</Cases><Sources>{text_source(coding())}</Sources>",
    }
    with pytest.raises(ForeignFileError, match="nothing was imported"):
        read(project(USERS + CODES + body[what]))


def test_a_text_too_large_for_memory_is_reported_and_the_rest_read(read, monkeypatch):
    monkeypatch.setattr(refi_sources, "LARGEST_TEXT", 60)
    source = f'<TextSource guid="{DOC2}" name="B" plainTextPath="internal://b.txt"/>'
    body = text_source(guid=AGE, text="x" * 61, name="A") + source + text_source(name="C")
    found = read(project(f"<Sources>{body}</Sources>"), {"sources/b.txt": "x" * 61})
    assert found.documents["text"].tolist() == [None, None, TEXT]
    assert sorted(what for what, _ in told(found, "lost")) == ["A", "B"]


def test_positions_in_a_project_of_metrobook_are_by_the_standard(read):
    inner = selection(5, 7, coding()) + selection(8, 10, coding(ROADS))
    body = f"{USERS}{CODES}<Sources>{text_source(inner, '😀😀 ab cd')}</Sources>"
    assert [part for part, *_ in coded(read(project(body)))] == ["ab", "cd"]
    found = read(project(body, f'xmlns="{SPACE}" name="x" origin="Metrobook"'))
    assert [part for part, *_ in coded(found)] == [" c"]
    [why] = [entry.why for entry in found.report.of("read") if entry.what == "positions"]
    assert why == "counted in code points, as Metrobook writes them"
