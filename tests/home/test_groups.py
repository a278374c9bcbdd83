"""Which group of Today each open thing falls to, and whose day it is."""

import re
from collections.abc import Callable
from datetime import timedelta

from app.accounts.models import User
from app.consultations.kinds import ConsultationKind
from app.consultations.models import ConsultationState
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day, local_zone
from app.enquiries.models import EnquiryState
from app.follow_ups.dues import end_of_day
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.services import find_next_step, plan
from app.home.groups import Group, counts_of
from app.home.queries import waiting
from app.leads.models import Lead
from app.leads.stages import Stage
from app.plans.queries import drafts_of
from app.trials.models import BEFORE_OUT, Decision, Trial, TrialState
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.home.test_today import add_enquiry, groups
from tests.leads.cast import add_contact, add_lead
from tests.plans.cast import make_plan, start_with_letter
from tests.signed_in import SignedIn
from tests.trials.cast import WITHOUT_DAYS, add_trial

A_DAY = timedelta(days=1)


def lead_in(stage: Stage, name: str = "Siv Lund", owner: User | None = None) -> Lead:
    lead = add_lead(add_contact(name, email="siv@example.se"), owner=owner)
    lead.stage = stage
    return lead


def add_step(kind: FollowUpKind, stage: Stage = Stage.CONTACTED, in_days: int = 0) -> FollowUp:
    return plan(lead_in(stage), kind, now() - timedelta(hours=1) + in_days * A_DAY, now())


def waiting_trial(state: TrialState, decision: Decision | None = None) -> Trial:
    """One whose day is here: its first, or its last."""
    today = local_day(now())
    starts_on = today if state in BEFORE_OUT else today - 14 * A_DAY
    days = {} if state in WITHOUT_DAYS else {"starts_on": starts_on, "ends_on": starts_on + 14 * A_DAY}
    return add_trial(lead_in(Stage.TRIAL), state=state, decision=decision, requested_at=now(), **days)


def rows_by_group(page: str) -> dict[str, list[str]]:
    """The names of the rows, by the group they stand in."""
    return {
        group: re.findall(r'<li class="row-line[^"]*" id="([^"]+)"', section)
        for group, section in re.findall(r'<section id="day-(\w+)"(.*?)</section>', page, re.DOTALL)
    }


def counted_aloud(page: str) -> int:
    """The sum of the groups' counts, the quiet ones aside."""
    return sum(int(count) for count in re.findall(r'<h2[^>]*>[^<]*<span class="count ">(\d+)', page))


def of_menu(page: str) -> int:
    found = re.search(r'<span id="menu-today" class="count "[^>]*>(\d+)<', page)
    assert found
    return int(found[1])


def add_everything(kind: ConsultationKind) -> dict[str, list[str]]:
    """One of each thing that can be open today, and what is not for today; the rows that each group should have."""
    asked = [add_enquiry(lead_in(stage), now()) for stage in Stage if stage.is_open]
    for enquiry in asked:
        plan(enquiry.lead, FollowUpKind.ANSWER, now(), now())
    promised = lead_in(Stage.NEW)
    add_enquiry(promised, now(), state=EnquiryState.ANSWERED)
    steps = {kind: add_step(kind) for kind in FollowUpKind if kind is not FollowUpKind.ANSWER}
    steps[FollowUpKind.ANSWER] = plan(promised, FollowUpKind.ANSWER, now(), now())
    deciding = [add_step(kind, Stage.DECISION) for kind in FollowUpKind]
    talks = [
        add_consultation(lead_in(stage), kind, starts_at, state=state)
        for stage, starts_at, state in (
            (Stage.CONSULTATION, now() - A_DAY, ConsultationState.BOOKED),
            (Stage.DECISION, now(), ConsultationState.BOOKED),
            (Stage.NEW, now() + 3 * A_DAY, ConsultationState.REQUESTED),
        )
    ]
    trials = [waiting_trial(state) for state in (*BEFORE_OUT, TrialState.RETURNING, TrialState.RECEIVED)]
    decided = [waiting_trial(TrialState.OUT, decision) for decision in Decision]
    undecided = [waiting_trial(state) for state in (TrialState.OUT, TrialState.DECISION, TrialState.CHECKED)]
    letter = start_with_letter(make_plan(1), add_step(FollowUpKind.CALL, in_days=3).lead)
    later = add_consultation(lead_in(Stage.CONSULTATION), kind, now() + 3 * A_DAY)
    for planned in (*talks, *trials, *decided, *undecided, later):
        find_next_step(planned.lead)
    adrift = lead_in(Stage.CONTACTED)
    db.session.flush()
    return {
        "answers": [f"enquiry-{one.id}" for one in asked],
        "calls": [f"step-{steps[FollowUpKind.CALL].id}"],
        "meetings": [*(f"talk-{one.id}" for one in talks), f"step-{steps[FollowUpKind.VISIT].id}"],
        "trials": [f"trial-{one.id}" for one in (*trials, *decided)],
        "decisions": [*(f"step-{one.id}" for one in deciding), *(f"trial-{one.id}" for one in undecided)],
        "tasks": [f"step-{steps[kind].id}" for kind in (FollowUpKind.ANSWER, FollowUpKind.MAIL, FollowUpKind.OTHER)],
        "drafts": [f"draft-{drafts_of([letter.id])[letter.id].id}"],
        "adrift": [f"adrift-{adrift.id}"],
    }


