"""The templates that a new instance starts with, as data. From then on the owner keeps them in the database.

They offer help and nothing else: no promise of health, no word about what somebody wrote.
"""

from dataclasses import dataclass

from app.mail.wording import Words


@dataclass(frozen=True, slots=True)
class FirstTemplate:
    """One template as it comes with the house."""

    key: str
    name_sv: str
    name_en: str
    swedish: Words
    english: Words


def _words(subject: str, *paragraphs: str) -> Words:
    return Words(subject, "\n\n".join(paragraphs))


FIRST_TEMPLATES = (
    FirstTemplate(
        "nudge_after_silence",
        "Påminnelse efter tystnad",
        "Nudge after silence",
        _words(
            "Fick du svar på allt?",
            "Hej {{förnamn}}!",
            "För en tid sedan svarade vi på det du frågade oss. Vi vill bara höra om du fick svar på allt du "
            "undrade över.",
            "Du behöver inte ha bestämt dig för något. Vårt svar finns kvar på din egen sida, och där kan du "
            "skriva tillbaka när det passar dig:",
            "{{länk till egna sidan}}",
            "Är du nöjd med svaret behöver du inte göra något alls.",
        ),
        _words(
            "Did we answer everything?",
            "Hello {{first name}},",
            "Some time ago we answered what you asked us. We just want to hear whether you got an answer to "
            "everything.",
            "You do not need to have decided anything. Our answer is still on your own page, and you can write "
            "back there whenever it suits you:",
            "{{link to your page}}",
            "If you are happy with the answer, you do not need to do anything at all.",
        ),
    ),
    FirstTemplate(
        "after_consultation",
        "Tack för samtalet",
        "Thanks for the talk",
        _words(
            "Tack för pratstunden",
            "Hej {{förnamn}}!",
            "Tack för att du tog dig tid att prata med oss. Det brukar bli mycket att ta in på en gång.",
            "Kom du på något efteråt som du hade velat fråga? Svara på det här mejlet med en tid som passar, "
            "så ringer vi upp dig.",
            "Vill du tänka i lugn och ro går det precis lika bra.",
        ),
        _words(
            "Thank you for the talk",
            "Hello {{first name}},",
            "Thank you for taking the time to talk with us. There is usually a lot to take in at once.",
            "Did you think of something afterwards that you would have liked to ask? Reply to this mail with a "
            "time that suits you, and we will call you.",
            "If you would rather think it over in peace, that is just as good.",
        ),
    ),
    FirstTemplate(
        "missed_consultation",
        "Vi missade varandra",
        "We missed each other",
        _words(
            "Vi missade varandra",
            "Hej {{förnamn}}!",
            "Vi hade en tid bokad, men fick inte tag i varandra. Det gör ingenting, sådant händer.",
            "Vill du ha en ny tid? Svara på det här mejlet med ett par tider som passar dig, så bokar vi en av dem.",
            "Har du ändrat dig räcker det att du skriver det.",
        ),
        _words(
            "We missed each other",
            "Hello {{first name}},",
            "We had a time booked, but did not get hold of each other. It does not matter, these things happen.",
            "Would you like a new time? Reply to this mail with a couple of times that suit you, and we will "
            "book one of them.",
            "If you have changed your mind, it is enough to tell us so.",
        ),
    ),
    FirstTemplate(
        "after_trial",
        "Efter provperioden",
        "After the trial",
        _words(
            "Hur var det att prova?",
            "Hej {{förnamn}}!",
            "Nu är din provperiod slut, och vi hoppas att du hann prova i din egen takt.",
            "Vi vill gärna höra hur det var, vare sig svaret är ja, nej eller kanske. Svara på det här mejlet "
            "med en tid som passar, så ringer vi upp dig.",
            "Behöver du mer tid för att bestämma dig säger du bara till.",
        ),
        _words(
            "How was the trial?",
            "Hello {{first name}},",
            "Your trial is over now, and we hope that you could try things at your own pace.",
            "We would like to hear how it was, whether the answer is yes, no or maybe. Reply to this mail with "
            "a time that suits you, and we will call you.",
            "If you need more time to decide, just let us know.",
        ),
    ),
    FirstTemplate(
        "won_thirty_days",
        "En månad efter köpet",
        "A month after the purchase",
        _words(
            "Har du kommit i gång?",
            "Hej {{förnamn}}!",
            "Nu har du haft din enhet i en månad. Har allt kommit i gång som du tänkte dig?",
            "Är det något som krånglar, eller något du undrar över, så hjälper vi dig gärna. Svara på det här "
            "mejlet med en tid som passar, så ringer vi upp dig.",
            "Flyter allt på behöver du inte göra något.",
        ),
        _words(
            "Have you got started?",
            "Hello {{first name}},",
            "You have had your device for a month now. Has everything got started the way you had in mind?",
            "If something is troublesome, or if you wonder about anything, we are glad to help. Reply to this "
            "mail with a time that suits you, and we will call you.",
            "If all is going well, you do not need to do anything.",
        ),
    ),
    FirstTemplate(
        "resting_check_in",
        "Hälsning till den som väntar",
        "Greeting to somebody who waits",
        _words(
            "En hälsning från {{företaget}}",
            "Hej {{förnamn}}!",
            "Det var ett tag sedan vi hördes. Du ville vänta, och det har vi gjort.",
            "Har det blivit läge att prata nu? Svara på det här mejlet, så hör vi av oss när det passar dig.",
            "Är det inte rätt tid än är det bara att låta det vara.",
        ),
        _words(
            "A greeting from {{company}}",
            "Hello {{first name}},",
            "It has been a while since we were in touch. You wanted to wait, and so we have.",
            "Is now a good time to talk? Reply to this mail, and we will get in touch when it suits you.",
            "If the time is not right yet, just let it be.",
        ),
    ),
)
