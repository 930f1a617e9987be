"""The shipped data hold what was collected, complete, sorted and sourced."""

import csv
from pathlib import Path

import pytest
import yaml
from frictionless import Package, system

from metrobook.compendium import WRITTEN, columns, project_root, schema
from metrobook.development import distinct_agreements
from metrobook.render.estimates import surveys_of
from metrobook.study import Study
from metrobook.validation.tables import POINTS_TO
from tests.conftest import SHIPPED

DATA = project_root() / "data"
STUDIES = [name for name in SHIPPED if (DATA / name).is_dir()]
ENTRIES = [
    (study, entry)
    for study in STUDIES
    for entry in yaml.safe_load((DATA / study / "datapackage.yaml").read_text(encoding="utf-8"))[
        "resources"
    ]
]
TABLES = [(study, entry) for study, entry in ENTRIES if "schema" in entry]
LAYERS = [(study, entry) for study, entry in ENTRIES if entry["format"] == "geojson"]


def name(value) -> str:
    return value if isinstance(value, str) else value["path"]


def rows(study: str, entry: dict) -> list[dict[str, str]]:
    with (DATA / study / entry["path"]).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def described(study: str, entry: dict) -> list[str]:
    """The columns that a table of a study has: without languages that it is not offered in."""
    languages = Study.load(study).languages
    names = [column["name"] for column in columns(Path(entry["schema"]).stem, languages)]
    unused = {
        f"{name.removesuffix('_en')}_{language}"
        for name in names
        for language in {*WRITTEN} - {*languages}
        if name.endswith("_en")
    }
    return [name for name in names if name not in unused]


@pytest.fixture(scope="module")
def bandung() -> Study:
    return Study.load("bandung-cimahi")


@pytest.fixture(scope="module")
def jakarta() -> Study:
    return Study.load("jabodetabek")


@pytest.mark.parametrize(("study", "entry"), TABLES, ids=name)
def test_every_text_is_there_in_every_language_of_the_study(study, entry):
    table = Study.load(study).whole_table(Path(entry["schema"]).stem)
    for column in [column for column in table if column.endswith("_en")]:
        for language in Study.load(study).languages:
            twin = f"{column.removesuffix('_en')}_{language}"
            if twin in table and table[twin].notna().any():
                assert table.index[table[column].notna() & table[twin].isna()].tolist() == []


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("evidence", 138), ("codings", 476), ("stances", 211), ("claims", 21),
        ("desk_checks", 21), ("events", 79 + 5), ("agreements", 21), ("applications", 32),
        ("ridership", 81), ("dimensions", 5),
    ],
)  # fmt: skip
def test_rows_as_collected(bandung, table, count):
    """Of the events, five are the milestones that the examined paper itself states."""
    assert len(bandung.table(table)) == count


def test_evidence_by_technique(bandung):
    counts = bandung.table("evidence")["technique"].value_counts().to_dict()
    assert counts == {"documentation": 77, "statement": 38, "interview": 1, "literature": 22}


def test_factors_and_channels(bandung):
    assert bandung.table("channels")["kind"].value_counts().to_dict() == {"channel": 6, "factor": 3}


def test_codebook_has_five_categories(bandung):
    assert bandung.codebook["category"].nunique() == 5
    assert set(bandung.table("codings")["code"]) <= set(bandung.codebook["code"])


@pytest.mark.parametrize(("year", "total"), [(2014, 3566178), (2019, 3259894), (2023, 4414974)])
def test_flows_sum_to_the_printed_totals(jakarta, year, total):
    flows = jakarta.table("flows")
    between = flows[(flows["year"] == year) & (flows["origin_code"] != flows["destination_code"])]
    assert between["value"].sum() == total
    commuters = jakarta.table("commuters")
    by_home = commuters[
        (commuters["year"] == year) & (commuters["measure"] == "commuters by home area")
    ]
    assert by_home.set_index("area_code")["value"]["METRO"] == total
    # Each survey area's outgoing flows equal its printed number of commuters.
    homes = between.groupby("origin_code")["value"].sum()
    printed = by_home.set_index("area_code")["value"]
    shared = [code for code in homes.index if code in printed.index]
    assert (homes[shared] == printed[shared]).all()


