"""The driver below SQLAlchemy: text and values that are ready for it, on the connection of a transaction under way."""

from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]


def run(connection: Connection, text: str, values: Any = ()) -> list[Row]:
    """Run it, for each where `values` is a list, and give all rows. Raises what SQLAlchemy would raise."""
    listeners = connection.engine.dispatch
    if listeners.before_cursor_execute or listeners.after_cursor_execute:
        return _run_aloud(connection, text, values)
    driver = connection.dialect.loaded_dbapi
    cursor = connection.connection.cursor()
    try:
        if isinstance(values, list):
            cursor.executemany(text, values)
        else:
            cursor.execute(text, values)
        return list(cursor.fetchall()) if cursor.description else []
    except driver.Error as error:
        raise _translated(connection, error, text, values) from error
    finally:
        cursor.close()


def _run_aloud(connection: Connection, text: str, values: Any) -> list[Row]:
    """The long way, for those who listen to what an engine is told."""
    result = connection.exec_driver_sql(text, values)
    return [tuple(row) for row in result] if result.returns_rows else []


def _translated(connection: Connection, error: Exception, text: str, values: Any) -> BaseException:
    """What SQLAlchemy makes of a driver's error; a connection that it has lost is not used again."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]  # any PEP 249 error
    translated = DBAPIError.instance(
        text,
        values,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=connection.engine.hide_parameters,
        connection_invalidated=is_lost,
        dialect=dialect,
        ismulti=isinstance(values, list),
    )
    if is_lost:
        connection.invalidate(error)
    return translated
