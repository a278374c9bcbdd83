"""How a job goes through what is due: one item at a time, and none that fails stops the others."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from app.core.errors import StorageUnavailable

Key = TypeVar("Key")

log = logging.getLogger(__name__)


def one_by_one(keys: Iterable[Key], act: Callable[[Key], int]) -> int:
    """Act on each item, and give the sum of what was done.

    Raises the last fault when all have had their turn; StorageUnavailable at once, since the others would meet it too.
    """
    done, fault = 0, None
    for key in keys:
        try:
            done += act(key)
        except StorageUnavailable:
            raise
        except Exception as error:
            log.exception("an item of a job failed (%s)", key)
            fault = error
    if fault is not None:
        raise fault
    return done
