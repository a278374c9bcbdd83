from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.queries import has_colleagues
from app.accounts.views import here
from app.core.clock import now
from app.core.conditions import written
from app.core.language import local_day
from app.core.offers import Offers, pieces_of
from app.follow_ups.queries import next_steps
from app.leads.board import Total, card, column_page, place_in_column, totals
from app.leads.board import board as board_of
from app.leads.filters import LIST
from app.leads.listing import LeadFilter, conditions_of
from app.leads.own_stages import every_stage, stage_called, stages_in_order
from app.leads.queries import lead_with_all
from app.leads.tags import tags_of_leads
from app.leads.views import asked_for, bp, lead_url, remember_face

bp.add_app_template_global(place_in_column)


@bp.app_template_global()
def days_in_stage(row: Any) -> int:
    """How many local days ago a lead, or a card, came to its stage."""
    return (local_day(now()) - local_day(row.stage_changed_at)).days


@bp.get("/board")
def board() -> ResponseReturnValue:
    wanted = _asked_of_board()
    columns = board_of(conditions_of(wanted, now()))
    remember_face()
    pieces = pieces_of(LIST, wanted)
    return render_template(
        "leads/board.html",
        wanted=wanted,
        asked=written(wanted),
        asked_of_list=written(asked_for()),
        is_shared=has_colleagues(),
        columns=columns,
        **_of_cards([row.id for column in columns for row in column.page.rows]),
        stages=stages_in_order(),
        **{**pieces, "offers": _without_stages(pieces["offers"])},
    )


@bp.get("/board/columns/<int:stage_id>")
def board_column(stage_id: int) -> ResponseReturnValue:
    """More cards of a column: a piece for the open board, or a page of its own."""
    own = stage_called(stage_id)
    if own is None or not own.meaning.is_open:
        abort(404)
    wanted = _asked_of_board()
    page = column_page(own, conditions_of(wanted, now()), request.args.get("after"))
    return render_template(
        "leads/_board_cards.html" if _is_piece() else "leads/board_column.html",
        own=own,
        page=page,
        asked=written(wanted),
        **_of_cards([row.id for row in page.rows]),
    )


@bp.get("/board/cards/<int:lead_id>")
def board_card(lead_id: int) -> ResponseReturnValue:
    """One lead where it stands now, and what all columns hold: a piece for the open board, or the way to the board."""
    wanted = _asked_of_board()
    asked = written(wanted)
    if not _is_piece():
        lead = lead_with_all(lead_id) or abort(404)
        return redirect(url_for("leads.board", **asked, _anchor=f"lead-{lead.id}"), 303)
    conditions = conditions_of(wanted, now())
    row = card(lead_id, conditions)
    return render_template(
        "leads/_board_moved.html",
        row=row,
        asked=asked,
        **_of_cards([row.id] if row else []),
        stages=every_stage(),
        totals=totals(conditions),
        nothing=Total(),
    )


@bp.get("/<int:lead_id>/move-to")
def choose_stage(lead_id: int) -> ResponseReturnValue:
    """The stages that a lead can be moved to, for who has no script."""
    lead = lead_with_all(lead_id) or abort(404)
    back = here(request.args.get("next")) or lead_url(lead_id)
    return render_template("leads/choose_stage.html", lead=lead, stages=stages_in_order(), back=back)


def _asked_of_board() -> LeadFilter:
    """What the list would be asked, stages aside: each of them has its column."""
    return asked_for().without("stage")


def _without_stages(offers: Offers) -> Offers:
    return [(group, [offer for offer in its if offer.condition.name != "stage"]) for group, its in offers]


def _of_cards(lead_ids: list[int]) -> dict[str, Any]:
    """What cards show besides their rows."""
    return {"steps": next_steps(lead_ids), "tags": tags_of_leads(lead_ids)}


def _is_piece() -> bool:
    return "HX-Request" in request.headers