def test_dashes_in_print_are_empty_not_zero(jakarta):
    flows = jakarta.table("flows")
    assert len(flows) == 520
    dashes = flows["note"].str.startswith("dash", na=False)
    assert flows.loc[dashes, "value"].isna().all()
    assert flows.loc[~dashes, "value"].gt(0).all()


def test_districts_are_complete(bandung):
    areas = bandung.areas
    districts = set(areas.loc[areas["level"] == "district", "area_code"])
    assert len(districts) == 106
    indicators = bandung.table("indicators")
    people = indicators[
        (indicators["indicator"] == "population_dukcapil_s1")
        & (indicators["year"] == 2024)
        & indicators["area_code"].isin(districts)
    ]
    assert len(people) == 106
    assert people["value"].sum() == 10_027_663
    assert set(bandung.layer("districts")["area_code"]) == districts


def test_roles(bandung, jakarta):
    assert bandung.codes("core") == ["3273"]
    assert bandung.codes("buffer") == ["3277"]
    counts = jakarta.areas["role"].value_counts()
    assert [counts[role] for role in ("core", "buffer", "ring")] == [5, 5, 3]
    flows = jakarta.table("flows")
    zones = set(flows["origin_code"]) | set(flows["destination_code"])
    assert zones - set(jakarta.areas.query("role != ''")["area_code"]) == {"OUT"}


@pytest.mark.parametrize("study", STUDIES)
def test_register_holds_exactly_the_sources_in_use(study):
    used = set()
    for _study, entry in [item for item in TABLES if item[0] == study]:
        if entry["path"] == "sources.csv":
            continue
        for row in rows(study, entry):
            used.update(row.get("source_id", "").split(";"))
            used.update(row.get("source_ids", "").split(";"))
            if "also from source " in row.get("note", ""):
                used.add(row["note"].split("also from source ")[1].split(";")[0])
    case = Study.load(study)
    if case.calibration is not None:
        used.update(surveys_of(case))
    registered = set(case.table("sources")["source_id"])
    geodata = {source for source in registered if source.startswith("G")}
    assert registered - geodata == used - {""} - geodata


@pytest.mark.parametrize("study", STUDIES)
def test_every_indicator_is_defined_and_every_definition_used(study):
    study = Study.load(study)
    assert set(study.table("indicators")["indicator"]) == set(
        study.table("indicator_definitions")["indicator"]
    )


def test_what_must_not_be_inferred_from_is_marked(bandung):
    definitions = bandung.table("indicator_definitions").set_index("indicator")
    for indicator in ("waste_produced", "imdi_2022_secondary", "population_compiled_2000_2009"):
        assert not definitions.loc[indicator, "inference"]
    assert definitions.loc["grdp_per_capita_constant_2010", "breaks"] == "2019;2020"
    two = definitions[definitions["concept"] == "hdi"]
    assert set(two.index) == {"hdi_uhh_sp2010", "hdi_lf_sp2020"}


@pytest.mark.parametrize(("study", "entry"), TABLES, ids=name)
def test_table_is_sorted_plain_and_small(study, entry):
    content = (DATA / study / entry["path"]).read_bytes()
    assert len(content) < 1_000_000
    assert b"\r" not in content
    assert content.endswith(b"\n")
    found = rows(study, entry)
    fields = schema(Path(entry["schema"]).stem)
    assert list(found[0]) == described(study, entry)
    keys = [[row[column] for column in fields["primaryKey"]] for row in found]
    assert keys == sorted(keys)
    assert all(cell == cell.strip() for row in found for cell in row.values())


@pytest.mark.parametrize(("study", "entry"), ENTRIES, ids=name)
def test_entry_names_licence_and_source(study, entry):
    assert entry["title"]
    assert entry["licenses"][0]["title"]
    assert entry["sources"][0]["title"]


