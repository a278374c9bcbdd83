import stat
from pathlib import Path

import pytest

from app.core.keys import FILE_NAME, KeysMissing, load_keys, make_keys


def test_keys_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    make_keys(tmp_path)
    first = (tmp_path / FILE_NAME).read_bytes()

    make_keys(tmp_path)

    assert (tmp_path / FILE_NAME).read_bytes() == first
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert len({load_keys(tmp_path).signing, load_keys(tmp_path).columns, load_keys(tmp_path).hashing}) == 3


def test_a_folder_without_keys_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="ledtrad init"):
        load_keys(tmp_path)


def test_a_keyed_hash_tells_purposes_apart(tmp_path: Path) -> None:
    make_keys(tmp_path)
    keys = load_keys(tmp_path)

    assert keys.keyed_hash("a", "x") == keys.keyed_hash("a", "x")
    assert keys.keyed_hash("a", "x") != keys.keyed_hash("b", "x")
