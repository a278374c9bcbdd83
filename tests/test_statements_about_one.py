"""No page about one person asks the database more because more has happened to them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, url_for

from app.accounts.models import Role, User
from app.consultations.kinds import ConsultationKind
from app.consultations.models import ConsultationState
from app.contacts.merging import merge
from app.contacts.models import DuplicateReason, PossibleDuplicate, SubjectKind
from app.contacts.tags import find_or_add_tag, tag_contact
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.services import answer
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import complete, plan
from app.leads.models import CallOutcome, Lead
from app.leads.services import hand_over, log_call, move_to_stage, write_note
from app.leads.stages import Stage
from app.leads.tags import tag_lead
from app.trials.models import TrialState
from tests.conftest import add_user
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.counted import statements_of
from tests.enquiries.letters import add_article, recorded, sent
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn
from tests.trials.cast import add_trial

MANY = 15
"""Times that everything happens, twice each time."""
PAGES = """
leads.detail leads.choose_stage enquiries.answer enquiries.split
contacts.detail contacts.edit contacts.erase contacts.choose_merge contacts.merge
trials.add trials.detail trials.decide trials.protocol trials.unit
consultations.add consultations.detail consultations.move
""".split()  # noqa: SIM905  (seventeen names read better as words)


@dataclass(frozen=True)
class Someone:
    """The keys of one person and of what is theirs."""

    contact_id: int
    other_id: int
    lead_id: int
    enquiry_id: int
    trial_id: int
    consultation_id: int
    serial: str = "BM-104"


def _add_someone(owner: User) -> Someone:
    letter = recorded(sent(phone="070-174 06 21"), at=now())
    with writing():
        assert letter.lead
        lead, contact = letter.lead, letter.lead.contact
        kind, other = add_kind(add_host(owner)), add_contact("Sif Lund")
        trial = add_trial(lead, state=TrialState.DECISION)
        talk = add_consultation(lead, kind, now() + timedelta(days=1))
        db.session.flush()
        return Someone(contact.id, other.id, lead.id, letter.id, trial.id, talk.id)


def _let_happen(someone: Someone, number: int) -> None:
    """One more of everything that can happen to somebody, each time by another user and from another article."""
    user_id = add_user(f"user{number}@example.se", f"Användare {number}", Role.STAFF).id
    article_id = add_article(f"artikel-{number}", f"Artikel {number}").id
    for question in ("Hur länge?", "Var då?"):
        recorded(sent(question, phone="070-174 06 21", article_id=article_id), at=now())
        with writing():
            lead, user = db.session.get_one(Lead, someone.lead_id), db.session.get_one(User, user_id)
            _work_on(lead, number, user)
    recorded(sent("En sista fråga", phone="070-174 06 21", article_id=article_id), at=now())


def _work_on(lead: Lead, number: int, user: User) -> None:
    moment = now()
    answer(lead, f"Svar {number}", user, moment)
    write_note(lead, f"Anteckning {number}", user, moment)
    log_call(lead, CallOutcome.ANSWERED, "Ring igen", user, moment)
    hand_over(lead, user, user, moment)
    plan(lead, FollowUpKind.CALL, moment + timedelta(days=number + 1), moment)
    complete(plan(lead, FollowUpKind.OTHER, moment, moment, title="Skicka"), user, moment)
    move_to_stage(lead, Stage.CONTACTED if lead.stage is Stage.DECISION else Stage.DECISION, user, moment)
    _meet(lead, number)
    _be_doubted(lead, number, user)
    add_lead(lead.contact, SubjectKind.HORSE, f"Häst {number}", owner=user)
    tag = find_or_add_tag(f"tagg {number}")
    tag_lead(lead, tag)
    tag_contact(lead.contact, tag)


def _meet(lead: Lead, number: int) -> None:
    kind = db.session.scalars(sa.select(ConsultationKind)).one()
    add_consultation(lead, kind, now() - timedelta(days=number + 1), state=ConsultationState.NO_SHOW)
    add_trial(lead, state=TrialState.NOT_BOUGHT)


def _be_doubted(lead: Lead, number: int, user: User) -> None:
    """Another who may be them, and one who was."""
    doubt, same = add_contact(f"Siv Lund {number}"), add_contact(f"Siv Lund {number}")
    add_lead(same)
    pair = {"contact_id": lead.contact_id, "other_id": doubt.id, "reason": DuplicateReason.SAME_NUMBER}
    db.session.add(PossibleDuplicate(**pair, found_at=now()))
    merge(lead.contact, same, {}, user, now())


def test_no_page_about_one_asks_more_for_a_long_story(
    app: Flask, owner: User, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    someone = _add_someone(owner)

    def statements() -> dict[str, int]:
        return statements_of(owner_client, (_address(app, endpoint, someone) for endpoint in PAGES), count_queries)

    _let_happen(someone, 0)
    few = statements()
    for number in range(1, MANY):
        _let_happen(someone, number)

    more = {path: (few[path], count) for path, count in statements().items() if count != few[path]}
    assert more == {}


def _address(app: Flask, endpoint: str, someone: Someone) -> str:
    asked = {argument for rule in app.url_map.iter_rules(endpoint) for argument in rule.arguments}
    with app.test_request_context():
        return url_for(endpoint, **{name: key for name, key in asdict(someone).items() if name in asked})
