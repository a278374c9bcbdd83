"""Every setting: its name, default, environment variable and what it is for; the README's table is made from it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

APP = Path(__file__).parent
MIBIBYTE = 1024 * 1024


def _flag(text: str) -> bool:
    return text.strip().lower() in ("1", "true", "yes", "on")


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `read` turns the environment's text into the value, and raises ValueError for text that is none."""

    name: str
    variable: str
    default: Any
    what: str
    read: Callable[[str], Any] = str


class SettingRefused(Exception):
    """An environment variable holds something that its setting cannot be."""


SETTINGS = (
    Setting(
        "SQLALCHEMY_DATABASE_URI",
        "DATABASE_URL",
        None,
        "The database; SQLite in the instance folder when empty, or `postgresql+psycopg://...`.",
    ),
    Setting(
        "PUBLIC_URL",
        "LEDTRAD_PUBLIC_URL",
        "",
        "The address visitors use, for links in mail; `http://127.0.0.1:PORT` when empty.",
    ),
    Setting(
        "TIME_ZONE", "LEDTRAD_TIME_ZONE", "Europe/Stockholm", "The zone of every time on screen and of working days."
    ),
    Setting("LOG_LEVEL", "LEDTRAD_LOG_LEVEL", "INFO", "How much is logged: DEBUG, INFO, WARNING or ERROR."),
    Setting("HOST", "LEDTRAD_HOST", "127.0.0.1", "The network address the web server listens on."),
    Setting("PORT", "LEDTRAD_PORT", 8000, "The port the web server listens on.", int),
    Setting("WEB_THREADS", "LEDTRAD_WEB_THREADS", 8, "How many requests one web process serves at a time.", int),
    Setting(
        "TRUSTED_PROXIES",
        "LEDTRAD_TRUSTED_PROXIES",
        0,
        "How many reverse proxies stand in front and set X-Forwarded headers.",
        int,
    ),
    Setting(
        "MAIL_TRANSPORT",
        "LEDTRAD_MAIL",
        "file",
        "`file` writes each mail to the instance's mail folder; `smtp` sends it.",
    ),
    Setting(
        "MAIL_FROM", "LEDTRAD_MAIL_FROM", "", "The address mails come from; the business's own address when empty."
    ),
    Setting("SMTP_HOST", "LEDTRAD_SMTP_HOST", "localhost", "The mail server."),
    Setting("SMTP_PORT", "LEDTRAD_SMTP_PORT", 587, "Its port.", int),
    Setting(
        "SMTP_SECURITY",
        "LEDTRAD_SMTP_SECURITY",
        "starttls",
        "`starttls`, `tls` (from the first byte) or `none` (this machine only).",
    ),
    Setting("SMTP_USER", "LEDTRAD_SMTP_USER", "", "The login there; none when empty."),
    Setting("SMTP_PASSWORD", "LEDTRAD_SMTP_PASSWORD", "", "Its password."),
    Setting(
        "SMTP_DEADLINE_SECONDS",
        "LEDTRAD_SMTP_DEADLINE",
        60.0,
        "The longest that one whole dialogue with the mail server may take.",
        float,
    ),
    Setting(
        "MAIL_SENDERS",
        "LEDTRAD_MAIL_SENDERS",
        1,
        "How many mails one scheduler sends at a time; at most 2 on SQLite.",
        int,
    ),
    Setting(
        "MAIL_PER_MINUTE",
        "LEDTRAD_MAIL_PER_MINUTE",
        0,
        "How many mails all schedulers together send in a minute; 0: as many as the mail server takes.",
        int,
    ),
    Setting(
        "CHECK_MAIL_DOMAINS",
        "LEDTRAD_CHECK_MAIL_DOMAINS",
        True,
        "Ask DNS, for at most a second, whether an address's domain takes mail.",
        _flag,
    ),
    Setting(
        "EMBEDDING_SITES",
        "LEDTRAD_EMBEDDING_SITES",
        [],
        "Other sites (`https://...`, comma-separated) whose pages may send the public forms.",
        _list,
    ),
    Setting(
        "ENQUIRIES_PER_ADDRESS_HOUR",
        "LEDTRAD_ENQUIRIES_PER_ADDRESS",
        10,
        "More from one network address in an hour go to quarantine.",
        int,
    ),
    Setting(
        "ENQUIRIES_PER_HOUR",
        "LEDTRAD_ENQUIRIES_PER_HOUR",
        300,
        "More than this in an hour, from everybody, go to quarantine.",
        int,
    ),
    Setting("MAX_CONTENT_LENGTH", "LEDTRAD_MAX_UPLOAD", 3 * MIBIBYTE, "The largest request body, in bytes.", int),
)


def templates_folder() -> Path:
    """The templates: inside the package where it was installed from a wheel, beside it in a checkout."""
    return _inside_or_beside("templates")


def migrations_folder() -> Path:
    """The migrations, found like the templates."""
    return _inside_or_beside("migrations")


def _inside_or_beside(name: str) -> Path:
    inside = APP / name
    return inside if inside.is_dir() else APP.parent / name


def instance_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where this installation keeps its keys, database and mail: `LEDTRAD_INSTANCE`, or `./instance`."""
    return Path(environment.get("LEDTRAD_INSTANCE") or "instance").absolute()


def load_settings(instance: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Every setting's value, from the environment or its default. Raises SettingRefused, which names the variable."""
    values = {setting.name: _value(setting, environment) for setting in SETTINGS}
    values["SQLALCHEMY_DATABASE_URI"] = _database_url(values["SQLALCHEMY_DATABASE_URI"], instance)
    values["PUBLIC_URL"] = (values["PUBLIC_URL"] or f"http://127.0.0.1:{values['PORT']}").rstrip("/")
    _refuse_unknown_zone(values["TIME_ZONE"])
    return values


def _refuse_unknown_zone(name: str) -> None:
    """Now rather than at the first booking: a machine may know no zones at all."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingRefused(
            f"LEDTRAD_TIME_ZONE: no time zone `{name}` is known here. Use one like `Europe/Stockholm`;"
            " if that is what it says, install Python's tzdata."
        ) from None


def _value(setting: Setting, environment: Mapping[str, str]) -> Any:
    text = environment.get(setting.variable)
    if text is None or text == "":
        return setting.default
    try:
        return setting.read(text)
    except ValueError:
        raise SettingRefused(
            f"{setting.variable} cannot be read as {setting.read.__name__.strip('_')}. {setting.what}"
        ) from None


def _database_url(url: str | None, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'ledtrad.sqlite3'}"
    scheme, colon, rest = url.partition(":")
    return f"postgresql+psycopg:{rest}" if colon and scheme in ("postgres", "postgresql") else url
