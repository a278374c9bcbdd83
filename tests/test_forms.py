"""What the table of pages must show besides each page itself: every form refused, and every list empty.

The browser judges those rows as it does any page (tests/test_pages.py). Here each form is sent without script: what
comes back has the focus where something is wrong, says beside the field what it is, and has lost nothing.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from jinja2 import Environment, nodes

from tests.acts import Send
from tests.forms import Form, elements_in, forms_in
from tests.instances import Instance
from tests.judges import CHECKOUT
from tests.pages import Data, Page, Who, pages_on

KEPT_FROM_THE_PAGE = {"password", "file", "hidden"}
"""What browsers do not show again, and what nobody has typed."""
MARKS = {"_", "ngettext"}
NEVER_WITHOUT = {
    "consultations/add.html": "kinds are there from the first day",
    "consultations/kinds.html": "so are they on their own page",
    "mail/all_templates.html": "templates are there from the first day",
    "plans/index.html": "plans are there from the first day",
    "trials/add.html": "models are there from the first day",
    "trials/add_unit.html": "models are there from the first day",
    "trials/models.html": "so are they on their own page",
    "contacts/detail.html": "a contact comes with a lead; only a merge or a split leaves one without",
    "consultations/close_days.html": "the eves of every year are open until somebody closes them",
    "home/_day.html": "the demo's owner has something to do every day",
    "leads/leaving.html": "there are two who can be given anything",
}
"""Templates that list what our businesses always have, and why. Their other empty states are shown."""


@dataclass
class Opened:
    """A page of the table as it is before anything is done on it, and the browser in which it stands."""

    instance: Instance
    page: Page
    browser: FlaskClient
    html: str

    @property
    def address(self) -> str:
        """Where it is found."""
        return self.page.address(self.instance.server.app, self.instance.facts)

    def endpoint(self, form: Form) -> str:
        """What answers where a form of the page leads."""
        path = urlsplit(form.action or self.address).path
        return str(self.instance.server.app.url_map.bind("localhost").match(path, method="POST")[0])

    @property
    def form(self) -> Form:
        """The form that is filled in on it; an empty one where more than that is done."""
        act = self.page.act if isinstance(self.page.act, Send) else None
        forms = [form for form in forms_in(self.html) if act and form.path.endswith(act.to)]
        return next((form for form in forms if act and set(act.typed) <= form.names), Form("", "post"))


@pytest.fixture(scope="module")
def opened() -> Iterator[list[Opened]]:
    """Every page of the table, on each data that it is for."""
    with ExitStack() as stack:
        instances = [stack.enter_context(Instance(data).filled()) for data in Data]
        yield [_open(instance, page) for instance in instances for page in pages_on(instance.data)]


def _open(instance: Instance, page: Page) -> Opened:
    browser = instance.server.app.test_client()
    if page.who is Who.OWNER:
        browser.set_cookie("ledtrad", instance.cookie()["value"], domain="127.0.0.1")
    found = Opened(instance, page, browser, "")
    found.html = browser.get(found.address, base_url=instance.server.url).get_data(as_text=True)
    return found


def test_every_form_to_write_in_is_shown_refused(opened: list[Opened]) -> None:
    found = {
        one.endpoint(form): one.page.name
        for one in opened
        for form in forms_in(one.html)
        if any(control.is_typed for control in form.controls)
    }
    refused = {one.endpoint(one.form) for one in opened if one.page.status == 422}

    assert {endpoint: page for endpoint, page in found.items() if endpoint not in refused} == {}


def test_a_refused_form_says_where_and_loses_nothing(opened: list[Opened]) -> None:
    faults = {
        one.page.name: list(_faults(one)) for one in opened if one.page.status == 422 and isinstance(one.page.act, Send)
    }

    assert {name: found for name, found in faults.items() if found} == {}
    assert len(faults) > 50


def _faults(one: Opened) -> Iterator[str]:
    act, form = one.page.act, one.form
    assert isinstance(act, Send)
    pressed = next(
        button for button in form.buttons if button.kind == "submit" and act.by in ("", button.attributes.get("value"))
    )
    sent = {**form.sent(), **{name: [typed] for name, typed in act.typed.items()}}
    sent |= {pressed.name: [pressed.attributes.get("value") or ""]} if pressed.name else {}
    answer = one.browser.post(form.action or one.address, data=sent, base_url=one.instance.server.url)
    html = answer.get_data(as_text=True)
    if answer.status_code != one.page.status:
        yield f"answered {answer.status_code}"
    elements = list(elements_in(html))
    if not any("autofocus" in element for element in elements):
        yield "nothing wrong has the focus"
    ids = {element.get("id") for element in elements}
    wrong = [
        element for element in elements if "aria-invalid" in element or "field-wrong" in (element.get("class") or "")
    ]
    told = {part for element in wrong for part in (element.get("aria-describedby") or "").split()}
    if not wrong or not told <= ids:
        yield "no field says what is wrong with it"
    again = [each for each in forms_in(html) if one.endpoint(each) == one.endpoint(form) and each.names >= form.names]
    shown = again[0].sent() if again else {}
    for control in form.controls:
        if control.kind not in KEPT_FROM_THE_PAGE and _bare(shown, control.name) != _bare(sent, control.name):
            yield f"{control.name} is lost"


def _bare(sent: dict[str, list[str]], name: str) -> list[str]:
    return [value.strip() for value in sent.get(name, [])]


def test_every_empty_list_is_shown(opened: list[Opened]) -> None:
    shown = " ".join(re.sub(r"\s+", " ", part) for one in opened for part in one.html.split('class="empty-state"')[1:])
    said = {
        sentence: template
        for template in _templates()
        for sentence in _empty_sentences(CHECKOUT / "templates" / template)
    }

    unseen = {template for sentence, template in said.items() if not _holds(shown, sentence)}
    assert unseen == set(NEVER_WITHOUT)
    assert len(said) > 30


def _templates() -> list[str]:
    folder = CHECKOUT / "templates"
    return [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.html"))]


def _empty_sentences(template: Path) -> Iterator[str]:
    """What the template says where there is nothing to list."""
    tree = Environment().parse(template.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "empty":
            for words in call.args[1].find_all(nodes.Call) if not _is_mark(call.args[1]) else [call.args[1]]:
                if _is_mark(words):
                    yield words.args[0].value


def _is_mark(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS


def _holds(html: str, sentence: str) -> bool:
    parts = re.split(r"%\(\w+\)s", sentence)
    return re.search(".{1,200}?".join(map(re.escape, parts)), html) is not None
