"""A small reader of iCalendar of our own (RFC 5545), so that what a library wrote is not read by the same library."""

import re
from dataclasses import dataclass, field
from typing import Self

LONGEST_LINE = 75
_LINE = re.compile(
    r'(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(?P<value>.*)', re.DOTALL
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=(?:"([^"]*)"|([^";:,]*))')
_ESCAPED = re.compile(r"\\([nN;,\\])")


@dataclass
class Field:
    """The value of a content line as it stands, and its parameters."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """A value of type TEXT, its escapes undone (RFC 5545 3.3.11)."""
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass
class Part:
    """What stands between BEGIN and END."""

    name: str
    fields: dict[str, list[Field]] = field(default_factory=dict)
    parts: list[Self] = field(default_factory=list)

    def one(self, name: str) -> Field:
        """The field that stands there exactly once."""
        (found,) = self.fields[name]
        return found

    def values(self) -> dict[str, str]:
        """Each field's text; none may stand there twice."""
        return {name: self.one(name).text for name in self.fields}


def read_calendar(content: bytes) -> Part:
    """The one VCALENDAR of a file. Fails for a line that is too long, ends otherwise than CRLF, or is none."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= LONGEST_LINE
    root = Part("")
    open_parts = [root]
    for line in content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]:
        _take(line, open_parts)
    (calendar,) = root.parts
    assert len(open_parts) == 1
    return calendar


def _take(line: str, open_parts: list[Part]) -> None:
    found = _LINE.fullmatch(line)
    assert found, line
    name, value = found["name"].upper(), found["value"]
    if name == "BEGIN":
        part = Part(value.upper())
        open_parts[-1].parts.append(part)
        open_parts.append(part)
    elif name == "END":
        assert open_parts.pop().name == value.upper()
    else:
        parameters = {key.upper(): quoted or bare for key, quoted, bare in _PARAMETER.findall(found["parameters"])}
        open_parts[-1].fields.setdefault(name, []).append(Field(value, parameters))
