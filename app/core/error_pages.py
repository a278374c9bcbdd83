"""What a person sees when something went wrong: a true sentence, what is kept, what to do."""

import sqlalchemy as sa
from flask import Flask, current_app, g, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from app.core.access import is_public
from app.core.errors import OnlyReads, RuleBroken, StorageUnavailable
from app.core.storage_faults import is_unavailable

RETRY_AFTER_SECONDS = 10


def _words(status: int) -> tuple[str, str]:
    known = {
        400: (_("Begäran gick inte att förstå"), _("Gå tillbaka och försök igen. Inget har ändrats.")),
        403: (_("Du får inte öppna den här sidan"), _("Be den som äger kontot om hjälp.")),
        404: (_("Sidan finns inte"), _("Adressen kan vara felskriven, eller så har sidan tagits bort.")),
        405: (_("Så kan sidan inte användas"), _("Gå tillbaka och använd knapparna på sidan.")),
        409: (_("Så går det inte att göra"), _("Gå tillbaka och försök på ett annat sätt.")),
        410: (_("Sidan finns inte längre"), _("Länken har använts eller slutat gälla.")),
        413: (_("Det du skickade är för stort"), _("Gör texten eller filen mindre och försök igen.")),
        429: (_("För många försök"), _("Vänta en stund och försök igen.")),
        503: (
            _("Just nu går sidan inte att visa")
            if request.method in ("GET", "HEAD")
            else _("Just nu går det inte att spara"),
            _("Inget har gått förlorat. Försök igen om en liten stund."),
        ),
    }
    return known.get(status) or (
        _("Något gick fel hos oss"),
        _("Felet är noterat. Det som redan är sparat finns kvar. Försök igen om en stund."),
    )


def error_page(status: int, sentence: str | None = None) -> ResponseReturnValue:
    """The page for a status: the dashboard's face for who is signed in, else the public. Asks the database nothing."""
    title, advice = _words(status)
    is_dashboard = not is_public(request.endpoint) and g.get("_login_user") is not None
    page = render_template(
        "errors/dashboard.html" if is_dashboard else "errors/public.html",
        status=status,
        title=title,
        advice=sentence or advice,
    )
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
    return page, status, headers


def init_app(app: Flask) -> None:
    """Give every refusal and fault its page."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400 or request_ctx.url_adapter is None:
            return error  # a redirect, or a Host that no address can be built with: not even those on our pages
        return error_page(error.code)

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> ResponseReturnValue:
        return error_page(
            400,
            _("Formuläret hade legat för länge. Gå tillbaka, ladda om sidan och försök igen."),
        )

    @app.errorhandler(RuleBroken)
    def rule_broken(error: RuleBroken) -> ResponseReturnValue:
        return error_page(409, str(error))

    @app.errorhandler(OnlyReads)
    def only_reads(error: OnlyReads) -> ResponseReturnValue:
        return error_page(403, _("Du kan läsa allt här, men inte ändra. Be en ägare om du behöver göra mer."))

    @app.errorhandler(StorageUnavailable)
    def storage_unavailable(error: Exception) -> ResponseReturnValue:
        current_app.logger.warning("storage unavailable", exc_info=error)
        return error_page(503)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> ResponseReturnValue:
        if isinstance(error, DBAPIError | sa.exc.TimeoutError) and is_unavailable(error):
            return storage_unavailable(error)
        current_app.logger.error("unhandled fault", exc_info=error)
        return error_page(500)
