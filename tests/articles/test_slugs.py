import pytest

from app.articles.slugs import LONGEST, free_slug, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Träning & vila – på höjden!", "traning-vila-pa-hojden"),
        ("ÅÄÖ éß", "aao-ess"),
        ("manage", "manage-artikel"),
        ("  A  ", "a"),
    ],
)
def test_a_title_becomes_plain_letters(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_long_titles_with_the_same_beginning_get_different_addresses() -> None:
    first, second = (slug_of("samma ord " * 20 + end) for end in ("a", "b"))

    assert first != second
    assert max(len(first), len(second)) <= LONGEST


def test_a_title_without_letters_gets_an_address_of_its_own() -> None:
    assert slug_of("🐴").startswith("artikel-")
    assert slug_of("🐴") != slug_of("🌱")


def test_a_short_address_is_one_that_nobody_has() -> None:
    assert free_slug("Samtal på telefon", ()) == "samtal-pa-telefon"
    assert free_slug("Samtal på telefon", {"samtal-pa-telefon", "samtal-pa-telefon-2"}) == "samtal-pa-telefon-3"
    assert free_slug("Å" * 49 + " häst", ()) == "a" * 49
