"""`make bench`: measure what the product promises, each number beside its limit from the same run.

make bench ARGS='enquiries lists'             only these parts: board, dashboard, enquiries, lists, mail, memory,
                                              reports, search, slots, start
make bench ARGS='dashboard --contacts 1000000 --on sqlite --keep /tmp/crowd'
                                              the pages of a day at a million; the crowd is kept for the next run
make bench ARGS='--on sqlite --contacts 5000' one database, a smaller crowd
"""

import argparse
from collections.abc import Callable
from contextlib import ExitStack

from tests.bench import board, dashboard, enquiries, lists, mail, processes, reports, search, slots
from tests.bench.crowd import HOW_MANY
from tests.bench.place import Place, place_on
from tests.postgres import running_postgres

DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
PARTS: dict[str, Callable[[Place, argparse.Namespace], None]] = {
    "start": lambda place, wanted: processes.measure_start(place),
    "memory": lambda place, wanted: processes.measure_memory(place),
    "enquiries": lambda place, wanted: enquiries.measure(place, wanted.posts),
    "lists": lambda place, wanted: lists.measure(place, wanted.contacts),
    "dashboard": dashboard.measure,
    "reports": lambda place, wanted: reports.measure(place, wanted.contacts),
    "board": lambda place, wanted: board.measure(place, wanted.contacts),
    "search": lambda place, wanted: search.measure(place, wanted.contacts),
    "mail": lambda place, wanted: mail.measure(place, wanted.mails),
    "slots": lambda place, wanted: slots.measure(place),
}


def main() -> None:
    """Run the parts that are asked for, one after another."""
    wanted = _arguments()
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres()) if "postgres" in wanted.on else ""
        for name in wanted.parts or PARTS:
            for database in wanted.on:
                with place_on(DATABASES[database], postgres if database == "postgres" else "") as place:
                    PARTS[name](place, wanted)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all when none is named")
    parser.add_argument("--on", action="append", choices=list(DATABASES), help="only this database")
    parser.add_argument(
        "--contacts", type=int, default=HOW_MANY, help="how many contacts to list and search, a million at most"
    )
    parser.add_argument("--keep", default="", help="a folder that keeps the crowd of the dashboard's part, on SQLite")
    parser.add_argument("--posts", type=int, default=3000, help="how many enquiries to send")
    parser.add_argument("--mails", type=int, default=2000, help="how many mails to send")
    wanted = parser.parse_args()
    if unknown := set(wanted.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    wanted.on = wanted.on or list(DATABASES)
    return wanted


if __name__ == "__main__":
    main()
