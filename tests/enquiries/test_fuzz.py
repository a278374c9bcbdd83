"""Whatever is sent, a visitor gets a page and never a fault; whatever is stored is what was written."""

import unicodedata
from datetime import date
from urllib.parse import quote_from_bytes

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.db import db, writing
from app.core.forms import clean_text, is_storable
from app.core.phones import to_e164
from app.enquiries.identity_numbers import mask
from app.enquiries.models import Enquiry
from app.enquiries.spam import judge_content
from tests.enquiries.letters import filled

FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
FIELDS = (
    "token",
    "wish",
    "message",
    "subject_kind",
    "subject_name",
    "name",
    "email",
    "phone",
    "reach_by",
    "consent",
    "tips",
    "website",
    "page",
    "utm_source",
    "ref",
    "from",
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@FEW
@given(changes=st.dictionaries(st.sampled_from(FIELDS), ANY_TEXT, max_size=6), query=ANY_TEXT)
def test_a_form_with_anything_in_it_is_stored_or_comes_back(app: Flask, changes: dict[str, str], query: str) -> None:
    response = app.test_client().post("/contact", data=filled(app, **changes), query_string={"lang": query})

    assert response.status_code in (303, 400, 422)


@FEW
@given(body=st.binary(max_size=300))
def test_a_body_of_any_bytes_is_answered(app: Flask, body: bytes) -> None:
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "")

    statuses = [app.test_client().post("/contact", data=body, content_type=kind).status_code for kind in kinds]

    assert set(statuses) <= {400, 413, 422}


@FEW
@given(message=st.text(min_size=1, max_size=200).filter(lambda text: bool(text.strip())))
def test_a_message_is_stored_as_it_was_written_or_refused(app: Flask, message: str) -> None:
    with writing():
        db.session.query(Enquiry).delete()
    encoded = quote_from_bytes(message.encode("utf-8", "surrogatepass"))
    fields = filled(app, message="HERE")
    body = "&".join(f"{name}={value}" for name, value in fields.items()).replace("HERE", encoded)

    response = app.test_client().post("/contact", data=body, content_type="application/x-www-form-urlencoded")

    if response.status_code == 303:
        stored = db.session.query(Enquiry).one().message
        assert stored == mask(clean_text(message) or "", date(2026, 11, 23))[0]
    else:
        assert response.status_code in (400, 422)
        assert not is_storable(clean_text(message) or "") or "\ufffd" in message or not clean_text(message)


@given(st.text())
def test_no_text_breaks_the_mask_the_ladder_or_the_numbers(text: str) -> None:
    masked, was_masked = mask(text, date(2026, 11, 23))

    assert was_masked is (masked != text)
    assert mask(masked, date(2026, 11, 23)) == (masked, False)
    assert judge_content(text, text).score >= 0
    number = to_e164(text)
    assert number is None or (number.startswith("+") and number[1:].isascii() and number[1:].isdigit())


@given(st.integers(0, 999_999_999), st.sampled_from(["", "-", " ", "+"]))
def test_only_what_can_be_a_number_of_a_person_is_masked(number: int, mark: str) -> None:
    digits = f"{number:09d}"
    text = f"{digits[:6]}{mark}{digits[6:]}0"

    masked, was_masked = mask(text, date(2026, 11, 23))

    month, day = int(digits[2:4]), int(digits[4:6]) % 60
    assert not was_masked or (1 <= month <= 12 and 1 <= day <= 31)
    assert unicodedata.is_normalized("NFC", masked)
