import os
import subprocess
from pathlib import Path

from tests.server import LEDTRAD


def test_an_instance_is_readable_by_nobody_else(tmp_path: Path) -> None:
    """Also in a folder that everybody may look into, as `mkdir` makes it."""
    tmp_path.chmod(0o755)
    environment = {**os.environ, "LEDTRAD_INSTANCE": str(tmp_path), "DATABASE_URL": ""}

    subprocess.run([LEDTRAD, "init"], env=environment, check=True, capture_output=True, umask=0o022)

    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert {"keys.json", "ledtrad.sqlite3"} <= modes.keys()
    assert set(modes.values()) == {"0o600"}
