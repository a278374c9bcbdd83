import pytest

from app.core.phones import dialled_as, takes_texts, to_e164


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("070-174 06 05", "+46701740605"),
        ("0701740605", "+46701740605"),
        ("+46 70 174 06 05", "+46701740605"),
        ("0046701740605", "+46701740605"),
        ("(070) 174.06.05", "+46701740605"),
        ("+46 (0)70-174 06 05", "+46701740605"),
        ("+358 9 6999 9990", "+358969999990"),
        ("", None),
        (None, None),
        ("ring min dotter", None),
        ("123", None),
        ("070-174 06 05 5555 5555", None),
        ("0" * 300, None),
    ],
)
def test_numbers_as_people_type_them(typed: str | None, e164: str | None) -> None:
    assert to_e164(typed) == e164


@pytest.mark.parametrize(
    ("typed", "handed"), [("070-174 06 05", "+46701740605"), ("123 45", "12345"), ("ring min dotter", "")]
)
def test_dialled_as_is_what_a_phone_understands(typed: str, handed: str) -> None:
    assert dialled_as(typed) == handed


@pytest.mark.parametrize(
    ("typed", "is_mobile"), [("070-174 06 05", True), ("+358 9 6999 9990", False), ("123", False), ("", False)]
)
def test_takes_texts_leaves_out_what_cannot_be_a_mobile(typed: str, is_mobile: bool) -> None:
    assert takes_texts(typed) is is_mobile
