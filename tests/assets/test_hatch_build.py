"""The build hook: what it makes of what npm brings, and what it says when npm brings nothing."""

import gettext
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.assets import hatch_build
from app.assets.hatch_build import CannotBuild, bring_judges, bring_vendor, compile_translations

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "app" / "static" / "vendor"
SVG = "{http://www.w3.org/2000/svg}"

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Skicka frågan"
msgstr "Send the question"

#, fuzzy
msgid "Kontakt"
msgstr "Perhaps wrong"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    file = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(CATALOGUE, encoding="utf-8")
    return file


def test_a_catalogue_is_compiled_without_its_doubtful_entries(catalogue: Path, tmp_path: Path) -> None:
    compile_translations(tmp_path)

    english = gettext.translation("messages", tmp_path, ["en"])
    assert english.gettext("Skicka frågan") == "Send the question"
    assert english.gettext("Kontakt") == "Kontakt"


def test_a_catalogue_is_compiled_again_only_when_it_changed(catalogue: Path, tmp_path: Path) -> None:
    compiled = catalogue.with_suffix(".mo")
    compiled.write_bytes(b"from before")

    compile_translations(tmp_path)
    assert compiled.read_bytes() == b"from before"

    os.utime(compiled, (0, 0))
    compile_translations(tmp_path)
    assert gettext.translation("messages", tmp_path, ["en"]).gettext("Skicka frågan") == "Send the question"


def test_an_unreachable_registry_gives_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")

    with pytest.raises(CannotBuild) as refusal:
        bring_judges(tmp_path / "judges")

    sentence = str(refusal.value)
    assert sentence.startswith("npm could not bring the front-end parts: ")
    assert "ECONNREFUSED" in sentence
    assert sentence.endswith(". Check the network and try again.")
    assert "\n" not in sentence
    assert not (tmp_path / "judges").exists()


def test_nothing_is_fetched_when_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def npm_is_not_asked(*_: object, **__: object) -> None:
        raise AssertionError("npm was asked")

    monkeypatch.setattr(hatch_build, "npm", npm_is_not_asked)
    before = {file.name: file.stat().st_mtime_ns for file in VENDOR.iterdir()}

    bring_vendor(VENDOR)

    assert {file.name: file.stat().st_mtime_ns for file in VENDOR.iterdir()} == before


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotBuild, match=r"^app/assets/icons\.txt asks for an icon that Tabler does not have: \S+\.$"):
        hatch_build._sprite(tmp_path)


def test_the_sprite_has_every_icon_of_the_list_and_draws_in_the_page_s_colour() -> None:
    lines = (ROOT / "app/assets/icons.txt").read_text(encoding="utf-8").splitlines()
    listed = [line.split("=")[0].strip() for line in lines if line and not line.startswith("#")]

    symbols = ElementTree.parse(VENDOR / "icons.svg").getroot().findall(f"{SVG}symbol")

    assert [symbol.get("id") for symbol in symbols] == listed
    assert len(set(listed)) == len(listed)
    assert {symbol.get("stroke") for symbol in symbols} == {"currentColor"}
    assert {symbol.get("stroke-width") for symbol in symbols} == {None}
    assert all(len(symbol) for symbol in symbols)


def test_every_icon_that_a_page_or_view_names_is_in_the_list() -> None:
    sources = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("app/**/*.py")]
    named = {
        name for source in sources for name in re.findall(r"\bicon\(['\"]([\w-]+)['\"]", source.read_text("utf-8"))
    }

    sprite = {symbol.get("id") for symbol in ElementTree.parse(VENDOR / "icons.svg").getroot()}

    assert named
    assert named - sprite == set()


def test_vendored_files_point_to_no_source_map_and_keep_their_licences() -> None:
    licences = (VENDOR / "LICENSES.txt").read_text(encoding="utf-8")

    for part in hatch_build.LOADED_BY_PAGES:
        assert "sourceMappingURL" not in (VENDOR / Path(part).name).read_text(encoding="utf-8")
        package = "/".join(part.split("/")[: 2 if part.startswith("@") else 1])
        assert re.search(rf"^{re.escape(package)} \d", licences, re.MULTILINE), package
