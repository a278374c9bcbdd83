"""Two contacts become one, in one write. How it is taken back is in `unmerging.py`.

Whatever points to the contact that goes is moved to the one that stays, by what the foreign keys say; a private page
and a signed link belong to a lead and a mailbox, and so they go on working for both mailboxes.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.merge_facts import chosen_facts, facts_of
from app.contacts.merge_rows import move, pointers_to, take_out
from app.contacts.merge_rules import follow_merge_rules, lock_what_comes_before
from app.contacts.merges import ContactMerge, Story
from app.contacts.models import Consent, ConsentPurpose, Contact, PossibleDuplicate, Subject
from app.contacts.queries import consents_of
from app.contacts.services import renew_terms
from app.contacts.tags import ContactTag
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.labels import label
from app.core.rows import change, plain, store, table_of
from app.core.turns import take_turns
from app.core.words import fold
from app.mail.addresses import suppression_key
from app.mail.suppressions import stop_marketing


def merge(kept: Contact, gone: Contact, chosen: Mapping[str, str], actor: User | None, now: datetime) -> ContactMerge:
    """Join two contacts; `chosen` says for each fact whose is kept (`Fact` to `Side`), else what we suggest.

    Everything of both goes on, and for as long as the story is kept it can be taken back. A no of either mailbox stands
    for that mailbox. Refused where one of them has gone meanwhile, or took a yes back after the other gave theirs.
    """
    kept, gone = _locked(kept, gone)
    _refuse_a_later_no(kept, gone)
    merged = store(
        plain(ContactMerge, kept_id=kept.id, gone_id=gone.id, actor_id=actor.id if actor else None, merged_at=now)
    )
    follow_merge_rules(merged, kept, gone, actor, now)
    db.session.flush()
    facts = chosen_facts(kept, gone, chosen) | {
        "active_at": max(kept.active_at, gone.active_at),
        "created_at": min(kept.created_at, gone.created_at),
    }
    story = {"kept": facts_of(kept), "stopped": _stop_where_no_was_said(kept, gone, now)}
    story |= _move_rows(kept.id, gone.id)
    (story["gone"],) = take_out(table_of(Contact), Contact.id == gone.id)
    _become(kept, facts)
    story["became"] = facts_of(kept)
    change(merged, story=json.dumps(story, ensure_ascii=False))
    return merged


def _locked(kept: Contact, gone: Contact) -> tuple[Contact, Contact]:
    """Both as they are when nobody else changes them, locked in everybody's order: who writes now waits until later."""
    if kept.id == gone.id:
        raise RuleBroken(_l("Välj två olika kontakter."))
    contacts = lock_contacts([kept.id, gone.id], *addresses_of(kept), *addresses_of(gone))
    if len(contacts) < 2:
        raise RuleBroken(_l("En av kontakterna finns inte längre. Den kan redan vara sammanslagen eller raderad."))
    return contacts[kept.id], contacts[gone.id]


def lock_contacts(contact_ids: list[int], *addresses: str) -> dict[int, Contact]:
    """Those of the contacts that there are, with their consents, and what other rooms lock before them.

    Waits for whoever writes to us from one of the addresses, and lets in after us whoever comes later.
    """
    take_turns(*addresses, *(f"consents:{contact_id}" for contact_id in contact_ids))
    consents = sa.select(Consent.id).where(Consent.contact_id.in_(contact_ids)).order_by(Consent.id)
    db.session.execute(consents.with_for_update())
    lock_what_comes_before(contact_ids)
    theirs = sa.select(Contact).where(Contact.id.in_(contact_ids)).order_by(Contact.id)
    found = db.session.scalars(theirs.with_for_update().execution_options(populate_existing=True))
    return {contact.id: contact for contact in found}


def addresses_of(contact: Contact) -> list[str]:
    """What a contact is known by when somebody writes."""
    return [key for key in (contact.email_key, contact.phone_e164) if key]


def _refuse_a_later_no(kept: Contact, gone: Contact) -> None:
    """Somebody's last word about what we may keep must not drown in an older yes. Tips are a matter of the mailbox."""
    consents = {contact: consents_of(contact.id) for contact in (kept, gone)}
    for purpose in (ConsentPurpose.ANSWER, ConsentPurpose.CHECK_INS):
        for said_no, other in ((kept, gone), (gone, kept)):
            no, yes = _last_no(consents[said_no], purpose), _last_yes(consents[other], purpose)
            if no and yes and no > yes:
                sentence = _(
                    "%(name)s har tagit tillbaka sitt samtycke (%(purpose)s) efter att %(other)s gav sitt. "
                    "Återkalla det hos båda först.",
                    name=said_no.name,
                    purpose=label(purpose),
                    other=other.name,
                )
                raise RuleBroken(sentence)


