"""What the pages of lists share: their filters, columns, heads and views, ready for `lists/_macros.html`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app.core.columns import Sorting, heads, with_the_rest, written_columns
from app.core.conditions import Asked, written
from app.core.offers import pieces_of

KEPT = ("cols", "view")
"""Parts of an address that stay while something else is asked."""


@dataclass(frozen=True, slots=True)
class UsualView:
    """A view that everybody has."""

    words: Any
    asked: Asked

    def is_asked(self, asked: Asked) -> bool:
        """Whether it is what is asked for, in whatever order."""
        return (asked.words, set(asked.chosen)) == (self.asked.words, set(self.asked.chosen))

    @property
    def address(self) -> dict[str, Any]:
        return written(self.asked)


def list_pieces(
    of: str,
    asked: Asked,
    columns: Sequence[StrEnum],
    sortings: Mapping[Any, Sorting],
    usual_order: StrEnum,
    query: MultiDict[str, str],
) -> dict[str, Any]:
    """What a list's page shows besides its rows."""
    query_of_view = {**written(asked), "cols": written_columns(columns)}
    return {
        **pieces_of(of, asked),
        "list_of": of,
        "wanted": asked,
        "asked": written(asked),
        "asked_text": urlencode(query_of_view, doseq=True),
        "kept": {name: query[name] for name in KEPT if query.get(name)},
        "columns": columns,
        "heads": heads(columns, sortings, asked, usual_order),
        "every_column": with_the_rest(columns),
        "usual_order": usual_order,
        "open_panel": query.get("panel", ""),
    }
