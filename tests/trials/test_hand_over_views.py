"""A unit changes hands at the desk: what is filled in, what is kept, and what is refused without losing a word."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day
from app.follow_ups.models import FollowUp
from app.trials.agreements import AgreedBy, Agreement, AgreementText
from app.trials.lending import hand_over, reserve
from app.trials.models import Trial, TrialState
from app.trials.moves import Move, go
from app.trials.photos import photos_of
from app.trials.protocols import PhotoKind, Protocol, ProtocolKind, TrialPhoto
from app.trials.queries import trial_to_change
from app.trials.units import DeviceUnit, ModelAccessory, UnitState
from tests.enquiries.letters import words
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_trial, add_unit
from tests.trials.pictures import photo, unfolded

Files = list[tuple[BytesIO, str]]


@pytest.fixture
def agreed(app: Flask, owner: User) -> int:
    """The key of Siv's trial of BM-104, agreed from today. To its model belong a cable and a bag; BM-105 is free."""
    with writing():
        model = add_model(deposit_ore=1_000_00)
        model.accessories = [
            ModelAccessory(position=0, name_sv="Laddkabel", name_en="Charging cable"),
            ModelAccessory(position=1, name_sv="Väska", name_en="Bag"),
        ]
        unit = add_unit(model)
        add_unit(model, "BM-105")
        trial = add_trial(add_lead(add_contact()), unit, TrialState.SUITABLE)
        today = local_day(now())
        reserve(trial, today, today + timedelta(days=20), db.session.get_one(User, owner.id), now(), unit=unit)
        text = AgreementText(text_sv="Lämna tillbaka den.", text_en="Bring it back.", written_at=now())
        agreement = {"language": "sv", "agreed_by": AgreedBy.LINK, "name": "Siv Lund", "agreed_at": now()}
        db.session.add(Agreement(trial=trial, text=text, **agreement))
        go(trial, Move.AGREE, now())
    return trial.id


@pytest.fixture
def out(agreed: int, owner: User) -> int:
    """The same trial, handed over today."""
    with writing():
        trial = trial_to_change(agreed) or pytest.fail("no trial")
        unit = trial.unit or pytest.fail("no unit")
        hand_over(trial, unit, local_day(now()), db.session.get_one(User, owner.id), now())
    return agreed


def _trial(trial_id: int) -> Trial:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Trial, trial_id)


def _unit(serial: str = "BM-104") -> DeviceUnit:
    return db.session.scalars(sa.select(DeviceUnit).where(DeviceUnit.serial == serial)).one()


def _accessory(name: str) -> str:
    return str(db.session.scalars(sa.select(ModelAccessory.id).where(ModelAccessory.name_sv == name)).one())


def _filled(**changes: Any) -> dict[str, Any]:
    """What the form sends when everything is as it should be."""
    return {
        "unit": str(_unit().id),
        "day_on": local_day(now()).isoformat(),
        "place": "Hemma i Sala",
        "present": [_accessory("Laddkabel"), _accessory("Väska")],
        "condition": "Som ny.",
        "deposit": "1 000",
        **changes,
    }


def _file(content: bytes, name: str = "bild.jpg") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def _send(client: FlaskClient, path: str, fields: dict[str, Any]) -> TestResponse:
    return client.post(path, data=fields, content_type="multipart/form-data")


def _protocol(trial_id: int, kind: ProtocolKind) -> Protocol:
    return db.session.scalars(sa.select(Protocol).filter_by(trial_id=trial_id, kind=kind)).one()


def test_one_form_hands_the_unit_over_with_protocol_photos_and_deposit(agreed: int, owner_client: SignedIn) -> None:
    fields = _filled(is_deposit_paid="y", photos=[_file(photo()), _file(photo((60, 40)))])

    answer = _send(owner_client, f"/trials/{agreed}/hand-over", fields)

    assert (answer.status_code, answer.location) == (303, f"/trials/{agreed}")
    trial, protocol = _trial(agreed), _protocol(agreed, ProtocolKind.HAND_OVER)
    assert (trial.state, trial.deposit_ore, trial.deposit_in_on) == (TrialState.OUT, 1_000_00, local_day(now()))
    assert (protocol.place, protocol.condition) == ("Hemma i Sala", "Som ny.")
    assert [(one.name_sv, one.is_there) for one in protocol.accessories] == [("Laddkabel", True), ("Väska", True)]
    assert [(one.kind, one.width) for one in photos_of(agreed)] == [
        (PhotoKind.HAND_OVER, 40),
        (PhotoKind.HAND_OVER, 60),
    ]
    assert _unit().state is UnitState.OUT


