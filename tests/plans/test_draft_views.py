"""What waits to be approved: on Today, and on its own page."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import Lead
from app.mail.models import MessageState
from app.mail.wording import Words
from app.plans.drafts import edit
from app.plans.models import DraftState, Plan, PlanDraft
from app.plans.services import advance, start
from tests.enquiries.letters import recorded
from tests.leads.page import read, typed
from tests.plans.cast import drafts_in, mails_to, make_lead, make_plan, start_with_letter
from tests.signed_in import SignedIn


def test_today_shows_what_waits_to_be_approved(owner_client: SignedIn, draft: PlanDraft) -> None:
    html = owner_client.get("/today/").text

    assert "Att godkänna 1" in read(html, "day-drafts")
    assert "Mejl ur planen Höra av oss" in read(html, "day-drafts")


def test_today_asks_as_little_for_twelve_letters_as_for_one(
    owner_client: SignedIn, draft: PlanDraft, count_queries: Callable[[], int]
) -> None:
    def cost() -> int:
        db.session.remove()
        count_queries()
        assert "Att godkänna" in read(owner_client.get("/today/rows").text, "day-drafts")
        return count_queries()

    plan_id, for_one = draft.run.plan_id, cost()
    with writing():
        plan = db.session.get_one(Plan, plan_id)
        for number in range(11):
            start_with_letter(plan, make_lead(f"Kontakt {number}", f"k{number}@example.se"))

    assert cost() == for_one


def test_a_letter_is_read_where_it_stands(owner_client: SignedIn, draft: PlanDraft) -> None:
    page = owner_client.get(f"/plans/drafts/{draft.id}/letter").text

    assert "Tack för pratstunden" in page
    assert "Hej Siv!" in page
    assert "<html" not in page


def test_a_letter_is_approved_from_today_by_a_plain_form(owner_client: SignedIn, draft: PlanDraft) -> None:
    answer = owner_client.post(f"/plans/drafts/{draft.id}/approve?back=today")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/today/")
    assert [message.state for message in mails_to(draft.run.lead)] == [MessageState.PENDING]
    assert "Godkänt. Mejlet går" in owner_client.get("/today/").text


def test_a_letter_is_skipped_by_htmx_and_its_row_says_so(owner_client: SignedIn, draft: PlanDraft) -> None:
    answer = owner_client.post(f"/plans/drafts/{draft.id}/skip", headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert "Mejlet är överhoppat. Planen går vidare till nästa steg." in answer.text
    assert f'id="draft-{draft.id}"' in answer.text


def test_a_letter_is_put_in_other_words_and_approved(owner_client: SignedIn, draft: PlanDraft) -> None:
    url = f"/plans/drafts/{draft.id}"

    saved = owner_client.post(f"{url}/edit", data={"subject": "Hej igen", "body": "Kära {{förnamn}}!", "save": "1"})
    page = owner_client.get(url).text
    sent = owner_client.post(f"{url}/edit", data={"subject": "Hej igen", "body": "Kära {{förnamn}}!", "approve": "1"})

    assert (saved.status_code, saved.headers["Location"]) == (303, url)
    assert "Kära Siv!" in read(page, "letter")
    assert typed(page, "body") == "Kära {{förnamn}}!"
    assert sent.headers["Location"] == f"/leads/{draft.run.lead_id}#plans"
    db.session.expire_all()
    assert draft.state is DraftState.APPROVED


def test_a_letter_may_be_as_long_as_its_template(owner_client: SignedIn, draft: PlanDraft) -> None:
    body = "ord " * 2499 + "slut"

    saved = owner_client.post(f"/plans/drafts/{draft.id}/edit", data={"subject": "Hej", "body": body, "save": "1"})

    assert saved.status_code == 303
    db.session.expire_all()
    assert draft.body == body


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"subject": "", "body": "Hej!"}, "Skriv ett ämne."),
        ({"subject": "Hej", "body": "Kära {{förnman}}!"}, "förnman"),
        ({"subject": "Hej", "body": "Kära {{förnamn!"}, "andra hälft"),
    ],
)
def test_words_that_cannot_be_sent_come_back(
    owner_client: SignedIn, draft: PlanDraft, fields: dict[str, str], refusal: str
) -> None:
    answer = owner_client.post(f"/plans/drafts/{draft.id}/edit", data={**fields, "approve": "1"})

    assert answer.status_code == 422
    assert refusal in read(answer.text)
    assert typed(answer.text, "body") == fields["body"]
    db.session.expire_all()
    assert draft.state is DraftState.WAITING


@pytest.mark.parametrize("path", ["", "/letter"])
def test_a_letter_on_our_pages_shows_no_link_to_the_visitors_own_page(
    owner_client: SignedIn, owner: User, path: str
) -> None:
    enquiry = recorded()
    with writing():
        run = start_with_letter(make_plan(0), db.session.get_one(Lead, enquiry.lead_id), owner)
        (draft,) = drafts_in(run)
        edit(draft, Words("Hej", "Läs här: {{länk till egna sidan}}"))
        draft_id = draft.id

    page = owner_client.get(f"/plans/drafts/{draft_id}{path}").text

    assert "Läs här: [länken]" in page
    assert "/p/" not in page


def test_words_that_a_rule_refuses_to_send_come_back(owner_client: SignedIn, draft: PlanDraft) -> None:
    fields = {"subject": "Hej igen", "body": "Läs här: {{länk till egna sidan}}"}

    answer = owner_client.post(f"/plans/drafts/{draft.id}/edit", data={**fields, "approve": "1"})

    assert answer.status_code == 409
    assert "Det saknar: länk till egna sidan." in read(answer.text)
    assert typed(answer.text, "body") == fields["body"]
    db.session.expire_all()
    assert (draft.state, draft.body) == (DraftState.WAITING, None)


def test_a_late_letter_says_so_and_asks(owner_client: SignedIn, owner: User) -> None:
    with writing():
        run = start(make_plan(0), make_lead(), owner, datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
        advance(run, now())
    found = db.session.scalars(db.select(PlanDraft)).one()

    page = read(owner_client.get(f"/plans/drafts/{found.id}").text)

    assert "Mejlet hann inte gå i tid." in page
    assert "Planen Höra av oss hann inte skicka i tid: Tack för samtalet" in read(
        owner_client.get(f"/leads/{run.lead_id}").text, "timeline"
    )
