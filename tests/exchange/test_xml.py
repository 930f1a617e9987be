"""XML from elsewhere."""

import time

import pytest

from metrobook.exchange import xml
from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.xml import children, local, parse_xml

LAUGHS = b"""<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>
<x>&c;</x>"""
EXTERNAL = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""
PARAMETER = b"""<!DOCTYPE x [<!ENTITY % a SYSTEM "http://example.org/a.dtd"> %a;]><x/>"""


def refusal(content):
    with pytest.raises(ForeignFileError) as caught:
        parse_xml(content, "project.qde")
    message = str(caught.value)
    assert message.startswith("project.qde ")
    assert message.endswith("nothing was imported.")
    return message


@pytest.mark.parametrize(
    "content",
    [b"<!DOCTYPE x><x/>", b"<!DOCTYPE x SYSTEM 'x.dtd'><x/>", LAUGHS, EXTERNAL, PARAMETER],
)
def test_document_types_and_entities_are_refused(content):
    assert "document type or entities" in refusal(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b"<a>&undefined;</a>",
        b"<a>\x01</a>",
        b"<a>\xe9</a>",
        b"<?xml version='1.0' encoding='no-such'?><a/>",
        b"<?xml version='1.0' encoding='utf-16'?><a/>",
        b"<?xml version='1.0' encoding='utf-7'?><a>+AGE-</a>",
        b"\xff\xfe<\0a\0",
    ],
)
def test_what_is_not_well_formed_is_refused(content):
    assert "not well-formed" in refusal(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_declared_encodings_are_read(encoding):
    declared = encoding.removesuffix("-sig")
    content = f"<?xml version='1.0' encoding='{declared}'?><a>é</a>".encode(encoding)
    assert parse_xml(content, "a").text == "é"


def test_endless_nesting_is_refused_at_once():
    began = time.perf_counter()
    assert "nests more than" in refusal(b"<a>" * 1_000_000)
    assert time.perf_counter() - began < 2


def test_the_deepest_nesting_is_read():
    content = b"<a>" * xml.DEEPEST + b"</a>" * xml.DEEPEST
    assert parse_xml(content, "a").tag == "a"
    refusal(b"<a>" + content + b"</a>")


def test_too_many_tags_are_refused_before_they_are_parsed(monkeypatch):
    monkeypatch.setattr(xml, "MOST_TAGS", 10)
    assert parse_xml(b"<a>" + b"<b/>" * 8 + b"</a>", "a") is not None
    assert "larger than any project" in refusal(b"<a>" + b"<b/>" * 9 + b"</a>")


def test_elements_are_found_in_any_namespace_and_in_none():
    for content in (
        b"<a><b><c/></b><d><c/></d><b><c/></b></a>",
        b"<a xmlns='urn:x'><b><c/></b><d><c/></d><b><c/></b></a>",
        b"<q:a xmlns:q='urn:x'><q:b><q:c/></q:b><q:d><q:c/></q:d><b><c/></b></q:a>",
    ):
        root = parse_xml(content, "a")
        assert local(root.tag) == "a"
        assert len(children(root, "b", "c")) == 2
        assert children(root, "missing") == []
