"""Synthetic governments on the equator, a degree apart; published values as oracles."""

import numpy as np
import pandas as pd
import pytest

from metrobook.linkage.diffusion import diffusion, distances

DEGREE = 111.319491


def line(count, step=1.0):
    """The origin O and governments P01, P02, … ever farther to the east."""
    names = ["O", *(f"P{number:02d}" for number in range(1, count + 1))]
    longitude = np.arange(count + 1) * step
    return pd.DataFrame({"government_code": names, "latitude": 0.0, "longitude": longitude})


def adoptions(*codes, year=2018, quality="documented"):
    rows = pd.DataFrame({"government_code": pd.Series(codes, dtype="string"), "quality": quality})
    return rows.assign(adopter=rows["government_code"], year=pd.array([year] * len(rows), "Int64"))


def records(*rows):
    columns = ["government_code", "adopter", "year", "quality"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})


def main_test(found):
    return found.tests.set_index("measure").loc["log distance"]


def test_a_published_line_between_two_survey_marks_is_met():
    """Flinders Peak to Buninyong, 54 972.271 m: Geoscience Australia, GDA94 technical manual."""
    marks = pd.DataFrame(
        {
            "government_code": ["Flinders Peak", "Buninyong"],
            "latitude": [-(37 + 57 / 60 + 3.72030 / 3600), -(37 + 39 / 60 + 10.15610 / 3600)],
            "longitude": [144 + 25 / 60 + 29.52440 / 3600, 143 + 55 / 60 + 35.38390 / 3600],
        }
    )
    assert distances(marks, "Flinders Peak")["Buninyong"] == pytest.approx(54.972271, abs=1e-6)


@pytest.mark.parametrize(
    ("adopters", "nearer", "either"),
    [(["P01"], 1 / 4, 2 / 4), (["P01", "P02"], 1 / 6, 2 / 6), (["P01", "P04"], 3 / 6, 1.0)],
)
def test_of_four_governments_the_p_value_is_counted_by_hand(adopters, nearer, either):
    """Logarithms of 1 to 4: the pairs below or equal to {1, 4} are {1, 2}, {1, 3} and itself."""
    test = main_test(diffusion(adoptions(*adopters), line(4), "O"))
    assert test["p_nearer"] == pytest.approx(nearer)
    assert test["p"] == pytest.approx(either)


def test_random_sets_give_at_best_one_in_their_number_plus_one():
    near = adoptions(*(f"P{number:02d}" for number in range(1, 13)))
    assert main_test(diffusion(near, line(60), "O", resamples=99))["p_nearer"] == 1 / 100


def test_planted_near_adoption_is_found_by_every_measure():
    near = adoptions("P01", "P02", "P03", "P05", "P06", "P08", "P09", "P11", "P13", "P15", "P21")
    found = diffusion(near, line(60), "O", resamples=999)
    assert (found.tests["p_nearer"] < 0.01).all()
    assert found.ratio < 0.5
    assert (found.odds.state, found.odds.high < 1) == ("fitted", True)


def test_planted_far_adoption_is_not_taken_for_near():
    far = adoptions(*(f"P{number}" for number in range(40, 60, 2)))
    found = diffusion(far, line(60), "O", resamples=999)
    assert (found.tests["p_nearer"] > 0.99).all()
    assert (found.tests["p"] < 0.05).all()
    assert found.odds.low > 1


