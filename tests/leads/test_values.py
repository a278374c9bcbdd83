import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind
from app.leads.queries import timeline
from app.leads.values import set_value
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead


def test_set_value_keeps_it_and_tells_of_it_once(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        for value in (12_500_00, 12_500_00, 0, None):
            set_value(lead, value, owner, NOW)

    assert lead.value_ore is None
    assert [(line.kind, line.text, line.value_ore, line.actor_id) for line in reversed(timeline(lead))] == [
        (EventKind.VALUE, "1250000", 12_500_00, owner.id),
        (EventKind.VALUE, "0", 0, owner.id),
        (EventKind.VALUE, None, 0, owner.id),
    ]


@pytest.mark.parametrize("value", [-1, 20_000_000_01])
def test_set_value_refuses_what_no_device_costs(app: Flask, owner: User, value: int) -> None:
    with pytest.raises(RuleBroken, match="mellan 0 och 20"), writing():
        set_value(add_lead(add_contact()), value, owner, NOW)
