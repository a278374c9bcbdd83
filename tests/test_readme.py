"""The README tells the truth: its settings, targets, rooms and commands are those that there are."""

import re
from pathlib import Path

from app.commands import ledtrad
from app.config import SETTINGS
from tests.test_architecture import LADDER

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table_under(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    text = README.split(f"\n{heading}\n", 1)[1]
    rows = [line for line in text.partition("\n#")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def test_the_settings_are_those_of_the_code() -> None:
    described = [[f"`{setting.variable}`", _shown(setting.default), setting.what] for setting in SETTINGS]

    assert table_under("## Settings") == described


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return f"`{int(default)}`"
    return f"`{default}`" if default not in (None, "", []) else ""


def test_every_make_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    named = set(re.findall(r"(?:`|^    )make ([a-z]+)", README, re.MULTILINE))

    assert {"run", "demo", "test"} <= named
    assert named - targets == set()


def test_its_map_is_the_ladder() -> None:
    rooms = [tuple(re.findall(r"`(\w+)`", cells[0])) for cells in table_under("## The map")]

    assert rooms == list(reversed(LADDER))


def test_its_commands_are_those_of_the_command() -> None:
    named = {name.split()[0] for cells in table_under("## The command") for name in re.findall(r"`([^`]+)`", cells[0])}

    assert named == set(ledtrad.commands)


def test_its_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)

    assert len(pictures) == 2
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []
