"""Which moves a loan can make, and from where to where. Nothing changes where it stands but by this table."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from app.core.errors import RuleBroken
from app.core.labels import label
from app.trials.models import ENDS, Trial, TrialState


class Move(StrEnum):
    """What can happen to a loan."""

    SUIT = "suit"
    DECLINE = "decline"
    RESERVE = "reserve"
    AGREE = "agree"
    HAND_OVER = "hand_over"
    EXTEND = "extend"
    DECIDE = "decide"
    SAY_RETURNED = "say_returned"
    NEVER_CAME = "never_came"
    RECEIVE = "receive"
    CHECK = "check"
    BUY_THIS = "buy_this"
    BUY_NEW = "buy_new"
    NOT_BUY = "not_buy"
    LOSE = "lose"
    CANCEL = "cancel"


class Way(NamedTuple):
    """Where a move starts, and where it leads."""

    starts: tuple[TrialState, ...]
    leads_to: TrialState


_S = TrialState
MOVES: Mapping[Move, Way] = {
    Move.SUIT: Way((_S.REQUESTED,), _S.SUITABLE),
    Move.DECLINE: Way((_S.REQUESTED, _S.SUITABLE), _S.DECLINED),
    Move.RESERVE: Way((_S.SUITABLE,), _S.RESERVED),
    Move.AGREE: Way((_S.RESERVED,), _S.AGREED),
    Move.HAND_OVER: Way((_S.AGREED,), _S.OUT),
    Move.EXTEND: Way((_S.OUT, _S.DECISION), _S.OUT),
    Move.DECIDE: Way((_S.OUT,), _S.DECISION),
    Move.SAY_RETURNED: Way((_S.OUT, _S.DECISION), _S.RETURNING),
    Move.NEVER_CAME: Way((_S.RETURNING,), _S.DECISION),
    Move.RECEIVE: Way((_S.OUT, _S.DECISION, _S.RETURNING), _S.RECEIVED),
    Move.CHECK: Way((_S.RECEIVED,), _S.CHECKED),
    Move.BUY_THIS: Way((_S.OUT, _S.DECISION, _S.RETURNING, _S.RECEIVED, _S.CHECKED), _S.BOUGHT),
    Move.BUY_NEW: Way((_S.CHECKED,), _S.BOUGHT),
    Move.NOT_BUY: Way((_S.CHECKED,), _S.NOT_BOUGHT),
    Move.LOSE: Way((_S.OUT, _S.DECISION, _S.RETURNING), _S.LOST),
    Move.CANCEL: Way((_S.REQUESTED, _S.SUITABLE, _S.RESERVED, _S.AGREED), _S.CANCELLED),
}

HAS_DAYS_AHEAD = (_S.RESERVED, _S.AGREED, _S.OUT, _S.DECISION)
"""Where the days of a loan can be changed. A later end of one that is out is the move `extend`."""
HAS_BEEN_OUT = (_S.OUT, _S.DECISION, _S.RETURNING, _S.RECEIVED, _S.CHECKED)
"""Where it can be said what becomes of the unit."""


def allowed(trial: Trial) -> list[Move]:
    """The moves that the loan can make now."""
    return [move for move, way in MOVES.items() if trial.state in way.starts]


def refuse_unless(trial: Trial, move: Move) -> None:
    """What cannot happen now is refused: most often somebody else was first."""
    refuse_outside(trial, MOVES[move].starts)


def refuse_outside(trial: Trial, states: tuple[TrialState, ...]) -> None:
    """Refuse what can only be done in these states."""
    if trial.state not in states:
        raise RuleBroken(
            _l("Det går inte nu, för provperioden står som ”%(state)s”. Läs in sidan igen.", state=label(trial.state))
        )


def go(trial: Trial, move: Move, now: datetime) -> None:
    """Let the loan make the move, from a state that allows it; an end is settled for good."""
    refuse_unless(trial, move)
    trial.state = MOVES[move].leads_to
    if trial.state in ENDS:
        trial.settled_at = now