def _stop_where_no_was_said(kept: Contact, gone: Contact, now: datetime) -> list[str]:
    """Send no tips to a mailbox whose last word was a no, whoever is reached at it from now on; gives what is new."""
    stopped = []
    for contact, other in ((kept, gone), (gone, kept)):
        no = _last_no(consents_of(contact.id), ConsentPurpose.TIPS)
        yes = _last_yes(consents_of(other.id), ConsentPurpose.TIPS) if other.email_key == contact.email_key else None
        if contact.email and no and (yes is None or yes < no):
            mailbox = suppression_key(contact.email)
            stopped += [mailbox] if stop_marketing(mailbox, now) else []
    return stopped


def _last_no(consents: Sequence[Consent], purpose: ConsentPurpose) -> datetime | None:
    """When the last yes was taken back; None while one stands, or where there never was one."""
    taken_back = [one.withdrawn_at for one in consents if one.purpose is purpose]
    return max((moment for moment in taken_back if moment), default=None) if all(taken_back) else None


def _last_yes(consents: Sequence[Consent], purpose: ConsentPurpose) -> datetime | None:
    """When the last yes was given of those that stand."""
    return max((one.given_at for one in consents if one.purpose is purpose and not one.withdrawn_at), default=None)


def _move_rows(kept_id: int, gone_id: int) -> Story:
    taken_out = {
        "possible_duplicate": take_out(table_of(PossibleDuplicate), *_pairs_of_both(kept_id, gone_id)),
        "contact_tag": take_out(table_of(ContactTag), *_tags_of_both(kept_id, gone_id)),
    }
    subjects = [
        {"from": old, "to": new, "moved": {pointer.name: move(pointer, old, new) for pointer in pointers_to("subject")}}
        for old, new in _same_subjects(kept_id, gone_id)
    ]
    joined = [subject["from"] for subject in subjects]
    taken_out["subject"] = take_out(table_of(Subject), Subject.id.in_(joined))
    moved = {pointer.name: move(pointer, gone_id, kept_id) for pointer in pointers_to("contact")}
    return {"taken_out": taken_out, "subjects": subjects, "moved": moved}


def _pairs_of_both(kept_id: int, gone_id: int) -> list[sa.ColumnElement[bool]]:
    """The question whether these two are the same, and those of the one that goes that the other is asked already."""
    pair = PossibleDuplicate
    other_id = sa.case((pair.contact_id == gone_id, pair.other_id), else_=pair.contact_id)
    asked = sa.union_all(
        sa.select(pair.other_id).where(pair.contact_id == kept_id),
        sa.select(pair.contact_id).where(pair.other_id == kept_id),
    )
    is_theirs = sa.or_(pair.contact_id == gone_id, pair.other_id == gone_id)
    return [is_theirs, sa.or_(other_id == kept_id, other_id.in_(asked))]


def _tags_of_both(kept_id: int, gone_id: int) -> list[sa.ColumnElement[bool]]:
    carried = sa.select(ContactTag.tag_id).where(ContactTag.contact_id == kept_id)
    return [ContactTag.contact_id == gone_id, ContactTag.tag_id.in_(carried)]


def _same_subjects(kept_id: int, gone_id: int) -> list[tuple[int, int]]:
    """The subjects of the one that goes which the other has too: the same kind, and the same name folded."""
    query = sa.select(Subject.id, Subject.contact_id, Subject.kind, Subject.name).order_by(Subject.id.desc())
    rows = db.session.execute(query.where(Subject.contact_id.in_((kept_id, gone_id)))).all()
    known = {(row.kind, fold(row.name or "")): row.id for row in rows if row.contact_id == kept_id}
    pairs = ((row.id, known.get((row.kind, fold(row.name or "")))) for row in rows if row.contact_id == gone_id)
    return [(old, new) for old, new in pairs if new is not None]


def _become(kept: Contact, facts: Mapping[str, Any]) -> None:
    db.session.expire_all()
    for column, value in facts.items():
        setattr(kept, column, value)
    renew_terms(kept)
