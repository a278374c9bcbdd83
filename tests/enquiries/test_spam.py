import pytest

from app.enquiries.spam import POINTS, QUARANTINE_AT, Rung, Verdict, judge_content


@pytest.mark.parametrize(
    ("name", "message", "rungs"),
    [
        ("Siv Lund", "Hej! Hur länge får man låna?", ()),
        ("Siv Lund", "Jag läste https://example.se/artikel och undrar.", ()),
        ("Siv Lund", "Se https://example.se/a och www.example.com/b.", (Rung.LINKS,)),
        ("Siv Lund", "https://a.se https://b.se https://c.se https://d.se", (Rung.MANY_LINKS,)),
        ("Siv Lund", "Привет https://example.com", (Rung.FOREIGN_LETTERS,)),
        ("Сив", "Здравствуйте, можно одолжить?", ()),
        ("سيف", "مرحبا، كم من الوقت يمكنني الاستعارة؟", ()),
        ("Win at www.example.com", "Hej", (Rung.LINK_IN_NAME,)),
        ("Siv Lund", "<a href='x'>klicka</a>", (Rung.MARKUP,)),
        ("Siv Lund", "[url=https://x.example.com] klicka [/url]", (Rung.MARKUP,)),
        ("Eric", "We offer SEO services and backlinks", (Rung.OFFER,)),
        ("Siv Lund", "Jag har inget kasino hemma, bara en häst.", ()),
        ("hKwTRezqLbPmVa", "ZxQeRtYuIoPlKj", (Rung.GIBBERISH,)),
        ("Siv Lund", "Förskolelärarförbundet", ()),
        ("Siv Lund", "", ()),
    ],
)
def test_what_the_words_say(name: str, message: str, rungs: tuple[Rung, ...]) -> None:
    assert judge_content(name, message).rungs == rungs


def test_every_rung_has_its_points() -> None:
    assert set(POINTS) == set(Rung)


@pytest.mark.parametrize(
    ("rungs", "is_suspect"),
    [
        ((), False),
        ((Rung.LINKS,), False),
        ((Rung.OFFER,), False),
        ((Rung.LINKS, Rung.OFFER), True),
        ((Rung.TRAP,), True),
        ((Rung.TOO_FAST,), True),
    ],
)
def test_from_a_hundred_points_on_a_letter_waits(rungs: tuple[Rung, ...], is_suspect: bool) -> None:
    verdict = Verdict(rungs)

    assert verdict.is_suspect is is_suspect
    assert verdict.is_suspect == (verdict.score >= QUARANTINE_AT)


def test_a_rung_counts_once() -> None:
    assert Verdict((Rung.LINKS,)).and_also(Rung.LINKS, Rung.OFFER).reasons == "links,offer"