def test_all_that_is_open_today_is_in_one_group_and_the_counts_are_that_of_the_menu(
    owner_client: SignedIn, owner: User
) -> None:
    with writing():
        expected = add_everything(add_kind(add_host(owner)))

    page = owner_client.get("/today/").text

    found = rows_by_group(page)
    assert {group: sorted(rows) for group, rows in found.items() if group in expected} == {
        group: sorted(rows) for group, rows in expected.items()
    }
    told = [row for rows in found.values() for row in rows]
    assert len(told) == len(set(told))
    assert counted_aloud(page) == of_menu(page) == sum(len(rows) for rows in expected.values()) - 1
    assert list(found)[:8] == [*list(expected)[:6], "adrift", "drafts"]


def test_every_page_counts_what_today_counts(owner: User) -> None:
    with writing():
        add_everything(add_kind(add_host(owner)))
    day, ends_at = local_day(now()), end_of_day(now(), local_zone())

    counts = counts_of(owner.id, day, ends_at)
    of_menu = waiting(day, ends_at)

    assert of_menu["today"] == counts.waits(mine=False)
    assert of_menu["enquiries"] == counts.of(Group.ANSWERS, mine=False)
    assert of_menu["drafts"] == counts.of(Group.DRAFTS, mine=False)


def test_mine_is_what_falls_to_me_or_to_nobody(owner_client: SignedIn, owner: User, staff: User) -> None:
    with writing():
        for whose, name in ((owner, "Mitt"), (staff, "Sixtens"), (None, "Ingens")):
            asks = lead_in(Stage.NEW, name, whose)
            add_enquiry(asks, now())
            plan(asks, FollowUpKind.ANSWER, now(), now())
            letter_to = lead_in(Stage.CONTACTED, name, whose)
            plan(letter_to, FollowUpKind.CALL, now() + 3 * A_DAY, now())
            for kind in (FollowUpKind.CALL, FollowUpKind.MAIL):
                plan(lead_in(Stage.CONTACTED, name, whose), kind, now(), now())
            plan(lead_in(Stage.DECISION, name, whose), FollowUpKind.CALL, now(), now())
            trial = waiting_trial(TrialState.REQUESTED)
            trial.owner, trial.borrower_name, trial.lead.contact.name = whose, name, name
            find_next_step(trial.lead)
            start_with_letter(make_plan(1), letter_to)
            lead_in(Stage.CONTACTED, name, whose)
        for host in (owner, staff):
            lead = lead_in(Stage.CONSULTATION, f"Hos {host.name}")
            find_next_step(add_consultation(lead, add_kind(add_host(host), slug=f"hos-{host.id}"), now()).lead)

    everybody, mine = (groups(owner_client.get(f"/today/?whose={whose}").text) for whose in ("all", "mine"))

    for group, (count, names) in mine.items():
        if group == "Möten":
            assert (count, names) == ("1", ["Hos Maj Ek"])
        else:
            assert (count, sorted(names)) == ("2", ["Ingens", "Mitt"])
    assert {group: count for group, (count, _) in everybody.items()} == {
        group: "2" if group == "Möten" else "3" for group in mine
    }
    assert len(mine) == 8


