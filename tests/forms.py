"""The forms of a page, read from its HTML as a browser without script would send them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

TYPED = {"text", "email", "tel", "date", "time", "number", "password", "url", "file"}
CHOSEN = {"radio", "checkbox"}
PRESSED = {"submit", "button", "reset", "image"}
Attributes = dict[str, str | None]


@dataclass
class Control:
    """One field of a form: what it is called, of which kind it is, and what it would send."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    attributes: Attributes = field(default_factory=dict)

    @property
    def is_typed(self) -> bool:
        """Whether somebody writes in it. What nobody reaches by keyboard is there for robots."""
        return self.kind in TYPED | {"textarea"} and self.attributes.get("tabindex") != "-1"


@dataclass
class Form:
    """Where a form of a page leads, and its fields."""

    action: str
    method: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[Control] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """What its fields are called."""
        return {control.name for control in self.controls}

    @property
    def sends_files(self) -> bool:
        """Whether files can be chosen in it."""
        return any(control.kind == "file" for control in self.controls)

    @property
    def path(self) -> str:
        """Where it leads, without what follows; empty for the page's own address."""
        return urlsplit(self.action).path

    def sent(self) -> dict[str, list[str]]:
        """What it sends as it stands, without a button."""
        found: dict[str, list[str]] = {}
        for control in self.controls:
            if control.values and "disabled" not in control.attributes:
                found.setdefault(control.name, []).extend(control.values)
        return found


def forms_in(html: str) -> list[Form]:
    """Every form of the page's own that changes something, in its order."""
    reader = _Reader()
    reader.feed(html.partition("</main>")[0])
    return [form for form in reader.forms if form.method == "post"]


def elements_in(html: str) -> Iterator[Attributes]:
    """The attributes of every element of the page."""
    reader = _Reader()
    reader.feed(html)
    yield from reader.elements


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.elements: list[Attributes] = []
        self._form: Form | None = None
        self._area: Control | None = None
        self._select: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append(given)
        if tag == "form":
            self._form = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self._form)
        elif tag == "main":
            self.forms.clear()
        elif tag == "option" and self._select is not None:
            self._option(given)
        elif tag in ("input", "textarea", "select", "button") and self._form is not None:
            self._control(tag, given, self._form)

    def _control(self, tag: str, given: Attributes, form: Form) -> None:
        kind = {"input": given.get("type") or "text", "button": given.get("type") or "submit"}.get(tag, tag)
        control = Control(given.get("name") or "", kind, attributes=given)
        if kind in PRESSED:
            form.buttons.append(control)
        elif control.name:
            form.controls.append(control)
        if tag == "input" and kind != "file" and (kind not in CHOSEN or "checked" in given):
            control.values = [given.get("value", "on" if kind in CHOSEN else "") or ""]
        self._area = control if tag == "textarea" else self._area
        self._select = control if tag == "select" else self._select

    def _option(self, given: Attributes) -> None:
        assert self._select is not None
        if "selected" in given or not self._select.values:
            self._select.values = [given.get("value") or ""]

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.values = [*self._area.values, data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area is not None:
            self._area.values = ["".join(self._area.values).removeprefix("\r\n").removeprefix("\n")]
            self._area = None
        elif tag == "select":
            self._select = None
