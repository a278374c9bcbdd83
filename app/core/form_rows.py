"""Rows of a form that plain buttons add, take away and move: it is sent, and shown again rearranged."""

import re
from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

Typed = MultiDict[str, str]
Row = list[tuple[str, str]]

_ACT = re.compile(r"(remove|up|down)-(\d{1,3})")


def rearranged(typed: Typed, act: str, rows: str, new: Mapping[str, str], most: int) -> Typed:
    """The typed form with a row added at the end ("add"), taken away ("remove-1") or moved ("up-1", "down-0").

    Whatever was typed stays as it was, also what could not be saved. An act that makes no sense changes nothing.
    """
    rest, found = taken_apart(typed, rows)
    return put_together(rest, rows, _in_new_order(found, act, new, most))


def taken_apart(typed: Typed, rows: str) -> tuple[Typed, list[Row]]:
    """The fields that stand alone, and those of each row ("steps-0-wait") in order."""
    field = re.compile(rf"{rows}-(\d{{1,3}})-(\w+)")
    rest: Typed = MultiDict()
    found: dict[int, Row] = {}
    for name, value in typed.items(multi=True):
        part = field.fullmatch(name)
        if part is None:
            rest.add(name, value)
        else:
            found.setdefault(int(part[1]), []).append((part[2], value))
    return rest, [found[number] for number in sorted(found)]


def put_together(rest: Typed, rows: str, found: list[Row]) -> Typed:
    """The typed form again, its rows numbered as they stand."""
    for number, fields in enumerate(found):
        for field, value in fields:
            rest.add(f"{rows}-{number}-{field}", value)
    return rest


def _in_new_order(rows: list[Row], act: str, new: Mapping[str, str], most: int) -> list[Row]:
    if act == "add":
        return [*rows, list(new.items())][:most]
    found = _ACT.fullmatch(act)
    place = int(found[2]) if found else len(rows)
    if found is None or place >= len(rows):
        return rows
    row = rows.pop(place)
    if found[1] != "remove":
        rows.insert(max(0, place + (1 if found[1] == "down" else -1)), row)
    return rows
