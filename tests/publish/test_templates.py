"""The page of data templates, generated from schemas and parts."""

import re

import pytest
from bs4 import BeautifulSoup

from metrobook.compendium import columns, read_csv, table_names
from metrobook.parts import all_parts
from metrobook.publish.catalogues import package_texts
from metrobook.publish.templates import anchor, parts_table, templates, write_templates
from metrobook.study import Study
from metrobook.templates import template_csv


@pytest.fixture(scope="module")
def study():
    return Study.load("bandung-cimahi")


@pytest.fixture(scope="module")
def page(study):
    return BeautifulSoup(templates(study, "en"), "html.parser")


def test_every_part_folds_under_its_title_with_an_anchor(page):
    blocks = {block["id"]: block for block in page.select("details")}
    assert set(blocks) == {anchor(part) for part in all_parts()}
    for part in all_parts():
        summary = blocks[anchor(part)].find("summary").get_text(" ", strip=True)
        assert summary == f"{part.title} {part.name} {part.adds}"
        assert part.without in blocks[anchor(part)].get_text()
        assert "open" not in blocks[anchor(part)].attrs


def test_ids_are_unique(page):
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("table", table_names())
def test_every_column_has_its_row_and_reads_as_a_card(page, study, table):
    rows = page.select(f"#template-{table}-table tbody tr")
    assert [row.find("code").get_text() for row in rows] == [
        column["name"] for column in columns(table, study.languages)
    ]
    labels = ["Column", "Meaning", "What may stand there", "Unit", "Example", "Required"]
    assert all(
        [cell["data-label"] for cell in row.find_all(["th", "td"])] == labels for row in rows
    )
    assert all(cell.get_text(strip=True) for row in rows for cell in row.find_all("td"))


def test_a_column_says_what_may_stand_in_it(page):
    cells = {
        row.find("code").get_text(): [cell.get_text() for cell in row.find_all("td")]
        for row in page.select("#template-areas-table tbody tr")
    }
    assert cells["area_km2"][1:3] == ["number", "km²"]
    assert cells["level"][1].startswith("one of: country, province")
    assert cells["area_code"][4] == "yes"
    assert cells["source_id"][4] == "no"


def test_published_parts_link_to_offices_in_five_places(page):
    flows = page.select_one("#template-flows")
    places = [item.get_text().split(":")[0] for item in flows.find_all("li")]
    assert places == [
        "European Union", "United Kingdom", "United States", "Indonesia", "Brazil",
    ]  # fmt: skip
    assert "https://www.nomisweb.co.uk/sources/census_2021_od" in [
        link["href"] for link in flows.select("li a")
    ]
    assert not page.select("#template-stances li")


def test_every_table_links_to_a_template_that_is_written(page, study, tmp_path):
    write_templates(study, tmp_path / "templates")
    linked = {link["href"] for link in page.select("a[download]")}
    written = {f"templates/{path.name}" for path in (tmp_path / "templates").iterdir()}
    assert linked == written == {f"templates/{table}.csv" for table in table_names()}


@pytest.mark.parametrize("table", table_names())
@pytest.mark.parametrize("languages", [["en"], ["en", "id", "pt"]])
def test_a_template_reads_as_an_empty_table_with_its_columns(table, languages):
    text = template_csv(table, languages)
    frame = read_csv(text)
    assert frame.empty
    assert list(frame) == [column["name"] for column in columns(table, languages)]
    _header, example, end = text.split("\n")
    assert example.startswith("# ")
    assert end == ""


@pytest.mark.parametrize("table", table_names())
def test_the_example_line_without_its_mark_is_one_row_of_the_table(table):
    frame = read_csv(template_csv(table).replace("\n# ", "\n", 1))
    examples = [str(column.get("example", "")) for column in columns(table)]
    assert frame.to_numpy().tolist() == [examples]


def test_the_indonesian_page_names_languages_and_columns_in_indonesian(study):
    page = BeautifulSoup(templates(study, "id"), "html.parser")
    names = page.select_one("#template-areas-table tbody").get_text(" ")
    assert "(Inggris)" in names
    assert "(English)" not in names


def test_translators_find_what_is_said_of_parts_and_the_titles_of_columns():
    found = {message.id for message in package_texts() if message.id}
    assert {text for part in all_parts() for text in (part.title, part.adds, part.without)} <= found
    assert {"Parent area", "Land area", "Network"} <= found
    assert not any(re.search(r"\((English|Indonesian)\)", str(text)) for text in found)


def test_the_short_table_says_what_each_part_adds_and_leads_to_its_template(page):
    rows = BeautifulSoup(parts_table("en"), "html.parser").select("tbody tr")
    said = [row.find("td").get_text() for row in rows]
    assert said == [part.adds for part in all_parts()]
    targets = [row.find("a")["href"].removeprefix("templates.html#") for row in rows]
    assert set(targets) == {block["id"] for block in page.select("details")}
