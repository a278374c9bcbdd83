"""How many enquiries a second are stored for good, sent by eight clients at once, beside a bare form of one row."""

from urllib.parse import urlencode

from app.core.db import db
from app.enquiries.models import Enquiry, EnquiryState
from tests.bench.crowd import FIRST_NAMES, LAST_NAMES, MESSAGE
from tests.bench.load import Load, drive, post
from tests.bench.place import Place, WebServer
from tests.bench.report import Figure, say, say_heading
from tests.server import Server
from tests.visitors import filled_form

CLIENTS = 8
AIM_PER_SECOND = 300
AIM_OF_BARE = 0.4
NO_LIMITS = {"ENQUIRIES_PER_ADDRESS": "0", "ENQUIRIES_PER_HOUR": "0"}


def measure(place: Place, posts: int) -> None:
    """Post as many enquiries, each with a token and a sender of its own, and count what was stored."""
    say_heading(f"Enquiries from {CLIENTS} clients, {place.database}")
    bare = _bare_load(place, posts)
    say(Figure("a bare form: one row, stored for good", _rate(bare)))
    alone = _load_on(place.server(WebServer, **NO_LIMITS), posts)
    say(
        Figure(
            "enquiries, the web process",
            _rate(alone),
            f"{alone.per_second / bare.per_second:.2f} x the bare form",
            f"{AIM_PER_SECOND}/s, {AIM_OF_BARE} x",
            alone.per_second >= AIM_PER_SECOND and alone.per_second >= AIM_OF_BARE * bare.per_second,
        )
    )
    together = _load_on(place.server(Server, **NO_LIMITS), posts)
    ratio = f"{together.per_second / bare.per_second:.2f} x the bare form"
    say(Figure("the same, while the scheduler sends its mail", _rate(together), ratio))


def _bare_load(place: Place, posts: int) -> Load:
    server = place.bare_server()
    server.start()
    requests = [post("/contact", urlencode(_letter(number)).encode()) for number in range(posts)]
    load = drive(server.port, requests, CLIENTS)
    load.expect(303)
    server.stop()
    return load


def _load_on(server: Server, posts: int) -> Load:
    server.prepare()
    server.start()
    forms = [filled_form(server.app, number, **_letter(number)) for number in range(posts)]
    requests = [post("/contact", urlencode(form).encode()) for form in forms]
    load = drive(server.port, requests, CLIENTS)
    load.expect(303)
    _expect_stored(server, posts)
    server.stop()
    return load


def _letter(number: int) -> dict[str, str]:
    first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number // 7 % len(LAST_NAMES)]
    email = f"letter{number}@example.se"
    return {"name": f"{first} {last}", "email": email, "message": f"{MESSAGE} {number}", "consent": "y"}


def _expect_stored(server: Server, posts: int) -> None:
    with server.app.app_context():
        stored = db.session.query(Enquiry).filter(Enquiry.state == EnquiryState.OPEN).count()
    if stored != posts:
        raise AssertionError(f"{stored} enquiries are stored and open, {posts} were sent")


def _rate(load: Load) -> str:
    return f"{load.per_second:.0f}/s, p95 {load.percentile_ms(95):.0f} ms"
