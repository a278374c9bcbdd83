from app.core.words import fold, sort_key, words


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
