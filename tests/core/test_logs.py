import io
import logging
import subprocess
import sys

import pytest

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


def test_a_private_link_that_broke_is_not_logged() -> None:
    record = logging.LogRecord("waitress", logging.ERROR, "", 0, "Exception while serving /p/secret\nx", (), None)

    assert ValueFreeFormatter("%(message)s").format(record) == "Exception while serving a request"


FAULTS = {
    "a command": "int(word)",
    "a thread": "t = threading.Thread(target=int, args=(word,)); t.start(); t.join(); raise SystemExit(1)",
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_nobody_caught_is_told_without_what_somebody_wrote(fault: str) -> None:
    program = f"import threading; from app.core.logs import set_up_logging; set_up_logging('INFO'); word = '{CANARY}'; "

    ended = subprocess.run([sys.executable, "-c", program + fault], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "uncaught fault\nbuiltins.ValueError\n" in ended.stderr
    assert CANARY not in ended.stderr
