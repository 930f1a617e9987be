"""How the books are put together."""

import pytest

from metrobook.publish import site
from metrobook.publish.site import Book


def test_books_link_to_each_other_from_every_depth():
    root, deep = Book("bandung-cimahi", "en"), Book("jabodetabek", "id")
    assert (root.base, deep.base) == ("", "jabodetabek/id/")
    assert root.link_to(deep) == "jabodetabek/id/"
    assert deep.link_to(root) == "../../"
    assert deep.link_to(Book("bandung-cimahi", "id")) == "../../id/"


def test_switcher_marks_where_the_reader_is():
    groups = site.switcher(Book("jabodetabek", "id"))["groups"]
    current = [[link["name"] for link in group if link["current"]] for group in groups]
    assert current == [["Jabodetabek"], ["Indonesia"]]
    assert [link["base"] for link in groups[1]] == ["../../jabodetabek/", "../../jabodetabek/id/"]


def test_contents_lie_flat():
    contents = {"root": "book/index", "parts": [{"chapters": [{"file": "notebooks/01-issues"}]}]}
    assert site._flat(contents, "en") == {
        "root": "index",
        "parts": [{"chapters": [{"file": "01-issues"}]}],
    }


@pytest.mark.parametrize("warning", ["[broken](nowhere.md)", "{cite}`nobody1999`"])
def test_a_warning_stops_the_book(tmp_path, warning):
    source = tmp_path / "source"
    source.mkdir()
    settings = {"title": "x", "only_build_toc_files": True, "execute": {"execute_notebooks": "off"}}
    site._write_yaml(source / "_config.yml", settings)
    site._write_yaml(source / "_toc.yml", {"format": "jb-book", "root": "index"})
    (source / "index.md").write_text(f"# Title\n\n{warning}\n")
    with pytest.raises(site.SiteError, match="WARNING"):
        site.render(source, tmp_path / "built")
