"""Medians, worked out where the rows are, so that a page holds one number for each group however many they are."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

SECONDS_OF_A_DAY = 86_400


class seconds_of(GenericFunction[int]):  # noqa: N801  (a function of SQL, named as those are)
    """Whole seconds from the beginning of 1970 to a moment, or to the beginning of a day."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(seconds_of, "sqlite")
def _in_sqlite(element: seconds_of, compiler: SQLCompiler, **how: object) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **how)}) AS INTEGER)"


@compiles(seconds_of, "postgresql")
def _in_postgresql(element: seconds_of, compiler: SQLCompiler, **how: object) -> str:
    return f"CAST(FLOOR(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **how)})) AS BIGINT)"


def medians(
    rows: sa.CTE, group: sa.ColumnElement[Any], value: sa.ColumnElement[int], groups: Iterable[int]
) -> list[sa.Select[int, int, Any]]:
    """Of each group a query: its number, how many rows it has, and the value in the middle, or between the two there.

    Each is sorted alone, no further than its middle: to number all rows in their order takes three times as long.
    A group without rows has neither.
    """
    counted = sa.select(group.label("of_group"), sa.func.count().label("size")).select_from(rows).group_by(group)
    sizes = counted.cte(f"sizes_by_{group.key}").prefix_with("MATERIALIZED")
    return [_median(rows, group == number, value, number, sizes) for number in groups]


def _median(
    rows: sa.CTE, is_meant: sa.ColumnElement[bool], value: sa.ColumnElement[int], number: int, sizes: sa.CTE
) -> sa.Select[int, int, Any]:
    size = sa.select(sizes.c.size).where(sizes.c.of_group == number).scalar_subquery()
    known = sa.func.coalesce(size, 0)
    in_the_middle = (
        sa.select(value.label("value"))
        .select_from(rows)
        .where(is_meant)
        .order_by(value)
        .limit(2 - known % 2)
        .offset((known - 1) // 2)
        .subquery()
    )
    middle = sa.select(sa.func.avg(in_the_middle.c.value)).scalar_subquery()
    return sa.select(sa.literal(number, sa.Integer).label("of_group"), size.label("size"), middle.label("middle"))
