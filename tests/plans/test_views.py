import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import Lead
from app.mail.models import MessageClass, MessageState
from app.mail.templates import ensure_templates, template_by_key
from app.mail.wording import Words
from app.plans.drafts import edit
from app.plans.models import DraftState, Plan, PlanDraft, PlanRun, StepAction, StopReason
from app.plans.queries import newest_version, plans, runs_of_lead
from app.plans.services import advance, start
from app.plans.waits import WaitUnit
from tests.conftest import NOW
from tests.enquiries.letters import recorded
from tests.leads.page import read, rows, typed
from tests.plans.cast import drafts_in, letter, mails_to, make_lead, make_plan, task
from tests.signed_in import SignedIn


def template_id(key: str = "after_consultation") -> str:
    found = template_by_key(key)
    assert found is not None
    return str(found.id)


def step_fields(number: int, **more: str) -> dict[str, str]:
    fields = {
        "wait": "3",
        "wait_unit": "working_days",
        "action": "letter",
        "clock": "09:30",
        "late_days": "2",
        "template": template_id(),
        "task_kind": "call",
        "task_title": "",
        "task_title_en": "",
        "task_owner": "0",
    }
    return {f"steps-{number}-{name}": value for name, value in {**fields, **more}.items()}


def plan_fields(**more: str) -> dict[str, str]:
    fields = {"name": "Höra av oss", "name_en": "", "message_class": "service", "trigger": "silent"}
    return {**fields, "trigger_days": "5", "sending": "asks", **more}


@pytest.fixture
def templates(app: Flask) -> None:
    with writing():
        ensure_templates(NOW)


@pytest.fixture
def draft(app: Flask, owner: User) -> PlanDraft:
    """A letter that waits, in a plan with another step."""
    with writing():
        run = start(make_plan(steps=[letter(0), task(4)]), make_lead(owner=owner), owner, now())
        run.next_at = now()
        advance(run, now())
    return db.session.scalars(db.select(PlanDraft)).one()


def test_the_list_says_of_each_plan_when_it_starts_and_whether_it_asks(owner_client: SignedIn, owner: User) -> None:
    with writing():
        plan = make_plan(2, trigger="silent", trigger_days=4)
        make_plan(2, name="Av sig själv", sends_by_itself=True, is_on=False)
        start(plan, make_lead(), owner, NOW)

    page = read(owner_client.get("/plans/").text)

    assert "Startar när vi har svarat och inte hört något på 4 dagar. Du godkänner varje mejl." in page
    assert "1 pågår" in page
    assert "Startas för hand. Mejlen går av sig själva." in page