def test_random_adoption_is_called_near_about_as_often_as_promised():
    random = np.random.default_rng(5)
    codes = line(40)["government_code"][1:]
    p = [
        main_test(
            diffusion(adoptions(*random.choice(codes, 8, False)), line(40), "O", resamples=199)
        )["p_nearer"]
        for _ in range(100)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.12
    assert 0.35 < np.mean(p) < 0.65


@pytest.mark.parametrize(
    ("adopters", "places", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_the_interval_of_a_band_is_that_of_newcombe(adopters, places, low, high):
    """Newcombe, R. G. (1998), Statistics in Medicine 17, 857–872, table I, method 3."""
    known = line(places, step=0.0001)
    known.loc[1:, "longitude"] += 1
    taken = adoptions(*known["government_code"][1 : adopters + 1])
    band = diffusion(taken, known, "O", resamples=9, bands=(100, 200)).by_band.iloc[0]
    assert (band["adopters"], band["places"]) == (adopters, places)
    assert [band["low"], band["high"]] == pytest.approx([low, high], abs=5e-5)


def test_the_odds_ratio_of_a_doubling_is_that_of_the_table_of_two_distances():
    """Heart attacks under placebo and aspirin, odds ratio 1.83 (1.44 to 2.33): Agresti, A. (2002),
    Categorical Data Analysis, 2nd ed., section 3.1. Here aspirin is near and placebo twice as far.
    """
    groups = [(1, 104, 11037), (2, 189, 11034)]
    rows = [
        (f"G{degree}-{n}", degree, n < hit) for degree, hit, all_ in groups for n in range(all_)
    ]
    table = pd.DataFrame(rows, columns=["government_code", "longitude", "hit"])
    origin = pd.DataFrame({"government_code": ["O"], "longitude": [0], "hit": [False]})
    places = pd.concat([origin, table]).assign(latitude=0.0)
    odds = diffusion(adoptions(*table.loc[table["hit"], "government_code"]), places, "O",
                     resamples=9).odds  # fmt: skip
    assert [odds.ratio, odds.low, odds.high] == pytest.approx([1.83, 1.44, 2.33], abs=5e-3)


def test_adopters_behind_one_distance_have_no_finite_odds_ratio():
    odds = diffusion(adoptions("P01", "P02"), line(9), "O").odds
    assert (odds.state, odds.ratio) == ("separated", None)


def test_few_adopters_are_told():
    assert diffusion(adoptions("P01", "P07"), line(9), "O").odds.state == "few"


def test_a_frontier_that_moves_outward():
    rows = [(f"P0{n}", f"P0{n}", 2010 + n, "documented") for n in range(1, 6)]
    found = diffusion(records(*rows), line(9), "O")
    assert (found.frontier, found.dated) == (pytest.approx(1), 5)
    assert found.frontier_p == pytest.approx(2 / 120)


def test_a_frontier_of_three_is_counted_by_hand():
    """All six orders of three correlate by a half or more, in either direction."""
    rows = [("P01", "a", 2017, "documented"), ("P03", "b", 2018, "documented"),
            ("P02", "c", 2019, "documented")]  # fmt: skip
    found = diffusion(records(*rows), line(4), "O")
    assert found.frontier == pytest.approx(0.5)
    assert found.frontier_p == pytest.approx(1)


def test_years_add_up_and_gaps_between_them_are_shown():
    rows = [
        ("P01", "a", 2015, "documented"), ("P02", "b", 2015, "documented"),
        ("P03", "c", 2018, "documented"), ("P04", "d", 2017, "claimed"),
        ("P05", "e", None, "documented"),
    ]  # fmt: skip
    found = diffusion(records(*rows), line(9), "O")
    assert found.by_year.to_numpy().tolist() == [
        [2015, 2, 2, 0], [2016, 0, 2, 0], [2017, 0, 2, 1], [2018, 1, 3, 0],
    ]  # fmt: skip
    assert (found.undated, found.dated) == (1, 3)


def test_what_is_only_claimed_stands_apart_until_it_is_counted():
    rows = records(("P01", "a", 2019, "claimed"), ("P03", "b", 2018, "documented"))
    apart = diffusion(rows, line(9), "O")
    assert apart.adopters[["government_code", "rank", "adopted"]].to_numpy().tolist() == [
        ["P01", 1, False], ["P03", 3, True],
    ]  # fmt: skip
    assert apart.by_band[["adopters", "apart"]].sum().tolist() == [1, 1]
    counted = diffusion(rows, line(9), "O", counted=["documented", "claimed"])
    assert counted.adopters["adopted"].all()
    assert counted.by_band["apart"].sum() == 0


def test_several_records_of_one_government_count_once_from_the_first_that_counts():
    rows = records(
        ("P02", "b", 2016, "claimed"), ("P02", "b", 2019, "documented"),
        ("P02", "b", 2018, "documented"), ("P02", "b", None, "documented"),
    )  # fmt: skip
    (found,) = diffusion(rows, line(9), "O").adopters.to_dict("records")
    assert (found["year"], found["quality"], found["adopted"]) == (2018, "documented", True)


def test_a_name_that_may_be_two_governments_is_reported_and_not_guessed():
    rows = records(("P01", "a", 2018, "documented"), (None, "Madiun", 2018, "documented"))
    found = diffusion(rows, line(9), "O")
    assert found.unmatched == ("Madiun",)
    assert found.places["adopted"].sum() == 1


def test_nobody_adopted():
    found = diffusion(adoptions(), line(9), "O")
    assert found.tests.empty
    assert found.by_year.empty
    assert found.by_band["adopters"].sum() == 0
    assert (found.odds.state, found.ratio, found.median_adopters) == ("constant", None, None)
    assert (found.frontier, found.dated, found.undated) == (None, 0, 0)
    assert found.median_places == pytest.approx(5 * DEGREE, rel=1e-6)


def test_everybody_adopted():
    found = diffusion(adoptions(*line(9)["government_code"][1:]), line(9), "O")
    assert found.tests.empty
    assert (found.odds.state, found.needed) == ("constant", None)
    assert found.ratio == pytest.approx(1)
    assert (found.by_band["share"] == 1).all()


def test_bands_hold_their_near_edge_and_leave_out_the_empty():
    found = diffusion(adoptions("P02"), line(4), "O", bands=(0, 100, 2 * DEGREE - 1e-3, 1000, 2000))
    assert found.by_band[["nearest", "places", "adopters"]].to_numpy().tolist() == [
        [100, 1, 0], [2 * DEGREE - 1e-3, 3, 1],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "change", "message"),
    [
        (["X9"], {}, "not among the governments: X9"),
        (["O"], {}, "the origin or not among the governments: O"),
        (["P01"], {"government_code": ["O", "P01", "P01"]}, "occur twice: P01"),
        (["P01"], {"latitude": [0, None, 0]}, "without a point: P01"),
        (["P01"], {"longitude": [0, 0, 1]}, "very point of the origin: P01"),
        (["P01"], {"government_code": ["Q", "P01", "P02"]}, "origin O is not among"),
    ],
)
def test_errors_name_the_government(rows, change, message):
    with pytest.raises(ValueError, match=message):
        diffusion(adoptions(*rows), line(2).assign(**change), "O")


def test_the_order_of_the_rows_changes_nothing_that_is_not_drawn():
    taken = adoptions("P01", "P04", "P05")
    one = diffusion(taken, line(9), "O")
    other = diffusion(taken[::-1], line(9)[::-1], "O")
    assert one.tests["p_nearer"].to_list() == pytest.approx(other.tests["p_nearer"].to_list())
    assert (one.odds.ratio, one.needed) == (pytest.approx(other.odds.ratio), other.needed)
