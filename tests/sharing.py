"""How several processes share the tests: a file to each at a time, the pages in parts, and what takes longest first."""

from collections import Counter
from zlib import crc32

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

IN_PARTS = {"tests/test_pages.py": 3, "tests/test_sight.py": 2}
"""Files that would keep one process busy when all others have ended."""
SECONDS = {
    "tests/test_durability.py": 15,
    "tests/journeys/": 15,
    "tests/test_pages.py": 3,
    "tests/test_sight.py": 2,
    "_in_browser.py": 3,
    "/test_faults_": 3,
}
"""About what a test takes whose file is called like that; any other takes OTHERWISE."""
OTHERWISE = 0.1


class LongestFirst(LoadFileScheduling):
    """Gives out parts in the order in which the processes have collected them."""

    def _split_scope(self, nodeid: str) -> str:
        return part_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LongestFirst | None:
    """Share in our way where whole files are asked for."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return LongestFirst(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest part, so that no process is alone with it in the end."""
    if not hasattr(config, "workerinput"):
        return
    seconds = Counter[str]()
    for item in items:
        seconds[part_of(item.nodeid)] += seconds_of(item.nodeid)
    items.sort(key=lambda item: -seconds[part_of(item.nodeid)])


def part_of(nodeid: str) -> str:
    """What runs in one process: a file's tests, or those of its pages that are on the same data."""
    file, _, test = nodeid.partition("::")
    if file not in IN_PARTS:
        return file
    data, _, page = test.partition("[")[2].partition("-")
    part = crc32(page.encode()) % IN_PARTS[file] if data == "demo" else "rest"
    return f"{file} {data} {part}"


def seconds_of(nodeid: str) -> float:
    """Enough to know what to begin with."""
    file = nodeid.partition("::")[0]
    return next((seconds for name, seconds in SECONDS.items() if name in file), OTHERWISE)