@pytest.mark.parametrize(("study", "entry"), LAYERS, ids=name)
def test_licence_of_each_layer_stands_beside_it(study, entry):
    readme = (DATA / study / "layers" / "README.md").read_text(encoding="utf-8")
    assert f"`{entry['name']}`" in readme
    licences = (project_root() / "LICENSES.md").read_text(encoding="utf-8")
    line = next(x for x in licences.splitlines() if f"`data/{study}/{entry['path']}`" in x)
    assert entry["licenses"][0]["name"].replace("-", " ") in line.replace("-", " ")


@pytest.mark.parametrize("study", STUDIES)
def test_each_group_has_a_page(study):
    groups = {Path(entry["path"]).parent for name, entry in ENTRIES if name == study}
    for group in groups - {Path()}:
        text = (DATA / study / group / "README.md").read_text(encoding="utf-8")
        assert text.startswith("# ")
        for heading in ("## Source", "## Processing", "## Limits", "## Used in"):
            assert heading in text


@pytest.mark.parametrize("study", STUDIES)
def test_frictionless_accepts_the_package(study):
    """Columns in further languages are no part of the schema files, which match by name."""
    package = yaml.safe_load((DATA / study / "datapackage.yaml").read_text(encoding="utf-8"))
    with system.use_context(trusted=True):
        report = Package(package, basepath=str(DATA / study)).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])


def test_columns_that_refer_have_a_place():
    columns = {c["name"] for _study, e in TABLES for c in schema(Path(e["schema"]).stem)["fields"]}
    assert set(POINTS_TO) <= columns | {"source_ids", "variable_id"}


def test_quality_follows_the_notes(bandung, jakarta):
    for study in (bandung, jakarta):
        rows = study.table("indicators")
        note = rows["note"].fillna("").str.lower()
        low = rows["indicator"].isin({"imdi_2022_secondary", "literacy_development_2022_secondary"})
        low |= note.str.contains("low reliability|unverified")
        assert (rows.loc[low, "quality"] == "low").all()
        derived = note.str.match("derived|computed") & ~low
        assert rows.loc[derived, "quality"].isin({"derived", "low"}).all()
    education = bandung.table("indicators").query("indicator.str.startswith('gross_enrolment')")
    assert set(education["quality"]) == {"secondary"}


def test_agreements_of_core_and_buffer_are_counted_once(bandung):
    agreements = bandung.table("agreements").set_index("agreement_id")
    assert agreements["same_as"].dropna().to_dict() == {"A15": "A16"}
    assert set(agreements["same_as"].dropna()) <= set(agreements.index)
    counted = distinct_agreements(agreements)
    both = counted[counted["party_codes"].str.contains("3273;3277")]
    other = both[both["source_id"] != "S087"]
    assert list(other.index) == ["A01", "A14", "A16", "A18"]
    assert not other["smart_city"].any()
    assert agreements.loc[["A06", "A09"], "parties_complete"].tolist() == [False, False]


def test_what_only_the_paper_claims_carries_the_words_of_the_paper(bandung):
    claimed = bandung.table("replications").query("quality == 'claimed'")
    assert set(claimed["source_id"]) == {"S087"}
    assert set(claimed["application"]) == {
        "Grant and social-aid application", "Whistleblowing system",
    }  # fmt: skip


def test_the_papers_frames_come_before_its_comparators(bandung):
    frames = bandung.table("theories").sort_values("order")["theory_id"].tolist()
    comparing = [frame.startswith("comparator") for frame in frames]
    assert comparing == sorted(comparing)


def test_gross_enrolment_has_no_better_direction_and_investment_no_inference(bandung):
    definitions = bandung.table("indicator_definitions").set_index("indicator")
    enrolment = definitions.filter(like="gross_enrolment", axis="index")
    assert set(enrolment["direction"]) == {"none"}
    assert not definitions[definitions["topic"] == "investment"]["inference"].any()
