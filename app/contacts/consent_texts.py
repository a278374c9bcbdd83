"""The very words of each consent. A consent names the words it was given to, so a version is never changed: add one."""

from dataclasses import dataclass

from app.contacts.models import ConsentPurpose


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """What stands beside the box, and what opens under it."""

    short: str
    more: tuple[str, ...]


TEXTS: dict[str, dict[str, ConsentWords]] = {
    "answer-1": {
        "sv": ConsentWords(
            "Jag samtycker till att ni sparar det jag skriver, även uppgifter om hälsa, för att kunna svara mig.",
            (
                "Det du skriver lagras krypterat. Det läses bara av den som svarar dig och lämnas inte vidare.",
                "Vi sparar det så länge vi har kontakt, som längst 24 månader efter den sista.",
                "Du kan när som helst ta tillbaka ditt samtycke: skriv eller ring, så raderar vi det du har skickat.",
            ),
        ),
        "en": ConsentWords(
            "I agree that you store what I write, including information about health, in order to answer me.",
            (
                "What you write is stored encrypted. Only the person who answers you reads it. It is not passed on.",
                "We keep it for as long as we are in touch, and at most 24 months after the last time.",
                "You can withdraw your consent at any time: write or call us, and we erase what you have sent.",
            ),
        ),
    },
    "tips-1": {
        "sv": ConsentWords(
            "Jag vill gärna få tips med e-post ibland.",
            ("Högst två gånger i veckan. Du kan säga nej igen när du vill, genom att skriva eller ringa till oss.",),
        ),
        "en": ConsentWords(
            "I would like to get tips by e-mail now and then.",
            ("Twice a week at most. You can say no again whenever you like, by writing or calling us.",),
        ),
    },
    "tips-2": {
        "sv": ConsentWords(
            "Jag vill gärna få tips med e-post ibland.",
            ("Högst två gånger i veckan. I varje tips finns en länk där du säger nej igen när du vill.",),
        ),
        "en": ConsentWords(
            "I would like to get tips by e-mail now and then.",
            ("Twice a week at most. Each of them has a link where you can say no again whenever you like.",),
        ),
    },
    "check-ins-1": {
        "sv": ConsentWords(
            "Jag samtycker till att ni sparar mina egna skattningar och det jag skriver om hur det går, även uppgifter "
            "om hälsa.",
            (
                "Vi använder dem bara för att se hur provperioden går och kunna hjälpa dig under tiden.",
                "De är din egen uppfattning och inget medicinskt resultat.",
                "De lagras krypterat. De läses bara av oss och lämnas inte vidare.",
                "De raderas senast 24 månader efter provperiodens slut. Då finns bara siffror kvar, utan vem och när.",
                "Du kan när som helst ta tillbaka ditt samtycke, på den här sidan eller genom att skriva eller ringa.",
                "Då raderas allt du har svarat, även siffrorna. Du får ha kvar enheten provperioden ut ändå.",
            ),
        ),
        "en": ConsentWords(
            "I agree that you store my own ratings and what I write about how it goes, including information about "
            "health.",
            (
                "We use them only to see how the trial goes and to be able to help you during it.",
                "They are your own view and no medical result.",
                "They are stored encrypted. Only we read them. They are not passed on.",
                "They are erased at most 24 months after the end of the trial. Then only numbers remain, without who.",
                "You can withdraw your consent at any time, on this page or by writing or calling.",
                "Then all that you have answered is erased, the numbers too. You keep the device for the trial anyway.",
            ),
        ),
    },
}

CURRENT = {
    ConsentPurpose.ANSWER: "answer-1",
    ConsentPurpose.TIPS: "tips-2",
    ConsentPurpose.CHECK_INS: "check-ins-1",
}
"""The version that forms show now."""


def consent_words(version: str, language: str) -> ConsentWords:
    """The words of one version. KeyError for a version that never was."""
    texts = TEXTS[version]
    return texts.get(language, texts["sv"])


def current_words(purpose: ConsentPurpose, language: str) -> ConsentWords:
    """The words that a form shows now."""
    return consent_words(CURRENT[purpose], language)
