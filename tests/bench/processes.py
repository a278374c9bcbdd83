"""How much memory all processes take together, and how soon a second start answers."""

from pathlib import Path

from tests.bench.load import drive, get
from tests.bench.place import Place
from tests.bench.report import Figure, say, say_heading
from tests.server import Server

AIM_MIB = 120
AIM_SECONDS = 3
WARM_UP = ("/contact", "/articles/", "/sign-in")


def measure_memory(place: Place) -> None:
    """The proportional share of memory (PSS) of the parent, the web and the scheduler, after some hundred pages."""
    say_heading(f"Memory, {place.database}")
    limit = _mib(_warm(place.bare_server()))
    used = _mib(_warm(place.server()))
    say(
        Figure(
            "all processes (PSS)", f"{used:.0f} MiB", f"bare form {limit:.0f} MiB", f"{AIM_MIB} MiB", used <= AIM_MIB
        )
    )


def measure_start(place: Place) -> None:
    """From the command to the first page, for an instance that exists."""
    say_heading(f"Start, {place.database}")
    server, bare = place.server(), place.bare_server()
    for either in (server, bare):
        either.start()
        either.stop()
    limit, took = bare.start(), server.start()
    aim = f"{AIM_SECONDS} s"
    say(
        Figure(
            "a second start, to its first page", f"{took:.1f} s", f"bare form {limit:.1f} s", aim, took <= AIM_SECONDS
        )
    )


def _warm(server: Server) -> Server:
    server.start()
    pages = WARM_UP if server.answers(WARM_UP[-1]) else WARM_UP[:1]
    drive(server.port, [get(path) for path in pages] * 100, clients=8)
    return server


def _mib(server: Server) -> float:
    return sum(_pss_kib(pid) for pid in server.process_ids()) / 1024


def _pss_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
