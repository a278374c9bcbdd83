"""One of several processes who do different things with the same people, family after family.

Its arguments are what it does and, as JSON, the keys of each family: the mother, her neighbour, and what the daughter
wrote. It says "ready", waits for a line, and then prints what became of each, as JSON.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping

from app import create_app
from app.contacts.merging import merge
from app.contacts.models import Contact
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.enquiries.models import Enquiry
from app.enquiries.splitting import Wanted, split_off
from tests.enquiries.shared_mailbox import LATER

HESITATES_SECONDS = 0.1
"""Between what it writes and the commit, so that the others come in between."""
DONE, REFUSED = "done", "refused"


def _join(kept_id: int, gone_id: int) -> None:
    merge(_contact(kept_id), _contact(gone_id), {}, None, LATER)


def _part(enquiry_id: int, mother_id: int, to_id: int | None) -> None:
    to = _contact(to_id) if to_id else None
    split_off(db.session.get_one(Enquiry, enquiry_id), Wanted(mother_id, to), None, LATER)


def _contact(contact_id: int) -> Contact:
    contact = db.session.get(Contact, contact_id)
    if contact is None:
        raise RuleBroken("a page would say that it is not found")
    return contact


WHAT: Mapping[str, Callable[[int, int, int], None]] = {
    "the mother goes": lambda mother, neighbour, _enquiry: _join(neighbour, mother),
    "the neighbour goes": lambda mother, neighbour, _enquiry: _join(mother, neighbour),
    "it is a daughter's": lambda mother, _neighbour, enquiry: _part(enquiry, mother, None),
    "it is the neighbour's": lambda mother, neighbour, enquiry: _part(enquiry, mother, neighbour),
}


def meet(what: str, family: tuple[int, int, int]) -> str:
    """Do it to one family; says whether it was done, or refused, or what went wrong."""
    try:
        with writing():
            WHAT[what](*family)
            time.sleep(HESITATES_SECONDS)
    except RuleBroken:
        return REFUSED
    except Exception as fault:
        return f"{fault!r} from {fault.__cause__!r}"
    return DONE


def main(what: str, families: list[tuple[int, int, int]]) -> None:
    """Go from family to family, as all the others do."""
    app = create_app()
    with app.app_context():
        db.session.execute(db.text("SELECT 1"))
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps([meet(what, family) for family in families]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
