"""What every journey starts from: an installation that nobody has used yet, with an article to read."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.articles.models import Article, ArticleFormat
from app.core.clock import now
from app.core.db import writing
from app.settings.models import Business
from tests.conftest import BUSINESS
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
