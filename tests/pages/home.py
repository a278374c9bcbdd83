"""Today, search, and what is nowhere."""

from tests.acts import answer_in_row
from tests.pages.table import DEMO, EMPTY, inside, public

PAGES = (
    public("no-such-page", "/finns-inte", status=404),
    inside("today", "home.today"),
    inside("today-answering", "home.today", DEMO, act=answer_in_row),
    inside("today-mine", "home.today", DEMO, whose="mine"),
    inside("guide", "home.guide"),
    inside("search", "home.search", DEMO, q="an"),
    inside("search-for-a-unit", "home.search", DEMO, q="bm"),
    inside("search-nothing-found", "home.search", q="finnsinte"),
    inside("search-commands", "home.search", EMPTY),
    inside("rest-by-command", "home.rest", DEMO, lead_id="{waiting_lead}", until="2030-03-01"),
)
