from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.consultations.calendar import FARTHEST, View, calendar_of, span_of
from app.consultations.hour_queries import every_host
from app.consultations.views import bp
from app.consultations.windows import DAY
from app.core.clock import now
from app.core.filters import days_words
from app.core.language import local_zone
from app.core.routes import row_number


@bp.get("/calendar")
def calendar() -> ResponseReturnValue:
    """A week or a day of the hosts. Where no view is asked for it is a week: a grid, or a list where that is narrow."""
    today = now().astimezone(local_zone()).date()
    asked = request.args.get("on", today, type=date.fromisoformat)
    on = asked if abs(asked - today) <= FARTHEST else today
    view = request.args.get("view", type=View)
    hosts = every_host()
    chosen = request.args.get("host", type=row_number)
    shown = [host for host in hosts if host.id == chosen] or hosts
    first_on, last_on = span_of(view or View.WEEK, on)
    return render_template(
        "consultations/calendar.html",
        calendar=calendar_of(shown, first_on, last_on, now()),
        view=view,
        hosts=hosts,
        host=shown[0] if chosen and len(shown) == 1 else None,
        on=on,
        today=today,
        days_words=days_words(first_on, last_on),
        earlier_on=on - (last_on - first_on + DAY),
        later_on=on + (last_on - first_on + DAY),
    )
