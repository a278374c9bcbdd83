import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.articles.models import Article, ArticleFormat
from app.contacts.models import Contact
from app.core.clock import now
from app.core.db import db, writing
from app.home.guide import GuideStep, guide_of
from app.mail.models import Message, MessageState
from app.settings.models import Business
from app.settings.queries import the_business
from tests.consultations.cast import add_host, add_kind
from tests.home.test_today import add_enquiry
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_unit


@pytest.fixture(autouse=True)
def new_house(app: Flask) -> Iterator[None]:
    """A business that nobody has described, on a machine that sends mail."""
    before = app.config["MAIL_TRANSPORT"]
    app.config["MAIL_TRANSPORT"] = "smtp"
    with writing() as session:
        session.execute(sa.update(Business).values(name="", email="", guide_ended_at=None))
    yield
    app.config["MAIL_TRANSPORT"] = before


def done() -> set[GuideStep]:
    db.session.rollback()
    return set(guide_of(the_business()).done)


def shown(page: str) -> dict[str, str]:
    """Each step's words, by its name."""
    steps = re.findall(r'<li class="guide-step[^"]*" id="guide-(\w+)">(.*?)</li>', page, re.DOTALL)
    return {step: " ".join(re.sub(r"<[^>]+>", " ", words).split()) for step, words in steps}


def describe(_owner: User) -> None:
    the_business().name, the_business().email = "Stilla & Stark", "hej@stilla.example.se"


def get_a_mail(owner: User) -> None:
    db.session.execute(sa.update(Message).where(Message.kind == "guide_mail").values(state=MessageState.SENT))


def publish(_owner: User) -> None:
    article = Article(slug="somn", title="Sömn", format=ArticleFormat.TEXT, body_html="<p>Vila.</p>", created_at=now())
    article.updated_at = now()
    db.session.add(article)


def open_hours(owner: User) -> None:
    add_kind(add_host(db.session.merge(owner)))


def put_in_a_unit(_owner: User) -> None:
    add_unit(add_model())


def write_to_oneself(owner: User) -> None:
    add_enquiry(add_lead(add_contact("Maj Ek", email=owner.email_key)), now())


@pytest.mark.parametrize(
    ("step", "act"),
    [
        (GuideStep.BUSINESS, describe),
        (GuideStep.ARTICLE, publish),
        (GuideStep.BOOKING, open_hours),
        (GuideStep.UNITS, put_in_a_unit),
        (GuideStep.ENQUIRY, write_to_oneself),
    ],
)
def test_a_step_is_done_when_the_data_says_so(owner: User, step: GuideStep, act: Callable[[User], None]) -> None:
    before = done()

    with writing():
        act(owner)

    assert (before, done()) == (set(), {step})


def test_the_mail_is_seen_to_when_one_has_left(app: Flask, owner_client: SignedIn, owner: User) -> None:
    answer = owner_client.post("/today/guide/mail", follow_redirects=True)

    assert f"Ett testmejl är på väg till {owner.email}." in answer.text
    assert done() == set()
    assert "Ett testmejl är på väg." in shown(answer.text)["mail"]
    with writing():
        get_a_mail(owner)
    assert done() == {GuideStep.MAIL}
    app.config["MAIL_TRANSPORT"] = "file"
    assert done() == set()
    on_file = shown(owner_client.get("/today/").text)["mail"]
    assert "når ingen" in on_file
    assert "Skicka ett testmejl" not in on_file


def test_an_enquiry_of_somebody_else_is_no_test(owner: User) -> None:
    with writing():
        add_enquiry(add_lead(add_contact("Siv Lund", email="siv@example.se")), now())

    assert done() == set()


def test_who_lends_nothing_says_so(owner_client: SignedIn) -> None:
    page = owner_client.get("/today/").text
    assert "Vi lånar inte ut något" in shown(page)["units"]

    after = owner_client.post("/today/guide/no-units", follow_redirects=True).text

    assert done() == {GuideStep.UNITS}
    assert "1 av 6" in after
    assert "Vi lånar inte ut något" not in shown(after)["units"]


def test_the_first_step_that_is_left_has_the_one_primary_button(owner_client: SignedIn, owner: User) -> None:
    with writing():
        describe(owner)
        write_to_oneself(owner)

    page = owner_client.get("/today/").text

    main = page[page.index("<main") : page.index("</main>")]
    assert len(re.findall(r'class="btn btn-primary"', main)) == 1
    assert re.search(r'id="guide-mail">.*?class="btn btn-primary"', main, re.DOTALL)
    assert "2 av 6" in main


def test_the_test_can_be_answered_and_removed_and_stays_done(owner_client: SignedIn, owner: User) -> None:
    with writing():
        write_to_oneself(owner)
    contact_id = db.session.scalars(sa.select(Contact.id)).one()
    assert "Svara på frågan" in shown(owner_client.get("/today/").text)["enquiry"]

    answer = owner_client.post("/today/guide/remove-test")
    owner_client.post(str(answer.location))

    assert answer.location == f"/contacts/{contact_id}/erase"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 0
    assert done() == {GuideStep.ENQUIRY}


def test_a_guide_put_away_is_found_under_settings(owner_client: SignedIn) -> None:
    owner_client.post("/today/guide/put-away")

    today, settings, guide = (owner_client.get(path).text for path in ("/today/", "/settings/", "/today/guide"))

    assert shown(today) == {}
    assert 'href="/today/guide"' in settings
    assert list(shown(guide)) == list(GuideStep)
    owner_client.post("/today/guide/take-out")
    assert list(shown(owner_client.get("/today/").text)) == list(GuideStep)


def test_when_all_is_done_the_guide_says_so_and_can_be_closed(owner_client: SignedIn, owner: User) -> None:
    owner_client.post("/today/guide/mail")
    with writing():
        for act in (describe, get_a_mail, publish, open_hours, put_in_a_unit, write_to_oneself):
            act(owner)

    page = owner_client.get("/today/").text

    assert "Allt är på plats" in page
    assert "6 av 6" in page
    assert "Stäng guiden" in page


@pytest.mark.parametrize("button", ["put-away", "take-out", "mail", "no-units", "remove-test"])
def test_only_owners_are_guided(staff_client: SignedIn, button: str) -> None:
    assert shown(staff_client.get("/today/").text) == {}
    assert staff_client.get("/today/guide").status_code == 403
    assert staff_client.post(f"/today/guide/{button}").status_code == 403
