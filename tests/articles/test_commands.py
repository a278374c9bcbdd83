from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from app.articles import queries
from app.articles.commands import articles
from app.articles.reading import Unreadable, read_article


def reason(data: bytes) -> str:
    """Why the bytes are refused, in the language of the command line."""
    with pytest.raises(Unreadable) as refused:
        read_article(data, "a.txt")
    with force_locale("en"):
        return str(refused.value)


def test_import_goes_on_after_bad_files_names_each_and_fails(app: Flask, tmp_path: Path) -> None:
    files = {
        "good.txt": b"Ett\n\nText ett.",
        "empty.txt": b"",
        "picture.txt": b"\x89PNG\x00",
        "last.md": b"# Tv\xe5\n\nText.",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    names = ["good.txt", "empty.txt", "missing.txt", "picture.txt", "last.md"]

    result = app.test_cli_runner().invoke(articles, ["import", *(str(tmp_path / name) for name in names)])

    assert result.stderr.splitlines() == [
        f"{tmp_path}/empty.txt: {reason(b'')}",
        f"{tmp_path}/missing.txt: No such file or directory",
        f"{tmp_path}/picture.txt: {reason(files['picture.txt'])}",
    ]
    assert result.stdout == "2 created, 0 updated, 0 unchanged, 3 refused\n"
    assert result.exit_code == 1
    assert {article.slug for article in queries.published()} == {"ett", "tva"}


def test_import_again_tells_what_was_new(app: Flask, tmp_path: Path) -> None:
    runner, paths = app.test_cli_runner(), [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_text(f"Rubrik {path.stem}\n\nText.", "utf-8")
    runner.invoke(articles, ["import", *map(str, paths)])
    paths[0].write_text("Rubrik a\n\nNy text.", "utf-8")

    result = runner.invoke(articles, ["import", *map(str, paths)])

    assert (result.stdout, result.stderr, result.exit_code) == ("0 created, 1 updated, 1 unchanged, 0 refused\n", "", 0)
