from datetime import date

import pytest

from app.enquiries.identity_numbers import BLOT, mask

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "number",
    [
        "640823-3234",
        "6408233234",
        "19640823-3234",
        "196408233234",
        "640823+3234",
        "640823 3234",
        "640823 - 3234",
        "640823\u20133234",
        "640883-3231",
        "19640883-3231",
        "040229-0001",
    ],
)
def test_identity_and_coordination_numbers_are_blotted_out(number: str) -> None:
    assert mask(f"Jag heter Siv ({number}), och sover illa.", TODAY) == (
        f"Jag heter Siv ({BLOT}), och sover illa.",
        True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "640823-3235",
        "641323-3237",
        "640832-3233",
        "20640823-3234",
        "070-174 06 05",
        "0701740605",
        "0701010001",
        "+46701740605",
        "order 16408233234",
        "6408233234567",
        "klockan 10-12 den 23/8",
        "123456-7890",
        "",
    ],
)
def test_other_numbers_are_left(text: str) -> None:
    assert mask(text, TODAY) == (text, False)


def test_every_number_of_a_text_is_blotted_out() -> None:
    masked, was_masked = mask("Jag 640823-3234,\nmin mor 19640823-3234.", TODAY)

    assert (masked, was_masked) == (f"Jag {BLOT},\nmin mor {BLOT}.", True)
