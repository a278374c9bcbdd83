from datetime import date

import pytest

from app.articles.dates import day_written_as


@pytest.mark.parametrize(
    "text",
    ["17.10.2025", "2025-10-17", "17 oktober 2025", "17/10/2025", "17-10-2025", "den 17 oktober 2025",
     "fredag 17 oktober 2025", "17 okt. 2025", "Publicerad 2025-10-17", "Publicerad: fredagen den 17 oktober 2025",
     "17 October 2025", "October 17, 2025", "Friday, 17 October 2025",
     "2025-10-17T08:30:00+02:00", "2025-10-17 kl. 08.30", " 17.10.2025. "],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert day_written_as(text) == date(2025, 10, 17)


@pytest.mark.parametrize(
    "text", ["", "31.02.2025", "2025", "17.10.25", "17 octember 2025", "Den 17 oktober 2025 hände det.", "0.0.0000"]
)
def test_anything_else_is_no_day(text: str) -> None:
    assert day_written_as(text) is None