def test_whose_day_was_looked_at_is_remembered(owner_client: SignedIn, staff: User) -> None:
    with writing():
        plan(lead_in(Stage.CONTACTED, "Siv Lund", staff), FollowUpKind.CALL, now(), now())

    first = owner_client.get("/today/").text
    owner_client.get("/today/?whose=mine")
    mine = owner_client.get("/today/").text

    assert "Siv Lund" in first
    assert "Siv Lund" not in mine
    assert 'data-hx-get="/today/rows?whose=mine"' in mine
    assert "En sak väntar på någon annan." in mine
    assert of_menu(mine) == 1
    assert "Siv Lund" in owner_client.get("/today/?whose=all").text


def test_what_has_stopped_is_counted_and_listed_of_oneself_alone(
    owner_client: SignedIn, owner: User, staff: User
) -> None:
    with writing():
        for name, whose in (("Mitt", owner), ("Sixtens", staff)):
            lead = add_lead(add_contact(name), now=now() - 90 * A_DAY, owner=whose)
            lead.heard_at = now() - 90 * A_DAY

    everybody, mine = (owner_client.get(f"/today/?whose={whose}").text for whose in ("all", "mine"))

    assert groups(everybody)["Har stannat upp"] == ("2", ["2 är inte bearbetade"])
    assert groups(mine)["Har stannat upp"] == ("1", ["1 är inte bearbetad"])
    address = re.findall(r'id="stale-unworked">.*?href="([^"]+)"', mine, re.DOTALL)[0].replace("&amp;", "&")
    listed = owner_client.get(address).text
    assert ("Mitt" in listed, "Sixtens" in listed) == (True, False)


def test_nobody_without_colleagues_is_asked_whose_day(owner_client: SignedIn) -> None:
    assert "Vems dag" not in owner_client.get("/today/").text


def test_an_empty_day_offers_those_adrift_and_those_who_rest(owner_client: SignedIn) -> None:
    with writing():
        lead_in(Stage.CONTACTED, "Pia Hed")
        for name, days in (("Ulf Vila", 30), ("Eva Vila", 3), ("Bo Utan Dag", None)):
            lead = lead_in(Stage.RESTING, name)
            lead.rests_until_on = local_day(now()) + days * A_DAY if days else None

    page = owner_client.get("/today/").text

    assert "Allt är gjort för i dag." in page
    assert groups(page) == {"Utan nästa steg": ("2", ["Pia Hed", "Bo Utan Dag"])}
    resting = re.findall(r'id="resting-\d+">.*?class="row-link"[^>]*>(.*?)</a>', page, re.DOTALL)
    assert resting == ["Eva Vila", "Ulf Vila"]
    assert page.count("Ta upp nu") == 2


def test_one_who_rests_is_taken_up_in_one_tap(owner_client: SignedIn) -> None:
    with writing():
        lead = lead_in(Stage.RESTING, "Ulf Vila")
        lead.rests_until_on = local_day(now()) + A_DAY
    page = owner_client.get("/today/").text

    owner_client.post(str(re.findall(r'action="(/leads/\d+/take-up)"', page)[0]))

    db.session.rollback()
    assert db.session.get_one(Lead, lead.id).is_walking


def test_every_group_costs_the_same_with_one_row_and_with_thirty(
    owner_client: SignedIn, owner: User, count_queries: Callable[[], int]
) -> None:
    def ask(whose: str) -> int:
        db.session.remove()
        count_queries()
        owner_client.get(f"/today/rows?whose={whose}")
        return count_queries()

    with writing():
        kind = add_kind(add_host(owner))
        add_everything(kind)
    for_few = (ask("all"), ask("mine"))
    with writing():
        for _ in range(4):
            add_everything(db.session.merge(kind))

    assert (ask("all"), ask("mine")) == for_few
    assert max(for_few) <= 24
