"""The posts that speakers held."""

import pytest

from metrobook.coding import office_of


@pytest.mark.parametrize(
    ("speaker", "office"),
    [
        ("Plt Wali Kota Cimahi", "Wali Kota Cimahi"),
        ("Penjabat Sementara Wali Kota Bandung", "Wali Kota Bandung"),
        ("Pejabat Diskominfo (interview)", "Pejabat Diskominfo"),
        ("Bupati Bandung", "Bupati Bandung"),
    ],
)
def test_office_of(speaker, office):
    assert office_of(speaker) == office
