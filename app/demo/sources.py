"""Where the demo's visitors came from, as the addresses of the pages they opened would have told."""

from random import Random

from app.articles.models import Article

SOURCES: tuple[tuple[int, dict[str, str]], ...] = (
    (34, {"referrer_host": "sok.example.com"}),
    (16, {}),
    (14, {"utm_source": "nyhetsbrev", "utm_medium": "email", "utm_campaign": "lugna-kvallar"}),
    (
        10,
        {
            "utm_source": "grupp",
            "utm_medium": "social",
            "utm_campaign": "fraga-oss",
            "referrer_host": "grupp.example.com",
        },
    ),
    (8, {"referrer_host": "fysioterapi.example.se"}),
    (6, {"utm_source": "massa", "utm_medium": "qr", "utm_campaign": "rollup"}),
    (4, {"utm_source": "annons", "utm_medium": "cpc", "utm_campaign": "vila", "utm_term": "prova hemma"}),
)
HORSE_SOURCES: tuple[tuple[int, dict[str, str]], ...] = (
    (30, {"referrer_host": "sok.example.com"}),
    (22, {"referrer_host": "hastforum.example.se"}),
    (14, {}),
    (
        14,
        {
            "utm_source": "ridklubb",
            "utm_medium": "social",
            "utm_campaign": "stallet",
            "referrer_host": "grupp.example.com",
        },
    ),
    (10, {"utm_source": "stallvagg", "utm_medium": "qr", "utm_campaign": "affisch"}),
    (6, {"utm_source": "nyhetsbrev", "utm_medium": "email", "utm_campaign": "efter-passet"}),
)
"""How many in a hundred or so, and the columns of attribution."""

BUTTONS = ("end", "end", "end", "top")


def origin_of(article: Article | None, chance: Random, *, is_horse: bool) -> dict[str, str]:
    """The columns of attribution for one letter."""
    sources = HORSE_SOURCES if is_horse else SOURCES
    found = chance.choices([origin for _, origin in sources], [weight for weight, _ in sources])[0]
    if article is None:
        return {"page": "/contact", **found}
    if article.external_url:
        return {"page": f"/articles/{article.slug}/ask", "referrer_host": "hastbladet.example.se"}
    return {"page": f"/articles/{article.slug}/ask", "button": chance.choice(BUTTONS), **found}
