import pytest

from app.trials.units import serial_key


@pytest.mark.parametrize("typed", ["BM-104", "bm-104", " BM - 104\t", "BM-\xa0104"])
def test_a_serial_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert serial_key(typed) == "bm-104"
