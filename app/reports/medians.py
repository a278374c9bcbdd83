"""Medians, worked out where the rows are, so that a page holds one number for each group however many they are."""

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


def medians(rows: sa.FromClause, group: sa.ColumnElement[Any], value: sa.ColumnElement[int]) -> sa.Select[Any]:
    """For each group: how many rows it has, and the value in the middle, or between the two in the middle."""
    placed = (
        sa.select(
            group.label("of_group"),
            value.label("value"),
            sa.func.row_number().over(partition_by=group, order_by=value).label("place"),
            sa.func.count().over(partition_by=group).label("size"),
        )
        .select_from(rows)
        .subquery()
    )
    first, last = (placed.c.size + 1) // 2, (placed.c.size + 2) // 2
    in_the_middle = sa.select(placed.c.of_group, sa.func.max(placed.c.size), sa.func.avg(placed.c.value))
    return in_the_middle.where(placed.c.place.between(first, last)).group_by(placed.c.of_group)
