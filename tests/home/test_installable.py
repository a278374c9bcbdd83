"""The dashboard can be put on a phone's home screen, and visitors' pages know nothing of it."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role
from tests.browser import PHONE, OpenPage, let_in
from tests.conftest import add_user
from tests.server import Server, serving
from tests.signed_in import SignedIn

MANIFEST = "/static/ledtrad.webmanifest"


def size_of(client: FlaskClient, name: str) -> str:
    """Width and height of one of our pictures, from the header of a PNG (its specification, 11.2.2)."""
    with client.get(f"/static/{name}") as answer:
        png = answer.data
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return f"{width}x{height}"


def test_the_manifest_names_icons_of_the_size_they_have(client: FlaskClient) -> None:
    with client.get(MANIFEST) as answer:
        manifest = json.loads(answer.data)

    assert answer.mimetype == "application/manifest+json"
    assert (manifest["start_url"], manifest["display"]) == ("/today/", "standalone")
    assert [size_of(client, icon["src"]) for icon in manifest["icons"]] == ["192x192", "512x512", "512x512"]
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512", "512x512"]
    assert [icon.get("purpose") for icon in manifest["icons"]] == [None, None, "maskable"]
    assert size_of(client, "apple-touch-icon.png") == "180x180"


@pytest.mark.parametrize(("path", "is_ours"), [("/sign-in", True), ("/articles/", False), ("/contact", False)])
def test_only_our_own_pages_name_the_manifest(client: FlaskClient, path: str, is_ours: bool) -> None:
    assert (MANIFEST in client.get(path).text) is is_ours


def test_the_dashboard_names_the_manifest(owner_client: SignedIn) -> None:
    page = owner_client.get("/today/").text

    assert f'rel="manifest" href="{MANIFEST}"' in page
    assert 'rel="apple-touch-icon"' in page


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("phone") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user("maj@example.se", "Maj Ek", Role.OWNER)
        yield server


def test_a_browser_finds_nothing_that_keeps_it_from_being_installed(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url, width=PHONE)
    let_in(page, server, "maj@example.se")
    page.goto("/today/")
    tools = page.context.new_cdp_session(page)

    manifest = tools.send("Page.getAppManifest")
    errors = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert manifest["url"] == f"{server.url}{MANIFEST}"
    assert manifest["errors"] == []
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
