"""Many leads are moved to another stage."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.consultations.queries import ahead_of
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.labels import label
from app.leads.models import Lead, LeadStage
from app.leads.move_undo import Move, Place, move_back
from app.leads.moving import AlwaysAsked, Facts, Wanted, asked_by, enter_stage
from app.leads.own_stages import stage_of
from app.leads.services import hand_over
from app.leads.stages import WALK, RequiredFact
from app.leads.values import set_value
from app.lists.deeds import GONE, Before, LeadDeed, Reasons
from app.trials.queries import trials_of

FIELDS: dict[Wanted, str] = {
    AlwaysAsked.LOST_REASON: "lost_reason",
    AlwaysAsked.REST_DAY: "rests_until_on",
    RequiredFact.VALUE: "value_ore",
    RequiredFact.OWNER: "owner",
    RequiredFact.NEXT_STEP: "next_step",
    RequiredFact.WHY: "why",
}
"""What can be said once for all, and where `Facts` keeps it. A number or an address is each one's own."""

LEARNT = (RequiredFact.VALUE, RequiredFact.OWNER, RequiredFact.NEXT_STEP)
"""What is only said of those that lack it: the others keep what they have."""


@dataclass(frozen=True, slots=True)
class EnterStage(LeadDeed):
    """Let them enter a stage, with what it wants to know said once for all."""

    own: LeadStage
    facts: Facts

    def reasons_against_leads(self, leads: Sequence[Lead]) -> Reasons:
        if not self.own.is_active:
            return {lead.id: _l("Steget är undanlagt.") for lead in leads}
        against = self._what_ends_badly([lead.id for lead in leads])
        for lead in leads:
            if self._stays(lead):
                against[lead.id] = _l("Står redan i det steget.")
            elif missing := [fact for fact in asked_by(lead, self.own) if not self._says(fact)]:
                words = ", ".join(label(fact).lower() for fact in missing)
                against[lead.id] = _l("Saknar: %(facts)s.", facts=words)
        return against

    def _stays(self, lead: Lead) -> bool:
        is_same = stage_of(lead).id == self.own.id
        return is_same and self.facts.rests_until_on in (None, lead.rests_until_on)

    def _says(self, fact: Wanted) -> bool:
        return fact in FIELDS and getattr(self.facts, FIELDS[fact]) is not None

    def _what_ends_badly(self, lead_ids: Collection[int]) -> Reasons:
        """A move off the walk would call off talks and loans, which nobody could take back: those are seen to first."""
        if self.own.meaning in WALK:
            return {}
        talks: Reasons = {talk.lead_id: _l("Har en bokad konsultation.") for talk in ahead_of(*lead_ids)}
        return talks | {
            trial.lead_id: _l("Har en enhet ute.") if trial.is_with_borrower else _l("Har en provperiod på gång.")
            for trial in trials_of(lead_ids)
            if trial.is_open and trial.lead_id is not None
        }

    def act(self, row_ids: Sequence[int], actor: User, now: datetime) -> dict[int, Before]:
        return {row_id: self._move(db.session.get_one(Lead, row_id), actor, now) for row_id in row_ids}

    def _move(self, lead: Lead, actor: User, now: datetime) -> Before:
        before, owner_id, value_ore = Place.of(lead), lead.owner_id, lead.value_ore
        known = [FIELDS[fact] for fact in LEARNT if fact not in asked_by(lead, self.own)]
        enter_stage(lead, self.own, actor, now, facts=replace(self.facts, **dict.fromkeys(known)))
        db.session.flush()
        return {"move": Move(before, Place.of(lead), now).as_text(), "owner": owner_id, "value_ore": value_ore}

    def take_back(self, rows: Mapping[int, Before], actor: User, now: datetime) -> Reasons:
        kept: Reasons = {}
        for row_id, before in rows.items():
            lead = db.session.get(Lead, row_id)
            try:
                self._take_back(lead, before, actor, now)
            except RuleBroken as refusal:
                kept[row_id] = refusal.sentence
        return kept

    def _take_back(self, lead: Lead | None, before: Before, actor: User, now: datetime) -> None:
        if lead is None:
            raise RuleBroken(GONE)
        move_back(lead, Move.from_text(before["move"]), actor, now)
        if self.facts.owner is not None and before["owner"] is None and lead.owner_id == self.facts.owner.id:
            hand_over(lead, None, actor, now)
        if self.facts.value_ore is not None and before["value_ore"] is None and lead.value_ore == self.facts.value_ore:
            set_value(lead, None, actor, now)
