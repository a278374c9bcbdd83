"""Log lines that can be read by anybody: what failed and where, never what somebody wrote.

Exception texts quote values (a database's "Failing row contains ...", a parser's "invalid literal ..."), and what
visitors type is health data. So an exception is logged as its type and its places in our code, without its message.
"""

import logging
import re
import sys
import threading
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


_ADDRESS = re.compile(r"(while serving ).*", re.DOTALL)
"""What the web server says of a request that broke: its path, which may be somebody's private link."""


class ValueFreeFormatter(logging.Formatter):
    """Formats exceptions as type and stack places only, the whole chain of causes included, and no request's path."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (the name is logging's)
        if record.name == "waitress":
            record.message = _ADDRESS.sub(r"\1a request", record.message)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another handler's formatter has left there quotes values
        return super().format(record)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  (the name is logging's)
        error = ei[1]
        return "\n".join(_places(error)) if error else ""


def _places(error: BaseException) -> list[str]:
    lines: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        kind = type(link)
        lines.append(f"{kind.__module__}.{kind.__qualname__}")
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(link.__traceback__)
        ]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return lines


def set_up_logging(level: str) -> None:
    """Send every log record of this process to standard error, value-free. A second call replaces the first."""
    handler = logging.StreamHandler()
    handler.setFormatter(ValueFreeFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty, least in (
        ("apscheduler", logging.WARNING),
        ("alembic", logging.WARNING),
        ("waitress.queue", logging.ERROR),
    ):
        logging.getLogger(chatty).setLevel(max(least, root.level))
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda fault: _log_uncaught(fault.exc_type, fault.exc_value, fault.exc_traceback)


def _log_uncaught(kind: type[BaseException], error: BaseException | None, places: TracebackType | None) -> None:
    """What Python would print with its message, a thread's end included."""
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        logging.getLogger("ledtrad").critical("uncaught fault", exc_info=(kind, error or kind(), places))
