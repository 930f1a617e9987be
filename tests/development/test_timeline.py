import pandas as pd
import pytest

from metrobook.development.timeline import period, timeline


@pytest.fixture
def events():
    rows = [
        ("E3", "2018-05-23", "20", "programme"),
        ("E2", "2018-05", "10;20", "agreement"),
        ("E1", "2018", "10", "programme"),
        ("E4", None, "10", "award"),
        ("E0", "2008", "20", "award"),
    ]
    return pd.DataFrame(rows, columns=["event_id", "date", "area_codes", "kind"])


def test_dates_are_as_exact_as_given():
    spans = [period(date) for date in ("2020", "2020-02", "2020-02-29")]
    assert [(first.strftime("%m-%d"), last.strftime("%m-%d")) for first, last, _ in spans] == [
        ("01-01", "12-31"),
        ("02-01", "02-29"),
        ("02-29", "02-29"),
    ]
    assert [precision for _, _, precision in spans] == ["year", "month", "day"]


@pytest.mark.parametrize("date", ["2019 (claimed)", "before 2025-05", "19"])
def test_other_forms_are_refused(date):
    with pytest.raises(ValueError, match="expected YYYY"):
        period(date)


def test_events_come_in_order_and_undated_ones_stay_out(events):
    assert timeline(events)["event_id"].to_list() == ["E0", "E1", "E2", "E3"]


def test_an_empty_timeline(events):
    assert timeline(events.iloc[:0]).empty