def test_the_list_asks_as_little_for_twelve_plans_as_for_one(
    owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    with writing():
        make_plan(2)
    count_queries()
    owner_client.get("/plans/")
    for_one = count_queries()
    with writing():
        for number in range(11):
            make_plan(number, 3, name=f"Plan {number}")
    count_queries()

    owner_client.get("/plans/")

    assert count_queries() == for_one


@pytest.mark.usefixtures("templates")
def test_a_plan_is_written_step_by_step_and_saved_switched_off(owner_client: SignedIn) -> None:
    steps = {**step_fields(0), **step_fields(1, action="task", wait="1", wait_unit="days", task_title="Ring upp")}

    answer = owner_client.post("/plans/add", data={**plan_fields(), **steps})

    (plan,) = plans()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/plans/{plan.id}/")
    assert (plan.name_sv, plan.trigger, plan.trigger_days, plan.is_on) == ("Höra av oss", "silent", 5, False)
    assert plan.message_class is MessageClass.SERVICE
    first, second = newest_version(plan.id).steps
    assert (first.action, first.wait, first.wait_unit, f"{first.clock:%H.%M}", first.late_days) == (
        StepAction.LETTER,
        3,
        WaitUnit.WORKING_DAYS,
        "09.30",
        2,
    )
    assert (second.action, second.wait, second.task_title_sv, second.template_id) == (
        StepAction.TASK,
        1,
        "Ring upp",
        None,
    )


@pytest.mark.usefixtures("templates")
@pytest.mark.parametrize(
    ("act", "titles"),
    [
        ("add", ["ett", "två", ""]),
        ("remove-0", ["två"]),
        ("down-0", ["två", "ett"]),
        ("up-1", ["två", "ett"]),
        ("up-0", ["ett", "två"]),
        ("down-1", ["ett", "två"]),
        ("remove-7", ["ett", "två"]),
        ("explode", ["ett", "två"]),
    ],
)
def test_steps_are_rearranged_without_script_and_nothing_typed_is_lost(
    owner_client: SignedIn, act: str, titles: list[str]
) -> None:
    steps = {**step_fields(0, task_title="ett", wait="inte ett tal"), **step_fields(1, task_title="två")}

    page = owner_client.post("/plans/add", data={**plan_fields(name="Halvskriven"), **steps, "act": act}).text

    assert [typed(page, f"steps-{number}-task_title") for number in range(len(titles))] == titles
    assert typed(page, f"steps-{len(titles)}-task_title") is None
    assert typed(page, "name") == "Halvskriven"
    assert ("inte ett tal" in page) == (act != "remove-0")
    assert plans() == []


@pytest.mark.usefixtures("templates")
def test_a_plan_that_cannot_be_saved_comes_back_with_what_was_typed(owner_client: SignedIn) -> None:
    answer = owner_client.post("/plans/add", data={**plan_fields(name=""), **step_fields(0, template="0", clock="")})

    page = read(answer.text)
    assert answer.status_code == 422
    assert "Ge planen ett namn." in page
    assert page.count("Välj vilken mall mejlet skrivs efter.") == 2
    assert page.count("Välj när på dagen mejlet går.") == 2
    assert '<a href="#step-1">Steg 1: ' in answer.text
    assert typed(answer.text, "steps-0-late_days") == "2"


@pytest.mark.usefixtures("templates")
def test_a_rule_that_says_no_keeps_what_was_typed(owner_client: SignedIn) -> None:
    fields = {**plan_fields(trigger="won"), **step_fields(0, action="task", task_title="Ring")}

    answer = owner_client.post("/plans/add", data=fields)

    assert answer.status_code == 409
    assert "En vunnen affär är avslutad och får inga uppgifter." in read(answer.text)
    assert typed(answer.text, "steps-0-task_title") == "Ring"


def test_the_editor_shows_the_plan_and_says_what_becomes_of_those_under_way(
    owner_client: SignedIn, owner: User
) -> None:
    with writing():
        run = start(make_plan(2, 4), make_lead(), owner, NOW)
    url = f"/plans/{run.plan_id}/edit"

    page = owner_client.get(url).text
    answer = owner_client.post(
        url, data={**plan_fields(), **step_fields(0, wait="7"), "moves_runs": "y"}, follow_redirects=True
    )

    assert [typed(page, f"steps-{number}-wait") for number in range(2)] == ["2", "4"]
    assert "En affär är mitt i planen" in read(page)
    assert "Den som är mitt i planen fortsätter med de nya stegen." in answer.text
    db.session.expire_all()
    assert (run.version.number, run.version.steps[0].wait) == (2, 7)


def test_an_owner_switches_a_plan_on_and_off(owner_client: SignedIn) -> None:
    with writing():
        plan = make_plan(2, is_on=False)

    owner_client.post(f"/plans/{plan.id}/switch-on")
    assert db.session.get_one(Plan, plan.id, populate_existing=True).is_on
    owner_client.post(f"/plans/{plan.id}/switch-off")
    assert not db.session.get_one(Plan, plan.id, populate_existing=True).is_on


@pytest.mark.parametrize("path", ["switch-on", "switch-off", "remove", "edit"])
def test_plans_are_the_owners_to_change(staff_client: SignedIn, path: str) -> None:
    with writing():
        plan = make_plan(2, is_on=False)

    assert staff_client.post(f"/plans/{plan.id}/{path}").status_code == 403
    page = staff_client.get(f"/plans/{plan.id}/").text
    assert "Slå på planen" not in page
    assert f"/plans/{plan.id}/edit" not in page


def test_a_plan_nobody_has_used_is_removed(owner_client: SignedIn) -> None:
    with writing():
        plan = make_plan(2)

    assert "Ta bort planen" in owner_client.get(f"/plans/{plan.id}/").text
    owner_client.post(f"/plans/{plan.id}/remove")

    assert plans() == []


def test_the_plans_page_tells_who_is_where(owner_client: SignedIn, owner: User, draft: PlanDraft) -> None:
    with writing():
        plan = db.session.get_one(Plan, draft.run.plan_id)
        start(plan, make_lead("Bo Ek", "bo@example.se"), owner, now())

    html = owner_client.get(f"/plans/{plan.id}/").text

    assert rows(html) == ["Bo Ek", "Siv Lund"]
    assert "Steg 1 av 2: ett mejl väntar på dig" in read(html)
    assert "Steg 1 av 2: Tack för samtalet · i dag" in read(html)


def test_a_lead_starts_skips_and_stops_a_plan_on_its_page(owner_client: SignedIn) -> None:
    with writing():
        plan = make_plan(steps=[letter(2), task(4, "Ring upp")], name="Efter mässan")
        lead = make_lead()
    url = f"/leads/{lead.id}"

    assert "Efter mässan" in read(owner_client.get(url).text, "plans")
    owner_client.post(f"/plans/of-lead/{lead.id}", data={"plan": str(plan.id)})
    started = read(owner_client.get(url).text, "plans")
    (run,) = runs_of_lead(lead.id)
    owner_client.post(f"/plans/runs/{run.id}/skip-step")
    skipped = read(owner_client.get(url).text, "plans")
    answer = owner_client.post(f"/plans/runs/{run.id}/stop")
    page = owner_client.get(url).text

    assert "Tack för samtalet" in started
    assert "Ring upp" in started
    assert "Stoppa planen" in started
    assert "Tack för samtalet" not in skipped
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{url}#plans")
    assert "Stoppad i dag: för hand" in read(page, "plans")
    told = read(page, "timeline")
    assert "Maj Ek startade planen Efter mässan" in told
    assert "Maj Ek hoppade över ett steg i planen Efter mässan" in told
    assert "Maj Ek stoppade planen Efter mässan" in told


def test_a_lead_is_not_offered_what_it_may_not_start(owner_client: SignedIn) -> None:
    with writing():
        make_plan(2, name="Tips ibland", message_class=MessageClass.MARKETING)
        make_plan(2, name="Avstängd", is_on=False)
        make_plan(2, name="Efter köpet", trigger="won")
        lead = make_lead()

    card = read(owner_client.get(f"/leads/{lead.id}").text, "plans")

    assert "Det finns ingen plan att starta för den här affären just nu." in card


def test_a_refused_start_says_why(owner_client: SignedIn) -> None:
    with writing():
        plan, lead = make_plan(2), make_lead(email=None)

    answer = owner_client.post(f"/plans/of-lead/{lead.id}", data={"plan": str(plan.id)})

    assert answer.status_code == 409
    assert "Kontakten har ingen e-postadress." in answer.text


def test_many_start_after_seeing_who_is_left_out_and_why(owner_client: SignedIn, owner: User) -> None:
    with writing():
        plan = make_plan(2)
        siv, bo = make_lead(), make_lead("Bo Ek", "bo@example.se", owner=owner)
        silent = make_lead("Åsa Ek", None)
    url = f"/plans/{plan.id}/start"

    page = owner_client.get(url).text
    mine = owner_client.get(f"{url}?owner={owner.id}").text
    answer = owner_client.post(f"{url}-for-many", data={"lead": [str(siv.id), str(silent.id)]}, follow_redirects=True)

    assert "2 affärer kan starta" in read(page)
    assert "Du godkänner varje mejl.\nStarta planen för de valda" in read(page)
    assert "Åsa Ek\nKontakten har ingen e-postadress." in read(page)
    assert re.findall(r'name="lead" value="(\d+)"', mine) == [str(bo.id)]
    assert "Planen startade för en affär. En lämnades utanför." in answer.text
    assert [len(runs_of_lead(lead.id)) for lead in (siv, bo, silent)] == [1, 0, 0]


def test_the_page_for_many_asks_as_little_for_thirty_as_for_one(
    owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    with writing():
        plan = make_plan(2)
        make_lead()
    count_queries()
    owner_client.get(f"/plans/{plan.id}/start")
    for_one = count_queries()
    with writing():
        for number in range(29):
            make_lead(f"Kontakt {number}", f"k{number}@example.se")
    count_queries()

    owner_client.get(f"/plans/{plan.id}/start")

    assert count_queries() == for_one


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
            run = start(plan, make_lead(f"Kontakt {number}", f"k{number}@example.se"), None, now())
            run.next_at = now()
            advance(run, now())

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
        run = start(make_plan(0), db.session.get_one(Lead, enquiry.lead_id), owner, now())
        run.next_at = now()
        advance(run, now())
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


def test_what_is_not_there_is_no_page(owner_client: SignedIn, draft: PlanDraft) -> None:
    lead: Lead = draft.run.lead
    gets = ("/plans/999/", "/plans/999/edit", "/plans/999/start", "/plans/drafts/999", "/plans/drafts/999/letter")
    posts = (
        "/plans/999/start-for-many",
        "/plans/drafts/999/approve",
        "/plans/drafts/999/skip",
        "/plans/runs/999/stop",
        "/plans/of-lead/999",
        f"/plans/of-lead/{lead.id}",
    )

    assert {owner_client.get(path).status_code for path in gets} == {404}
    assert {owner_client.post(path).status_code for path in posts} == {404}
    assert db.session.scalars(db.select(PlanRun.stop_reason)).all() == [None]
    assert StopReason.BY_HAND not in db.session.scalars(db.select(PlanRun.stop_reason)).all()
