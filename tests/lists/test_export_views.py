"""Lists as files: which rows, which columns, and nothing of health that nobody asked for."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, time

import pytest
from flask import Flask

from app.accounts.models import User
from app.contacts.tags import find_or_add_tag
from app.core.db import writing
from app.core.language import local_zone
from app.core.phones import to_e164
from app.follow_ups.dues import at_time, whole_day
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.tags import tag_lead
from app.leads.values import set_value
from app.lists.models import ListOf
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read
from tests.lists.cast import add_leads
from tests.signed_in import SignedIn

USUAL = ["name", "email", "stage", "owner", "value"]


def test_the_chosen_rows_and_columns_become_a_file(owner_client: SignedIn, owner: User) -> None:
    with writing():
        leads = add_leads(3, owner)
        set_value(leads[0], 12_500_00, owner, NOW)
        rows = [lead.id for lead in leads[:2]]

    page = owner_client.post("/lists/leads/export", data={"row": rows, "asked": "owner=me"}).text
    asked = {"rows": ",".join(map(str, rows)), "file": "csv", "columns": USUAL}
    answer = owner_client.post("/lists/leads/file", data=asked)

    assert "2 affärer." in read(page)
    assert f'name="rows" type="hidden" value="{rows[0]},{rows[1]}"' in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ledtrad-leads-')
    assert answer.data.decode("utf-8-sig").split("\r\n") == [
        "Namn;E-post;Steg;Ansvarig;Värde i kronor",
        "Kontakt 0001;k1@example.se;Ny;Maj Ek;12500",
        "Kontakt 0002;k2@example.se;Ny;Maj Ek;",
        "",
    ]


def test_all_that_the_list_shows_become_a_file(owner_client: SignedIn, owner: User, staff: User) -> None:
    with writing():
        add_leads(2, owner)
        add_leads(1, staff)

    page = owner_client.post("/lists/leads/export", data={"all": "1", "asked": f"owner={owner.id}"}).text
    asked = {"asked": f"owner={owner.id}", "file": "csv", "columns": ["name"]}
    answer = owner_client.post("/lists/leads/file", data=asked)

    assert "2 affärer." in read(page)
    assert answer.data.decode("utf-8-sig").split() == ["Namn", "Kontakt", "0001", "Kontakt", "0002"]


def test_what_tells_of_health_is_in_no_file_that_nobody_asked_it_of(owner_client: SignedIn, owner: User) -> None:
    with writing():
        (lead,) = add_leads(1)
        tag_lead(lead, find_or_add_tag("Sömn"))
        plan(lead, FollowUpKind.CALL, NOW, NOW, title="Fråga om värken")
    everything = [*USUAL, "phone", "about", "next_step", "created", "active", "tags", "step_words", "article"]

    plain = owner_client.post("/lists/leads/file", data={"file": "csv", "columns": everything[:10]})
    forged = owner_client.post("/lists/leads/file", data={"file": "csv", "columns": everything})
    asked = {"file": "csv", "columns": ["name"], "health": ["tags", "step_words"]}
    told = owner_client.post("/lists/leads/file", data=asked).data.decode("utf-8-sig")

    assert "Sömn" not in plain.text
    assert "värken" not in plain.text
    assert forged.status_code == 422
    assert told.split("\r\n")[:2] == ["Namn;Taggar;Nästa steg med egna ord", "Kontakt 0001;Sömn;Fråga om värken"]


def test_a_next_step_that_is_owed_any_time_on_a_day_stands_on_that_day(owner_client: SignedIn) -> None:
    zone, friday = local_zone(), date(2026, 11, 27)
    with writing():
        whole, timed = add_leads(2)
        plan(whole, FollowUpKind.CALL, whole_day(friday, zone).at, NOW, due_on=friday)
        plan(timed, FollowUpKind.CALL, at_time(friday, time(23, 30), zone).at, NOW)

    answer = owner_client.post("/lists/leads/file", data={"file": "csv", "columns": ["next_step"]})

    assert answer.data.decode("utf-8-sig").split("\r\n")[1:3] == ["2026-11-27"] * 2


@pytest.mark.parametrize("list_of", list(ListOf))
def test_a_number_stands_as_it_is_written_here_so_that_no_spreadsheet_counts_with_it(
    owner_client: SignedIn, list_of: ListOf
) -> None:
    with writing():
        for phone in ("0701740611", "+46 70 174 06 12", "växeln"):
            contact = add_contact("Siv Lund")
            contact.phone, contact.phone_e164 = phone, to_e164(phone)
            add_lead(contact)

    answer = owner_client.post(f"/lists/{list_of}/file", data={"file": "csv", "columns": ["phone"]})

    assert answer.data.decode("utf-8-sig").split("\r\n")[1:4] == ["070-174 06 11", "070-174 06 12", "växeln"]


def test_a_workbook_of_contacts(owner_client: SignedIn) -> None:
    with writing():
        add_leads(2)

    answer = owner_client.post("/lists/contacts/file", data={"file": "xlsx", "columns": ["name", "email", "created"]})

    sheet = zipfile.ZipFile(io.BytesIO(answer.data)).read("xl/worksheets/sheet1.xml").decode()
    assert [f"<t>{word}</t>" in sheet for word in ("Namn", "Kontakt 0002", "k2@example.se")] == [True] * 3


def test_no_column_is_asked_for_again(owner_client: SignedIn) -> None:
    answer = owner_client.post("/lists/leads/file", data={"file": "csv", "rows": "1,2"})

    assert answer.status_code == 422
    assert "Välj minst en kolumn." in answer.text
    assert 'value="1,2"' in answer.text


def test_a_list_that_is_none_is_no_file(owner_client: SignedIn) -> None:
    assert owner_client.get("/lists/horses/export").status_code == 404
    assert owner_client.post("/lists/horses/file").status_code == 404


def test_a_file_of_many_asks_as_little_as_one_of_few(
    app: Flask, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    asked = {"file": "csv", "columns": USUAL, "health": ["tags", "step_words"]}
    with writing():
        add_leads(1)
    owner_client.post("/lists/leads/file", data=asked)
    count_queries()
    owner_client.post("/lists/leads/file", data=asked)
    for_one = count_queries()
    with writing():
        add_leads(29)
    count_queries()

    owner_client.post("/lists/leads/file", data=asked)

    assert count_queries() == for_one
