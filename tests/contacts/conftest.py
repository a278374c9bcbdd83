import pytest
from flask import Flask

from tests.contacts.pairs import Pair, make_pair


@pytest.fixture
def pair(app: Flask) -> Pair:
    """Anna, twice."""
    return make_pair()
