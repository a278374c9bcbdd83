"""How many statements pages run."""

from collections.abc import Callable, Iterable

from app.core.db import db
from tests.signed_in import SignedIn


def statements_of(client: SignedIn, paths: Iterable[str], count_queries: Callable[[], int]) -> dict[str, int]:
    """Each page by its address, opened for the second time; each must be there."""
    found = {}
    for path in paths:
        client.get(path)
        db.session.remove()
        count_queries()
        assert client.get(path).status_code == 200, path
        found[path] = count_queries()
    return found
