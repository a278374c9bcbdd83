"""What journeys start from: an installation that nobody has used yet, or one that is in daily use."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.articles.models import Article, ArticleFormat
from app.core.clock import now
from app.core.db import writing
from app.demo.story import fill
from app.settings.models import Business
from tests.conftest import BUSINESS
from tests.journeys.morning import add_to_the_morning
from tests.mail.post_office import PostOffice, open_office
from tests.server import Server


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`ledtrad serve` on a fresh instance of a business with one article."""
    server = Server(tmp_path_factory.mktemp("journey") / "instance")
    server.prepare()
    with server.app.app_context(), writing() as session:
        session.execute(sa.update(Business).values(BUSINESS))
        session.add(
            Article(
                slug="somn-efter-traning",
                title="Sömn efter träning",
                summary="Varför kroppen vill vila.",
                format=ArticleFormat.TEXT,
                body_html="<h2>Kvällen</h2><p>Kroppen varvar ner långsamt.</p><ul><li>Ljus</li><li>Värme</li></ul>",
                created_at=now(),
                updated_at=now(),
            )
        )
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server on loopback."""
    with open_office() as opened:
        yield opened


@pytest.fixture
def at_work(tmp_path_factory: pytest.TempPathFactory, office: PostOffice) -> Iterator[Server]:
    """`ledtrad serve` with months of the demo behind it, whose mail goes to the office."""
    settings = {"MAIL": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(office.port), "SMTP_SECURITY": "none"}
    server = Server(tmp_path_factory.mktemp("morning") / "instance", **settings)
    server.prepare()
    with server.app.app_context():
        fill(now())
        add_to_the_morning(now())
    try:
        server.start()
        yield server
    finally:
        server.close()
