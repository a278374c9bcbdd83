"""No page behind sign-in asks the database more because there is more to show."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from app.accounts.models import Role, User
from app.consultations.kinds import ConsultationKind
from app.contacts.merging import merge
from app.contacts.tags import find_or_add_tag, tag_contact
from app.core.clock import now
from app.core.db import db, writing
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import CallOutcome
from app.leads.services import log_call, move_to_stage
from app.leads.stages import Stage
from app.leads.tags import tag_lead
from app.lists.models import ListOf
from app.lists.services import save_view
from tests.conftest import add_user
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.counted import statements_of
from tests.enquiries.letters import recorded, sent
from tests.leads.cast import add_contact, add_lead
from tests.pages import PAGES, Who
from tests.signed_in import SignedIn
from tests.trials.cast import add_trial

MANY = 30
WITHOUT_ROWS = [
    page
    for page in PAGES
    if page.who is Who.OWNER
    and page.status == 200
    and not any(name.endswith("_id") or "{" in value for name, value in page.values.items())
]
"""Those that need no row to be named: lists, boards, reports, search, settings."""


def _add_world(number: int, owner_id: int) -> None:
    """A person with one of everything that a page can list."""
    add_user(f"user{number}@example.se", f"Användare {number}", Role.STAFF)
    letter = recorded(sent(name=f"Siv Lund {number}", email=f"siv{number}@example.se"), at=now())
    moment = now()
    with writing():
        assert letter.lead
        owner, kind = db.session.get_one(User, owner_id), db.session.scalars(sa.select(ConsultationKind)).one()
        tag = find_or_add_tag(f"tagg {number}")
        plan(letter.lead, FollowUpKind.CALL, moment - timedelta(minutes=5), moment)
        waiting, tried, lost = (add_lead(add_contact(f"{name} {number}")) for name in ("Bo", "Eva", "Ann"))
        for lead in (letter.lead, waiting):
            tag_lead(lead, tag)
            tag_contact(lead.contact, tag)
        log_call(waiting, CallOutcome.ANSWERED, None, owner, moment)
        add_trial(tried)
        add_consultation(tried, kind, moment + timedelta(hours=number % 20 + 1))
        move_to_stage(lost, Stage.RESTING, owner, moment, rests_until_on=moment.date() + timedelta(days=9))
        save_view(ListOf.LEADS, f"Vy {number}", "stage=open", owner, moment, is_shared=False)
    with writing():
        kept, gone = add_contact(f"Ek {number}"), add_contact(f"Ek {number}")
        db.session.flush()
        merge(kept, gone, {}, db.session.get_one(User, owner_id), moment)


def test_no_page_asks_more_for_many(
    app: Flask, owner: User, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    with writing():
        add_kind(add_host(owner))
        owner_id = owner.id

    def statements() -> dict[str, int]:
        paths = sorted({page.address(app, {}) for page in WITHOUT_ROWS})
        return statements_of(owner_client, paths, count_queries)

    _add_world(0, owner_id)
    few = statements()
    for number in range(1, MANY):
        _add_world(number, owner_id)

    more = {path: (few[path], count) for path, count in statements().items() if count != few[path]}
    assert more == {}
