"""Where leads came from, counted by hand."""

from flask import Flask

from app.accounts.models import User
from app.core.db import writing
from app.enquiries.models import Enquiry, EnquiryState
from app.leads.models import Lead
from app.leads.services import move_to_stage, open_lead
from app.leads.stages import Stage
from app.reports.periods import Period, Span
from app.reports.scope import Scope
from app.reports.sources import Source, Sources, campaigns_table, sources, sources_table
from tests.conftest import NOW
from tests.enquiries.letters import recorded, sent
from tests.leads.cast import add_contact, add_lead

ALL = Scope(Period(Span.ALL))


def _came_by(number: int, message: str = "Hej", **origin: str) -> Lead:
    letter = sent(message, name=f"A {number}", email=f"a{number}@example.com", origin=origin)
    lead = recorded(letter, NOW).lead
    assert lead
    return lead


def _add_leads(owner: User) -> None:
    newsletter = {"utm_source": "Nyhetsbrev", "utm_campaign": "vila"}
    first = _came_by(1, **newsletter, referrer_host="mejl.example.com")
    _came_by(1, "En fråga till", utm_source="annons", utm_campaign="annat", button="top")
    _came_by(2, utm_source="nyhetsbrev", utm_campaign="ro", button="end")
    _came_by(3, referrer_host="sok.example.com", button="end")
    _came_by(4)
    with writing():
        add_lead(add_contact())
        by_hand = add_lead(add_contact())
        open_lead(by_hand.contact, by_hand.subject, NOW, owner=owner, actor=owner)
        by_hand.owner_id = owner.id
        move_to_stage(first, Stage.WON, owner, NOW)


def test_a_lead_counts_once_for_what_its_first_letter_tells(app: Flask, owner: User) -> None:
    _add_leads(owner)

    with app.test_request_context():
        report = sources(ALL)

    assert report == Sources(
        all=Source("Totalt", 7, 1),
        by_source=[
            Source("Bokade eller bad att få prova", 2, 0),
            Source("Nyhetsbrev", 2, 1),
            Source("Direkt, eller okänt", 1, 0),
            Source("Lades till för hand", 1, 0),
            Source("sok.example.com", 1, 0),
        ],
        by_campaign=[Source("ro", 1, 0), Source("vila", 1, 1)],
        by_button=[Source("Efter artikeln", 2, 0)],
    )


def test_a_letter_taken_for_spam_later_tells_nothing(app: Flask) -> None:
    lead = _came_by(1, utm_source="annons")
    with writing() as session:
        session.query(Enquiry).filter_by(lead_id=lead.id).update({"state": EnquiryState.QUARANTINED})

    with app.test_request_context():
        assert [one.words for one in sources(ALL).by_source] == ["Bokade eller bad att få prova"]


def test_the_leads_of_one_owner_can_be_counted_alone(app: Flask, owner: User, staff: User) -> None:
    _add_leads(owner)

    with app.test_request_context():
        found = [sources(Scope(Period(Span.ALL), who.id)).all.leads for who in (owner, staff)]

    assert found == [2, 0]


def test_the_tables_say_the_same(app: Flask, owner: User) -> None:
    _add_leads(owner)

    with app.test_request_context():
        report = sources(ALL)

        assert sources_table(report).as_words()[1] == ["Nyhetsbrev", "2", "1", "1 av 2"]
        assert sources_table(report).total_words() == ["Totalt", "7", "1", "14\N{NO-BREAK SPACE}%"]
        assert list(campaigns_table(report).in_file()) == [
            ["Kampanj", "Nya affärer", "Vunna", "Andel vunna (%)"],
            ["ro", 1, 0, "0,0"],
            ["vila", 1, 1, "100,0"],
        ]
