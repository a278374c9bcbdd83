import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import SettingRefused, load_settings
from tests.server import LEDTRAD


def test_an_instance_is_readable_by_nobody_else(tmp_path: Path) -> None:
    """Also in a folder that everybody may look into, as `mkdir` makes it."""
    tmp_path.chmod(0o755)
    environment = {**os.environ, "LEDTRAD_INSTANCE": str(tmp_path), "DATABASE_URL": ""}

    subprocess.run([LEDTRAD, "init"], env=environment, check=True, capture_output=True, umask=0o022)

    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert {"keys.json", "ledtrad.sqlite3"} <= modes.keys()
    assert set(modes.values()) == {"0o600"}


@pytest.mark.parametrize("command", ["serve", "web", "scheduler"])
def test_a_server_does_without_what_only_other_commands_need(command: str) -> None:
    program = f"import sys; from app.commands import ledtrad; ledtrad(['{command}', '-h'], standalone_mode=False); "
    program += "print('loaded', *sys.modules)"

    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    loaded = ran.stdout.rpartition("loaded ")[2].split()
    assert "app.core.supervisor" in loaded
    assert {"alembic", "app.demo.story", "flask_migrate", "psycopg"}.isdisjoint(loaded)


def test_the_database_commands_are_there(tmp_path: Path) -> None:
    environment = {**os.environ, "LEDTRAD_INSTANCE": str(tmp_path), "DATABASE_URL": ""}
    subprocess.run([LEDTRAD, "init"], env=environment, check=True, capture_output=True)

    ran = subprocess.run([LEDTRAD, "db", "check"], env=environment, capture_output=True, text=True)

    assert (ran.returncode, ran.stdout) == (0, "No new upgrade operations detected.\n")


def test_serving_from_a_folder_that_cannot_be_written_is_refused_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "instance"
    environment = {**os.environ, "LEDTRAD_INSTANCE": str(folder), "DATABASE_URL": ""}

    ran = subprocess.run([LEDTRAD, "serve"], env=environment, capture_output=True, text=True)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"Error: Cannot write to {folder} (Not a directory). Make it writable, or name another with LEDTRAD_INSTANCE.\n"
    )


@pytest.mark.parametrize("command", ["init", "serve", "web", "scheduler"])
def test_d28_without_a_database_of_time_zones_nothing_starts(command: str, tmp_path: Path) -> None:
    nothing_installed = f"import sys; sys.modules['tzdata'] = None; sys.argv = ['ledtrad', '{command}']; "
    program = nothing_installed + "from app.commands import main; main()"
    environment = {**os.environ, "LEDTRAD_INSTANCE": str(tmp_path), "DATABASE_URL": "", "PYTHONTZPATH": ""}

    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)

    assert ran.returncode > 0
    assert "LEDTRAD_TIME_ZONE: no time zone `Europe/Stockholm` is known here." in ran.stderr
    assert "install Python's tzdata" in ran.stderr


@pytest.mark.parametrize("zone", ["Europe/Stokholm", "Europe", "../Stockholm"])
def test_a_misspelt_time_zone_is_refused_at_the_start(zone: str, tmp_path: Path) -> None:
    with pytest.raises(SettingRefused, match="no time zone"):
        load_settings(tmp_path, {"LEDTRAD_TIME_ZONE": zone})
