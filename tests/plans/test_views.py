from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import Lead
from app.mail.models import MessageClass
from app.mail.templates import ensure_templates, template_by_key
from app.plans.models import Plan, PlanDraft, PlanRun, StepAction, StopReason
from app.plans.queries import newest_version, plans, runs_of_lead
from app.plans.services import start
from app.plans.waits import WaitUnit
from tests.conftest import NOW
from tests.leads.page import read, rows, typed
from tests.plans.cast import letter, make_lead, make_plan, task
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
    assert "2 uppgifter behöver rättas" in page
    assert '<a href="#name">Namn: Ge planen ett namn.</a>' in answer.text
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
