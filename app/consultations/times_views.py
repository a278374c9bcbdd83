"""What visitors open to find a time: what can be booked, and the free times of one kind. No cookie, no script."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.consultations.availability import free_times
from app.consultations.errands import Errand
from app.consultations.holds import hold_time
from app.consultations.kind_queries import kind_by_slug, published_kinds
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.notice import last_bookable_day
from app.consultations.refusals import NotOffered
from app.consultations.start_names import StartNames
from app.consultations.travel import Travel
from app.consultations.views import bp
from app.consultations.wall_times import start_words
from app.consultations.weeks import Week, read_day, read_start, start_in_words, week_in_words, week_with
from app.consultations.zones import zone_choices
from app.core import form_tokens
from app.core.access import public
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.forms import csrf
from app.core.keys import current_keys
from app.core.language import local_zone
from app.core.network_addresses import network
from app.settings.queries import the_business

FORM = "booking"


bp.add_app_template_filter(week_in_words)
bp.add_app_template_filter(start_words)


@bp.app_template_global()
def can_be_booked() -> bool:
    """Whether visitors find anything to book. Rooms below ask it on their own pages."""
    return bool(published_kinds())


@bp.get("/book")
@public
def book() -> ResponseReturnValue:
    """What can be booked; where there is no choice, the times at once."""
    kinds = published_kinds()
    if len(kinds) == 1:
        return redirect(url_for("consultations.times", slug=kinds[0].slug, **Errand.of(request.args).carried))
    return _choices(kinds)


def _choices(kinds: Sequence[ConsultationKind], refused: ConsultationKind | None = None) -> str:
    return render_template(
        "consultations/book.html",
        kinds=kinds,
        refused=refused,
        errand=Errand.of(request.args),
        business=the_business(),
    )


@bp.route("/book/<slug>", methods=["GET", "POST"])
@csrf.exempt
@public
def times(slug: str) -> ResponseReturnValue:
    """The free times of a kind, a week at a time. A button keeps one of them and leads on to the form."""
    kind = kind_by_slug(slug) or abort(404)
    if not kind.is_published:
        return _choices(published_kinds(), refused=kind), 410
    errand = Errand.of(request.args)
    travel = errand.travel_for(kind)
    if request.method == "POST" and travel is not None:
        return _keep(kind, errand, travel)
    return _times(kind, errand, travel, _token(kind))


def _token(kind: ConsultationKind) -> str:
    """The form's number, the same for somebody who comes back to choose another time."""
    given = request.args.get("token", "")
    moment = now()
    is_fresh = form_tokens.read(FORM, kind.slug, given, moment).is_fresh
    return given if is_fresh else form_tokens.issue(FORM, kind.slug, moment)


def _keep(kind: ConsultationKind, errand: Errand, travel: Travel) -> ResponseReturnValue:
    """Keep the chosen time for ten minutes. Who holds it is known by the form's number, which the address carries."""
    moment = now()
    token = request.form.get("token", "")
    read = form_tokens.read(FORM, kind.slug, token, moment)
    if not read.is_fresh:
        token = form_tokens.issue(FORM, kind.slug, moment)
        read = form_tokens.read(FORM, kind.slug, token, moment)
    start = read_start(request.form.get("start", ""))
    if start is None:
        return _times(kind, errand, travel, token, _("Välj en av tiderna.")), 422
    try:
        with writing():
            hold_time(kind, start, read.nonce, moment, travel=travel, address_hash=_address_hash())
    except NotOffered as refusal:
        return _times(kind, errand, travel, token, str(refusal), refusal.nearest), 409
    except RuleBroken as refusal:
        return _times(kind, errand, travel, token, str(refusal)), 409
    chosen = {**errand.carried, "token": token, "start": start_in_words(start)}
    return redirect(url_for("consultations.details", slug=kind.slug, **chosen), 303)


def _address_hash() -> str:
    return current_keys().keyed_hash("booking address", network(request.remote_addr))


def _times(
    kind: ConsultationKind,
    errand: Errand,
    travel: Travel | None,
    token: str,
    refusal: str = "",
    nearest: Sequence[datetime] = (),
) -> str:
    zone = errand.zone_for(kind)
    return render_template(
        "consultations/times.html",
        kind=kind,
        errand=errand,
        names=StartNames(zone, kind.length_minutes),
        week=week_asked_for(kind, zone, travel) if travel else None,
        token=token,
        refusal=refusal,
        nearest=nearest,
        zones=zone_choices(),
        business=the_business(),
    )


def week_asked_for(kind: ConsultationKind, zone: ZoneInfo, travel: Travel, moving: Consultation | None = None) -> Week:
    """The week that the address names, else the first that has a free time. What is being moved is in nobody's way."""
    moment = now()
    today = moment.astimezone(local_zone()).date()
    last_on = last_bookable_day(moment, kind.horizon_days, local_zone())
    free = free_times(kind, today, last_on, moment, travel=travel, ignoring=moving)
    wanted, since = read_day(request.args.get("week", "")), read_start(request.args.get("since", ""))
    return week_with((time.starts_at for time in free), zone, today, wanted, since)
