"""Which language a page speaks: Swedish first, English complete.

Public pages follow `?lang=`, else what the browser asks for, else Swedish, and remember nothing. The dashboard follows
the user's setting.
"""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.core.access import is_public

LANGUAGES = {"sv": "Svenska", "en": "English"}
DEFAULT = "sv"
_LOCALES = {code: Locale(code) for code in LANGUAGES}


@cache
def translations_to(language: str) -> NullTranslations:
    """What our texts are in a language, read from its catalogue once."""
    return Translations.load(str(Path(__file__).parent.parent / "translations"), [language])


class _Texts(Domain):
    def get_translations(self) -> NullTranslations:
        """Flask-Babel's own way asks for the locale's full name at each of a page's 170 texts."""
        return translations_to(current_language())


babel = Babel()
babel.domain_instance = _Texts()


def chosen_language() -> str:
    """The language of the request under way, `sv` outside one."""
    if not has_request_context():
        return DEFAULT
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    user = None if is_public(request.endpoint) else g.get("_login_user")
    if user is not None and user.is_authenticated:
        return str(user.language)
    return request.accept_languages.best_match(LANGUAGES, DEFAULT)


def current_language() -> str:
    """The two letters of the language that texts come out in right now."""
    return str((get_locale() or Locale(DEFAULT)).language)


def in_language(swedish: str, english: str) -> str:
    """What the owner wrote twice, in the language of the page; the Swedish where there is no English."""
    return (english if current_language() == "en" else "") or swedish


def local_zone() -> ZoneInfo:
    """The zone that screens speak: the setting `TIME_ZONE`."""
    return ZoneInfo(current_app.config["TIME_ZONE"])


def local_day(moment: datetime) -> date:
    """The day that it is then in that zone."""
    return moment.astimezone(local_zone()).date()


@pass_eval_context
def _in_template(context: EvalContext, text: str, **values: Any) -> str:
    """What `_("...")` does in a template: as the extension's own, by a shorter way, since a page asks 150 times."""
    words: str = translations_to(current_language()).gettext(text)
    if context.autoescape:
        words = Markup(words)  # noqa: S704  (ours, not typed; what is filled in gets escaped)
    return words % values  # always a format, as everywhere else: a percent sign is written twice


def init_app(app: Flask) -> None:
    """Install the translations, and let an explicit `?lang=` follow the visitor from page to page."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = app.config["TIME_ZONE"]
    babel.init_app(
        app,
        locale_selector=lambda: _LOCALES[g.get("language") or chosen_language()],
        timezone_selector=lambda: app.config["TIME_ZONE"],
    )

    app.jinja_env.globals.update(_=_in_template, in_language=in_language)

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if (
            has_request_context()
            and request.args.get("lang") in LANGUAGES
            and endpoint != "static"
            and is_public(endpoint)
        ):
            values.setdefault("lang", request.args["lang"])

    @app.before_request
    def remember_language() -> None:
        g.language = chosen_language()

    @app.context_processor
    def language_words() -> dict[str, Any]:
        return {"language": current_language(), "languages": LANGUAGES}
