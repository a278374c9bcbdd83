from collections.abc import Iterator

import pytest
from flask import Flask

from app.core.db import db
from app.demo import story
from tests.conftest import NOW, _empty


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def demo(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with the demo in it. The tests that take it only read."""
    application: Flask = request.getfixturevalue(f"{request.param}_app")
    with application.app_context():
        _empty()
        story.fill(NOW)
    yield application
    with application.app_context():
        _empty()


@pytest.fixture
def told(demo: Flask) -> Iterator[Flask]:
    with demo.app_context():
        yield demo
        db.session.remove()
