"""XML from elsewhere, parsed without entities, external references or endless nesting."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from metrobook.exchange.project import ForeignFileError

DEEPEST = 200
MOST_TAGS = 4_000_000
MOST_BYTES = 256 * 1024**2


def parse_xml(content: bytes, name: str) -> Element:
    """Parse an XML document.

    Parameters
    ----------
    content : bytes
    name : str
        Name of the file, for the message.

    Raises
    ------
    ForeignFileError
        If it is not well-formed, declares a document type or entities, nests too deep or is too
        large.
    """
    if len(content) > MOST_BYTES or content.count(b"<") > MOST_TAGS:
        raise ForeignFileError(
            f"{name} is larger than any project ({len(content) >> 20} MiB). It is refused; "
            "nothing was imported."
        )
    parser = DefusedXMLParser(target=_ShallowTree(), forbid_dtd=True)
    try:
        parser.feed(content)
        return parser.close()
    except DefusedXmlException as error:
        raise ForeignFileError(
            f"{name} declares a document type or entities ({type(error).__name__}), which no "
            "program for qualitative analysis needs. It is refused; nothing was imported."
        ) from None
    except _TooDeepError:
        raise ForeignFileError(
            f"{name} nests more than {DEEPEST} levels. It is refused; nothing was imported."
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise ForeignFileError(
            f"{name} is not well-formed XML ({error}). Export it again; nothing was imported."
        ) from None


def local(tag: str) -> str:
    """Return the name of an element without its namespace.

    Examples
    --------
    >>> local("{urn:QDA-XML:project:1.0}Code")
    'Code'
    """
    return tag.rpartition("}")[2]


def children(element: Element, *path: str) -> list[Element]:
    """Return the descendants along a path of names, whatever their namespace.

    Examples
    --------
    >>> root = parse_xml(b"<a xmlns='urn:x'><b><c/><c/></b></a>", "a.xml")
    >>> len(children(root, "b", "c"))
    2
    """
    found = [element]
    for name in path:
        found = [child for parent in found for child in parent if local(child.tag) == name]
    return found


class _TooDeepError(Exception):
    pass


class _ShallowTree(TreeBuilder):
    """Builds a tree and stops as soon as it becomes too deep."""

    depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _TooDeepError
        return super().start(tag, attributes)

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)
