"""What other rooms do when two contacts become one, and when that is taken back. A room above this one registers it."""

from collections.abc import Callable, Collection
from datetime import datetime

from flask import Flask, current_app

from app.accounts.models import User
from app.contacts.merges import ContactMerge
from app.contacts.models import Contact

MergeRule = Callable[[ContactMerge, Contact, Contact, User | None, datetime], None]
LockRule = Callable[[Collection[int]], None]
_LOCKS = "ledtrad.locks_before_contacts"
_MERGED = "ledtrad.contacts_merged"
_UNDONE = "ledtrad.merge_undone"


def locked_before_contacts(app: Flask, rule: LockRule) -> None:
    """Call `rule(contact_ids)` before these contacts are locked, to lock what others lock before them."""
    app.extensions.setdefault(_LOCKS, []).append(rule)


def when_merged(app: Flask, rule: MergeRule) -> None:
    """Call `rule(merge, kept, gone, actor, now)` in the write of each merge, while what is theirs is still theirs."""
    app.extensions.setdefault(_MERGED, []).append(rule)


def when_merge_undone(app: Flask, rule: MergeRule) -> None:
    """Call `rule(merge, kept, gone, actor, now)` when a merge is taken back, and each has their own again."""
    app.extensions.setdefault(_UNDONE, []).append(rule)


def lock_what_comes_before(contact_ids: Collection[int]) -> None:
    """Let every registered room lock what comes before these contacts."""
    for rule in current_app.extensions.get(_LOCKS, []):
        rule(contact_ids)


def follow_merge_rules(merge: ContactMerge, kept: Contact, gone: Contact, actor: User | None, now: datetime) -> None:
    """Let every registered room know that two become one."""
    for rule in current_app.extensions.get(_MERGED, []):
        rule(merge, kept, gone, actor, now)


def follow_undoing_rules(merge: ContactMerge, kept: Contact, gone: Contact, actor: User | None, now: datetime) -> None:
    """Let every registered room know that one is two again."""
    for rule in current_app.extensions.get(_UNDONE, []):
        rule(merge, kept, gone, actor, now)
