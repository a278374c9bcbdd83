"""What the list of leads can be asked for, by everything that has a word."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.articles.models import Article, ArticleFormat
from app.consultations.models import ConsultationOutcome, ConsultationState
from app.contacts.consents import withdraw_consent
from app.contacts.models import ConsentPurpose, ReachBy, SubjectKind
from app.contacts.services import renew_terms
from app.contacts.tags import find_or_add_tag
from app.core.conditions import written
from app.core.db import db, writing
from app.core.language import local_day
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.listing import (
    LeadFilter,
    conditions_of,
    latest_leads,
    lead_ids,
    leads_count,
    leads_page,
)
from app.leads.models import CallOutcome, Lead
from app.leads.services import log_call, move_to_stage
from app.leads.stages import Stage
from app.leads.tags import tag_lead
from app.leads.values import set_value
from app.mail.models import Message, MessageState
from app.mail.services import queue
from app.trials.models import TrialState
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.contacts.consents import consented
from tests.enquiries.letters import recorded, sent
from tests.leads.cast import add_contact, add_lead, add_stage
from tests.signed_in import SignedIn
from tests.trials.cast import add_trial

DAY = timedelta(days=1)


@pytest.fixture
def people(app: Flask, owner: User, staff: User) -> dict[str, Lead]:
    """Four leads that differ in all that can be asked for."""
    with writing() as session:
        article = Article(slug="sova", title="Sova bättre", format=ArticleFormat.TEXT, created_at=NOW, updated_at=NOW)
        session.add(article)
        siv = add_lead(add_contact("Siv Lund", email="siv@example.se"), now=NOW - 100 * DAY, owner=owner)
        asa = add_lead(add_contact("Åsa Öberg"), SubjectKind.HORSE, "Blixten", now=NOW - 20 * DAY)
        bo = add_lead(add_contact("Bo Ek"), now=NOW - 3 * DAY, owner=staff)
        eva = add_lead(add_contact("Eva Alm"), SubjectKind.RELATIVE, "Mor", now=NOW)
        asa.article, asa.contact.language, bo.contact.phone = article, "en", None
        siv.contact.reach_by = ReachBy.SMS
        set_value(siv, 1250000, owner, NOW - 100 * DAY)
        set_value(bo, 400000, owner, NOW - 3 * DAY)
        tag_lead(siv, find_or_add_tag("mässan"))
        tag_lead(asa, find_or_add_tag("stall"))
        plan(siv, FollowUpKind.CALL, NOW - DAY, NOW - 2 * DAY)
        plan(bo, FollowUpKind.CALL, NOW + timedelta(hours=3), NOW)
        plan(asa, FollowUpKind.CALL, NOW + 3 * DAY, NOW - 20 * DAY)
        log_call(siv, CallOutcome.NO_ANSWER, None, owner, NOW - 99 * DAY)
        move_to_stage(bo, Stage.TRIAL, staff, NOW)
        for lead in (siv, asa, bo, eva):
            renew_terms(lead.contact)
        siv.active_at, asa.active_at = NOW - 95 * DAY, NOW - 10 * DAY
    return {"Siv Lund": siv, "Åsa Öberg": asa, "Bo Ek": bo, "Eva Alm": eva}


def found(asked: LeadFilter) -> set[str]:
    return {row.name for row in leads_page(asked, conditions_of(asked, NOW)).rows}


EVERYBODY = {"Siv Lund", "Åsa Öberg", "Bo Ek", "Eva Alm"}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"stage": "trial"}, {"Bo Ek"}),
        ({"stage": ["trial", "new"]}, EVERYBODY),
        ({"stage": "open"}, EVERYBODY),
        ({"stage": "won"}, set()),
        ({"owner": "0"}, {"Åsa Öberg", "Eva Alm"}),
        ({"value_from": "4000"}, {"Siv Lund", "Bo Ek"}),
        ({"value_from": "4001"}, {"Siv Lund"}),
        ({"value_to": "4000"}, {"Bo Ek"}),
        ({"value_from": "4000", "value_to": "12499"}, {"Bo Ek"}),
        ({"created": "7"}, {"Bo Ek", "Eva Alm"}),
        ({"created_from": "2026-11-03", "created_to": "2026-11-20"}, {"Åsa Öberg", "Bo Ek"}),
        ({"created_to": "9999-12-31"}, EVERYBODY),
        ({"created_from": "0001-01-01"}, EVERYBODY),
        ({"active": "over90"}, {"Siv Lund"}),
        ({"active": ["over90", "7"]}, {"Siv Lund", "Bo Ek", "Eva Alm"}),
        ({"step": "late"}, {"Siv Lund"}),
        ({"step": "today"}, {"Bo Ek"}),
        ({"step": "week"}, {"Bo Ek", "Åsa Öberg"}),
        ({"step": "none"}, {"Eva Alm"}),
        ({"stale": ["silent", "unworked"]}, {"Siv Lund"}),
        ({"subject": "self"}, {"Siv Lund", "Bo Ek"}),
        ({"subject": ["horse", "relative"]}, {"Åsa Öberg", "Eva Alm"}),
        ({"language": "en"}, {"Åsa Öberg"}),
        ({"reach_by": "sms"}, {"Siv Lund"}),
        ({"has": "no_phone"}, {"Bo Ek"}),
        ({"has": "email"}, {"Siv Lund"}),
        ({"subject": "self", "has": "email"}, {"Siv Lund"}),
        ({"tips": "no"}, EVERYBODY),
        ({"consultation": "none", "trial": "none"}, EVERYBODY),
        ({"enquiry": "open"}, set()),
        ({"message": "bounced"}, set()),
        ({"unit": "out"}, set()),
    ],
)
def test_leads_are_found_by_what_they_are(
    people: dict[str, Lead], asked: dict[str, str | list[str]], names: set[str]
) -> None:
    assert found(LeadFilter.asking(**asked)) == names


def test_mine_are_those_of_whoever_asks(people: dict[str, Lead], owner: User, staff: User) -> None:
    asked = {user: LeadFilter(chosen=(("owner", ("me",)),), user_id=user.id) for user in (owner, staff)}

    assert [found(asked[user]) for user in (owner, staff)] == [{"Siv Lund"}, {"Bo Ek"}]
    assert written(asked[owner]) == {"owner": ["me"]}


def test_an_own_stage_is_asked_for_alone_and_its_meaning_with_it(
    people: dict[str, Lead], owner: User, lists_put_back: None
) -> None:
    own = add_stage(Stage.TRIAL)
    with writing() as session:
        session.get_one(Lead, people["Eva Alm"].id).stage = Stage.TRIAL
        session.get_one(Lead, people["Eva Alm"].id).added_stage_id = own.id

    assert found(LeadFilter.asking(stage=str(own.id))) == {"Eva Alm"}
    assert found(LeadFilter.asking(stage="trial")) == {"Eva Alm", "Bo Ek"}


def test_stale_leads_are_found_by_whose_turn_it_is(people: dict[str, Lead]) -> None:
    with writing() as session:
        siv = session.get_one(Lead, people["Siv Lund"].id)
        siv.heard_at, siv.stage_changed_at = NOW - 100 * DAY, NOW - 100 * DAY
        siv.next_step_at = NOW - 50 * DAY
        session.get_one(Lead, people["Åsa Öberg"].id).next_step_at = NOW - 15 * DAY

    assert found(LeadFilter.asking(stale="silent")) == {"Siv Lund"}
    assert found(LeadFilter.asking(stale="unworked")) == {"Åsa Öberg"}


def test_a_resting_lead_is_found_by_when_it_wakes(people: dict[str, Lead], owner: User) -> None:
    with writing():
        for name, days in (("Siv Lund", 5), ("Bo Ek", 25), ("Åsa Öberg", 60)):
            until = local_day(NOW + days * DAY)
            move_to_stage(people[name], Stage.RESTING, owner, NOW, rests_until_on=until)

    asked = {value: found(LeadFilter.asking(rests=value)) for value in ("week", "month", "dated")}
    assert asked == {
        "week": {"Siv Lund"},
        "month": {"Siv Lund", "Bo Ek"},
        "dated": {"Siv Lund", "Bo Ek", "Åsa Öberg"},
    }


def test_tips_are_asked_of_the_contact(people: dict[str, Lead]) -> None:
    siv, bo, asa = (people[name].contact for name in ("Siv Lund", "Bo Ek", "Åsa Öberg"))
    consented(siv)
    consented(bo)
    with writing():
        withdraw_consent([bo], ConsentPurpose.TIPS, None, NOW)

    asked = {value: found(LeadFilter.asking(tips=value)) for value in ("yes", "withdrawn", "no")}
    assert asked == {"yes": {siv.name}, "withdrawn": {bo.name}, "no": {asa.name, "Eva Alm"}}


def test_a_lead_is_found_by_its_talks(people: dict[str, Lead], owner: User) -> None:
    with writing():
        host = add_host(owner)
        kind = add_kind(host)
        add_consultation(people["Siv Lund"], kind)
        held = {"state": ConsultationState.HELD, "outcome": ConsultationOutcome.THINKS}
        add_consultation(people["Bo Ek"], kind, NOW - DAY, **held)

    asked = {value: found(LeadFilter.asking(consultation=value)) for value in ("ahead", "held", "none")}
    assert asked == {"ahead": {"Siv Lund"}, "held": {"Bo Ek"}, "none": {"Åsa Öberg", "Eva Alm"}}
    assert found(LeadFilter.asking(consultation=["held", "none"])) == EVERYBODY - {"Siv Lund"}


def test_a_lead_is_found_by_where_its_trial_stands(people: dict[str, Lead]) -> None:
    with writing():
        add_trial(people["Siv Lund"], state=TrialState.REQUESTED)
        late = local_day(NOW) - timedelta(days=1)
        add_trial(people["Bo Ek"], state=TrialState.OUT, starts_on=late, ends_on=late)

    asked = {value: found(LeadFilter.asking(trial=value)) for value in ("to_judge", "out", "overdue", "ended", "none")}
    assert asked == {
        "to_judge": {"Siv Lund"},
        "out": {"Bo Ek"},
        "overdue": {"Bo Ek"},
        "ended": set(),
        "none": {"Åsa Öberg", "Eva Alm"},
    }
    assert found(LeadFilter.asking(unit="out")) == {"Bo Ek"}


def test_a_lead_whose_last_mail_came_back_is_found_until_one_gets_through(people: dict[str, Lead]) -> None:
    lead = people["Siv Lund"]

    def mail(number: int, state: MessageState) -> None:
        with writing():
            message = queue(
                "answer_notice",
                address="siv@example.se",
                language="sv",
                dedupe_key=f"answer:{number}",
                context={"answer": number},
                now=NOW,
                lead_id=lead.id,
            )
            assert isinstance(message, Message)
            message.state = state

    mail(1, MessageState.SENT)
    mail(2, MessageState.FAILED)
    bounced = found(LeadFilter.asking(message="bounced"))
    mail(3, MessageState.SENT)

    assert (bounced, found(LeadFilter.asking(message="bounced"))) == ({"Siv Lund"}, set())


def test_a_lead_with_an_open_enquiry_is_found(app: Flask) -> None:
    recorded(sent("Hur lånar man?", "Siv Lund", "siv@example.se"), NOW)

    assert found(LeadFilter.asking(enquiry="open")) == {"Siv Lund"}


def test_tags_and_articles_are_asked_by_their_keys(people: dict[str, Lead], owner_client: SignedIn) -> None:
    with writing():
        tags = {name: find_or_add_tag(name).id for name in ("mässan", "stall", "ingen")}
    article = people["Åsa Öberg"].article_id

    assert found(LeadFilter.asking(tag=str(tags["stall"]))) == {"Åsa Öberg"}
    assert found(LeadFilter.asking(tag=[str(tags["stall"]), str(tags["mässan"])])) == {"Åsa Öberg", "Siv Lund"}
    assert found(LeadFilter.asking(tag=str(tags["ingen"]))) == set()
    assert found(LeadFilter.asking(article=str(article))) == {"Åsa Öberg"}
    assert found(LeadFilter.asking(article="0")) == EVERYBODY - {"Åsa Öberg"}


def test_what_is_asked_can_be_selected_counted_and_given_to_others(people: dict[str, Lead]) -> None:
    asked = LeadFilter.asking(subject="self")
    keys = sorted(people[name].id for name in ("Siv Lund", "Bo Ek"))

    assert lead_ids(asked, NOW, 10) == keys
    assert lead_ids(asked, NOW, 1) == keys[:1]
    assert leads_count(conditions_of(asked, NOW)) == 2
    assert [lead.contact.name for lead in latest_leads(asked, NOW, 10)] == ["Bo Ek", "Siv Lund"]


def test_many_are_found_as_few_are(people: dict[str, Lead], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [LeadFilter.asking(subject="self"), LeadFilter.asking(has="email"), LeadFilter.asking(trial="none")]
    few = [found(one) for one in asked]

    monkeypatch.setattr("app.core.conditions.FEW", 0)

    assert [found(one) for one in asked] == few
    assert few[0] == {"Siv Lund", "Bo Ek"}


def test_stages_are_sorted_as_the_owner_has_ordered_them(people: dict[str, Lead], lists_put_back: None) -> None:
    offer = add_stage(meaning=Stage.CONTACTED, name_sv="Offert skickad", position=99)
    with writing():
        people["Åsa Öberg"].stage, people["Åsa Öberg"].added_stage_id = offer.meaning, offer.id
        people["Eva Alm"].stage = Stage.CONTACTED

    by_stage = [LeadFilter(sort="stage"), LeadFilter(sort="stage", is_reversed=True)]

    rows = [[row.name for row in leads_page(asked, conditions_of(asked, NOW)).rows] for asked in by_stage]
    assert rows == [["Siv Lund", "Eva Alm", "Bo Ek", "Åsa Öberg"], ["Åsa Öberg", "Bo Ek", "Eva Alm", "Siv Lund"]]


def test_one_is_asked_in_the_words_that_were_typed(people: dict[str, Lead]) -> None:
    with db.session.no_autoflush:
        assert found(LeadFilter(words="siv")) == {"Siv Lund"}
        assert found(LeadFilter(words="siv", chosen=(("subject", ("horse",)),))) == set()
