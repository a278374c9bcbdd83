import pytest

from app.core.words import MOST_MARKS, composed, fold, has_stacked_marks, sort_key, words


def test_names_sort_as_a_swedish_reader_expects() -> None:
    names = ["Östen", "Ärla", "Åke", "Zara", "Émile", "Eva", "adam"]

    assert sorted(names, key=sort_key) == ["adam", "Émile", "Eva", "Zara", "Åke", "Ärla", "Östen"]


def test_accents_and_case_fold_away() -> None:
    assert [fold(name) for name in ("Åsa", "ÄRLA", "Østergård", "Strauß", "Łucja")] == [
        "asa",
        "arla",
        "ostergard",
        "strauss",
        "lucja",
    ]


def test_words_are_folded_and_named_once() -> None:
    assert words("Anna-Karin  Öberg, öberg") == ["anna", "karin", "oberg"]


@pytest.mark.parametrize(
    "text", ["e\u0301" * 50, "o" + "\u0302" * MOST_MARKS, "\U0001f4a5\ufe0f" * 60, "שָׁלוֹם ประเทศไทย Việt"]
)
def test_real_words_and_pictures_have_no_stacked_marks(text: str) -> None:
    assert not has_stacked_marks(text)


def test_a_letter_under_a_tower_of_marks_is_left_alone() -> None:
    tower = "e" + "\u0301\u0316" * 100_000  # to compose it would take minutes

    assert has_stacked_marks(tower)
    assert composed(tower) == tower
    assert fold(tower) == "e"
    assert sort_key(tower) == "e"
    assert composed("e\u0301") == "é"