def test_the_form_suggests_today_and_the_unit_that_was_kept(agreed: int, owner_client: SignedIn) -> None:
    page = owner_client.get(f"/trials/{agreed}/hand-over")

    assert f'value="{local_day(now())}"' in page.text
    assert re.search(rf'<input checked[^>]* value="{_unit().id}"', page.text)
    assert "BM-105" in page.text
    assert 'enctype="multipart/form-data"' in page.text


def test_words_where_photos_belong_are_no_photos(agreed: int, owner_client: SignedIn) -> None:
    answer = owner_client.post(f"/trials/{agreed}/hand-over", data=_filled(photos="bild.jpg"))

    assert answer.status_code == 303
    assert photos_of(agreed) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"photos": (b"Ingen bild, bara text.", "bild.jpg")}, "bild.jpg: Filen är ingen bild."),
        ({"day_on": "", "photos": (photo(), "bild.jpg")}, "Välj bilderna igen."),
        ({"deposit": "mycket"}, "Skriv ett belopp i kronor"),
        ({"deposit": "", "is_deposit_paid": "y"}, "Skriv hur mycket som är betalt."),
    ],
    ids=["no photo", "no day", "no amount", "paid nothing"],
)
def test_what_is_refused_is_said_beside_its_field_and_nothing_typed_is_lost(
    agreed: int, owner_client: SignedIn, changes: dict[str, Any], sentence: str
) -> None:
    sent = {name: _file(*value) if name == "photos" else value for name, value in changes.items()}

    answer = _send(owner_client, f"/trials/{agreed}/hand-over", _filled(condition="En repa på locket.", **sent))

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "En repa på locket." in answer.text
    assert "Hemma i Sala" in answer.text
    assert _trial(agreed).state is TrialState.AGREED
    assert db.session.query(TrialPhoto).count() == 0


def test_a_unit_that_somebody_else_has_is_refused_with_those_that_are_free(
    agreed: int, owner: User, owner_client: SignedIn
) -> None:
    with writing():
        other = add_trial(add_lead(add_contact("Bo Ek", "070-174 06 22")), _unit("BM-105"), TrialState.SUITABLE)
        other_id, today = other.id, local_day(now())
        actor = db.session.get_one(User, owner.id)
        reserve(other, today, today + timedelta(days=9), actor, now(), unit=_unit("BM-105"))
        go(other, Move.AGREE, now())
        hand_over(other, _unit("BM-105"), today, actor, now())

    answer = _send(owner_client, f"/trials/{agreed}/hand-over", _filled(unit=str(_unit("BM-105").id)))

    assert answer.status_code == 409
    assert "BM-105 är utlånad till" in words(answer)
    assert "Lediga: BM-104." in words(answer)
    assert (_trial(agreed).state, _trial(other_id).state) == (TrialState.AGREED, TrialState.OUT)


def test_without_an_agreement_nothing_goes_out(agreed: int, owner_client: SignedIn) -> None:
    with writing():
        db.session.execute(sa.delete(Agreement))
        db.session.get_one(Trial, agreed).state = TrialState.RESERVED

    page = owner_client.get(f"/trials/{agreed}/hand-over")
    answer = _send(owner_client, f"/trials/{agreed}/hand-over", _filled())

    assert f"/trials/{agreed}/agreement-on-paper" in page.text
    assert "enctype" not in page.text
    assert answer.status_code == 422
    assert _trial(agreed).state is TrialState.RESERVED


def _back(**changes: Any) -> dict[str, Any]:
    """What the form of a return sends when a bag has been left behind."""
    fields = {"day_on": local_day(now()).isoformat(), "place": "Kontoret", "condition": "Repig.", "check": "later"}
    return {**fields, "present": [_accessory("Laddkabel")], **changes}


def test_what_is_missing_at_a_return_becomes_one_task(out: int, owner_client: SignedIn) -> None:
    answer = _send(owner_client, f"/trials/{out}/return", _back(photos=_file(photo())))

    assert (answer.status_code, answer.location) == (303, f"/trials/{out}")
    assert _trial(out).state is TrialState.RECEIVED
    asked = [step.title for step in db.session.scalars(sa.select(FollowUp)) if step.title]
    assert [title for title in asked if title.startswith("Fråga efter")] == ["Fråga efter: väska"]
    assert [one.kind for one in photos_of(out)] == [PhotoKind.RETURN]
    assert _unit().state is UnitState.BACK_UNCHECKED


