import pytest

from app.contacts.matching import Known, Match, clearly_differ, match
from app.contacts.models import DuplicateReason

BY_BOTH, BY_EMAIL, BY_PHONE = (True, True), (True, False), (False, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Ek", "Anna Ek"),
        ("Anna Ek", "anna ek"),
        ("Åsa Öberg", "Asa Oberg"),
        ("Anna Ek", "Ek Anna"),
        ("Anna", "Anna Bengtsson"),
        ("Anna B", "Anna Bengtsson"),
        ("A. Bengtsson", "Anna Bengtsson"),
        ("Bengtsson", "Anna Bengtsson"),
        ("Anna-Karin Ek", "Karin Ek"),
        ("Anna-Karin Ek", "Anna Ek"),
        ("Magda Ek", "Magdalena Ek"),
        ("Anna Ek", "Anna Berg"),
        ("", "Anna Ek"),
        ("🙂", "Anna Ek"),
    ],
)
def test_names_that_may_be_one_persons(one: str, other: str) -> None:
    assert not clearly_differ(one, other)
    assert not clearly_differ(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Ek", "Bo Ek"),
        ("Anna Ek", "Karin Berg"),
        ("Bo", "Anna"),
        ("B. Ek", "Anna Ek"),
        ("Jan Ek", "Janina Berg"),
        ("Ed Ek", "Edvin Berg"),
    ],
)
def test_names_that_clearly_differ(one: str, other: str) -> None:
    assert clearly_differ(one, other)
    assert clearly_differ(other, one)


SHARED, TWO = DuplicateReason.SHARED_ADDRESS, DuplicateReason.TWO_MATCHES


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], Match(None)),
        ([(1, "Anna Ek", BY_EMAIL)], Match(1)),
        ([(1, "Anna Ek", BY_PHONE)], Match(1)),
        ([(1, "Anna Ek", BY_BOTH)], Match(1)),
        ([(1, "Bo Ek", BY_EMAIL)], Match(None, (1,), SHARED)),
        ([(1, "Bo Ek", BY_BOTH)], Match(None, (1,), SHARED)),
        ([(1, "Bo Ek", BY_BOTH), (2, "Anna Ek", BY_BOTH)], Match(2)),
        ([(1, "Bo Ek", BY_PHONE), (2, "Anna Ek", BY_BOTH)], Match(2)),
        ([(1, "Bo Ek", BY_EMAIL), (2, "Anna Ek", BY_EMAIL)], Match(2)),
        ([(1, "Anna Ek", BY_EMAIL), (2, "Anna Ek", BY_PHONE)], Match(None, (1, 2), TWO)),
        ([(1, "Bo Ek", BY_PHONE), (2, "Anna Ek", BY_EMAIL)], Match(None, (2, 1), TWO)),
        ([(3, "Anna Ek", BY_EMAIL), (1, "Anna Ek", BY_EMAIL)], Match(3)),
        ([(3, "Anna Berg", BY_EMAIL), (1, "anna ek", BY_EMAIL)], Match(1)),
        ([(3, "Anna Berg", BY_BOTH), (1, "Anna Ek", BY_BOTH)], Match(1)),
        ([(3, "Anna Berg", BY_BOTH), (1, "Anna Ek", BY_EMAIL)], Match(1)),
        ([(3, "Anna Ek", BY_EMAIL), (1, "Anna Ek", BY_BOTH)], Match(1)),
    ],
)
def test_whom_anna_ek_is(known: list[tuple[int, str, tuple[bool, bool]]], expected: Match) -> None:
    contacts = [Known(key, name, *shares) for key, name, shares in known]

    assert match("Anna Ek", contacts) == expected
