"""The page of the reports, and its file."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from app.core.db import writing
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.reports.cells import change_words
from app.trials.models import TrialState
from tests.conftest import NOW
from tests.enquiries.letters import add_article, recorded, sent
from tests.reports.cast import add_ended_trial, add_lead_from
from tests.signed_in import SignedIn
from tests.trials.walks import a_lost_reason


def test_the_page_shows_the_period_that_its_address_names(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        add_ended_trial(sold_on=date(2020, 5, 2), settled_at=NOW.replace(year=2020, month=5, day=2))
        add_ended_trial(price_ore=100)

    days = "period=dates&from=2020-05-01&to=2020-05-31"
    sold, tried = owner_client.get(f"/reports/articles?{days}").text, owner_client.get(f"/reports/trials?{days}").text

    assert "1 maj 2020 till 31 maj 2020" in sold
    assert 'value="2020-05-01"' in sold
    assert sold.replace("\N{NO-BREAK SPACE}", " ").count("14 900 kr") == 3
    assert "1 av 1" in tried
    assert "/reports/articles.csv?period=dates&amp;from=2020-05-01&amp;to=2020-05-31" in sold


def test_a_count_is_compared_with_the_period_before_where_there_is_something_to_compare(app: Flask) -> None:
    compared = [change_words(now, before) for now, before in ((5, 3), (3, 5), (3, 3), (3, 0), (0, 0), (3, None))]

    assert compared == [
        "+2 mot förra perioden",
        "\N{MINUS SIGN}2 mot förra perioden",
        "lika många som förra perioden",
        "inga förra perioden",
        "",
        "",
    ]


def test_a_period_without_anything_says_so(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        add_ended_trial()

    def opened(page: str) -> str:
        return owner_client.get(f"/reports/{page}?period=dates&to=2019-01-01").text

    assert "Ingen affär kom de här dagarna" in opened("")
    assert "Ingen affär kom de här dagarna" in opened("funnel")
    assert "Ingen skrev de här dagarna" in opened("answers")
    assert "Ingen affär kom de här dagarna" in opened("sources")
    assert "Ingen affär förlorades de här dagarna" in opened("lost")
    assert "Inget hände de här dagarna" in opened("articles")
    assert "Ingen provperiod tog slut de här dagarna" in opened("trials")


@pytest.mark.parametrize("asked", ["", "?period=all", "?owner=me"])
def test_a_business_that_has_just_begun_is_told_what_will_be_here(
    app: Flask, staff_client: SignedIn, asked: str
) -> None:
    def opened(page: str) -> str:
        return staff_client.get(f"/reports/{page}{asked}").text

    assert "Här visas hur det går" in opened("")
    assert "Här visas hur långt affärerna går" in opened("funnel")
    assert "Här visas vilka artiklar som leder till köp" in opened("articles")
    assert "Här visas hur snabbt ni svarar" in opened("answers")
    assert "Här visas vilka sidor" in opened("sources")
    assert "Här visas varför affärer förloras" in opened("lost")
    assert "Här visas hur många som köper" in opened("trials")


@pytest.mark.parametrize(
    "query",
    [
        "period=never",
        "period=dates&from=2026-02-30",
        "period=dates&to=soon",
        "period=dates&to=9999-12-31",
        "period=dates&from=0001-01-01",
        "owner=4711",
        "owner=somebody",
    ],
)
@pytest.mark.parametrize("page", ["", "articles", "articles.csv"])
def test_what_is_no_period_and_nobody_of_ours_is_not_found(owner_client: SignedIn, page: str, query: str) -> None:
    assert owner_client.get(f"/reports/{page}?{query}").status_code == 404


def test_the_file_holds_the_table_and_no_formula(app: Flask, owner_client: SignedIn) -> None:
    article = add_article(title='=Vila; och "ro"')
    with writing():
        add_ended_trial(add_lead_from(article), price_ore=1_234_550)
        add_ended_trial(state=TrialState.NOT_BOUGHT)

    response = owner_client.get("/reports/articles.csv?period=all")

    assert list(csv.reader(io.StringIO(response.data.decode("utf-8-sig")), delimiter=";")) == [
        ["Artikel", "Förfrågningar", "Samtal", "Provperioder", "Sålda", "Kronor"],
        ['\'=Vila; och "ro"', "0", "0", "1", "1", "12346"],
        ["Ingen artikel", "0", "0", "1", "0", "0"],
        ["Totalt", "0", "0", "2", "1", "12346"],
    ]
    assert response.headers["Content-Disposition"] == 'attachment; filename="ledtrad-articles.csv"'
    assert response.data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("page", ["", "funnel", "articles?touch=last", "answers", "sources", "lost", "trials"])
def test_a_page_asks_the_same_of_few_rows_as_of_many(
    app: Flask, owner_client: SignedIn, count_queries: Callable[[], int], page: str
) -> None:
    def asked() -> int:
        count_queries()
        assert owner_client.get(f"/reports/{page}").status_code == 200
        return count_queries()

    def add(number: int) -> None:
        article = add_article(slug=f"a{number}", title=f"Artikel {number}")
        with writing():
            add_ended_trial(add_lead_from(article))
            lead = add_lead_from(article)
            add_ended_trial(lead, TrialState.NOT_BOUGHT, lost_reason_id=a_lost_reason().id)
            move_to_stage(lead, Stage.LOST, None, NOW, lost_reason=a_lost_reason())
        recorded(sent(name=f"A {number}", email=f"a{number}@example.com", article_id=article.id), NOW)

    add(0)
    asked()
    add(1)
    few = asked()
    for number in range(2, 30):
        add(number)

    assert asked() == few