@pytest.mark.parametrize(
    ("look", "why", "state"), [("fine", "", UnitState.FREE), ("service", "Nytt batteri", UnitState.SERVICE)]
)
def test_a_unit_can_be_looked_over_in_the_same_form(
    out: int, owner_client: SignedIn, look: str, why: str, state: UnitState
) -> None:
    answer = _send(owner_client, f"/trials/{out}/return", _back(check=look, why=why))

    assert answer.status_code == 303
    assert (_trial(out).state, _unit().state) == (TrialState.CHECKED, state)


def test_service_asks_what_for(out: int, owner_client: SignedIn) -> None:
    answer = _send(owner_client, f"/trials/{out}/return", _back(check="service"))

    assert answer.status_code == 422
    assert "Skriv vad som ska göras med enheten." in words(answer)
    assert "Repig." in answer.text
    assert _trial(out).state is TrialState.OUT


def test_a_deposit_that_was_paid_is_paid_back(out: int, owner_client: SignedIn) -> None:
    assert "Depositionen är återbetald" not in owner_client.get(f"/trials/{out}/return").text
    with writing():
        trial = db.session.get_one(Trial, out)
        trial.deposit_ore, trial.deposit_in_on = 1_000_00, local_day(now())

    _send(owner_client, f"/trials/{out}/return", _back(is_deposit_back="y"))

    assert _trial(out).deposit_out_on == local_day(now())


def test_both_protocols_are_printed_with_lines_to_sign(out: int, owner: User, owner_client: SignedIn) -> None:
    assert "Inget är skrivet än." in words(owner_client.get(f"/trials/{out}/protocol"))
    _send(owner_client, f"/trials/{out}/return", _back())

    page = words(owner_client.get(f"/trials/{out}/protocol"))

    assert "BM-104 · BM Hem" in page
    assert "Väska Nej, saknas" in page
    assert "Siv Lund Maj Ek" in page


def _taken_in(trial_id: int, client: SignedIn) -> int:
    _send(client, f"/trials/{trial_id}/photos", {"kind": "hand_over", "photos": _file(photo())})
    return db.session.scalars(sa.select(TrialPhoto.id)).one()


def test_a_photo_is_seen_by_who_is_signed_in_and_kept_by_nobody(
    out: int, client: FlaskClient, owner_client: SignedIn
) -> None:
    path = f"/trials/{out}/photos/{_taken_in(out, owner_client)}.jpg"

    shown, refused = owner_client.get(path), client.get(path)

    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert unfolded(shown.data).size == (40, 30)
    assert (refused.status_code, refused.location.partition("?")[0]) == (302, "/sign-in")
    assert owner_client.get(path.replace(f"trials/{out}", f"trials/{out + 1}")).status_code == 404


def test_a_photo_can_be_taken_away(out: int, owner_client: SignedIn) -> None:
    photo_id = _taken_in(out, owner_client)

    answer = owner_client.post(f"/trials/{out}/photos/{photo_id}/delete")

    assert answer.status_code == 303
    assert db.session.query(TrialPhoto).count() == 0


def test_a_ninth_photo_of_a_kind_is_refused(out: int, owner_client: SignedIn) -> None:
    eight = {"kind": "return", "photos": [_file(photo()) for _ in range(8)]}
    assert _send(owner_client, f"/trials/{out}/photos", eight).status_code == 303

    answer = _send(owner_client, f"/trials/{out}/photos", {"kind": "return", "photos": _file(photo())})

    assert answer.status_code == 422
    assert "Det får vara högst åtta bilder." in words(answer)
    assert db.session.query(TrialPhoto).count() == 8


def test_photos_may_weigh_more_than_other_forms_and_not_without_end(
    app: Flask, out: int, owner_client: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavy = photo() + b"\0" * app.config["MAX_CONTENT_LENGTH"]  # what follows a JPEG's end is not looked at
    boundary, body = encode_multipart({"kind": "return", "photos": FileStorage(BytesIO(heavy), "bild.jpg")})
    path, sent = f"/trials/{out}/photos", {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}

    taken = owner_client.post(path, **sent)
    monkeypatch.setattr("app.core.uploads.LARGEST_UPLOAD", app.config["MAX_CONTENT_LENGTH"])
    refused = owner_client.post(path, **sent)

    assert taken.status_code == 303
    assert refused.status_code == 413
    assert "Det du skickade är för stort" in words(refused)
    stored: Callable[[], int] = db.session.query(TrialPhoto).count
    assert stored() == 1
