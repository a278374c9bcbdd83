import io
import logging

from app.core.logs import ValueFreeFormatter

CANARY = "kanariefågel"


def _fail() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        raise LookupError(f"no {CANARY}") from error


def test_an_exception_is_logged_without_what_somebody_wrote() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ValueFreeFormatter("%(message)s"))
    logger = logging.getLogger("ledtrad.test_logs")
    logger.addHandler(handler)

    try:
        _fail()
    except LookupError:
        logger.exception("could not do it")
    finally:
        logger.removeHandler(handler)

    written = stream.getvalue()
    assert CANARY not in written
    assert written.startswith("could not do it\nbuiltins.LookupError\n")
    assert "builtins.ValueError" in written
    assert "_fail" in written
