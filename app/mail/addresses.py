"""Addresses on mails: what may stand in a header or an SMTP command, and whom the house writes as."""

import ipaddress
import re
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _

from app.core.errors import RuleBroken
from app.core.keys import current_keys
from app.core.mail_addresses import normalised
from app.settings.queries import the_business

LONGEST_ADDRESS = 254
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>,;:\"()\[\]\\]")


def refuse_unsafe(address: str) -> None:
    """Raise RuleBroken for what could add a header, a command or a second recipient to a mail (CR, LF, `,`, `<`...).

    Beyond ASCII is refused too: stored addresses are normalised before they come here.
    """
    local, _at, domain = address.rpartition("@")
    is_plain = bool(local and domain) and "@" not in local and address.isascii() and not _UNSAFE.search(address)
    if not is_plain or len(address) > LONGEST_ADDRESS:
        raise RuleBroken(_("Adressen kan inte användas för e-post."))


def wire_address(address: str) -> str:
    """The address as servers spell it: the domain in ASCII (IDNA 2008)."""
    return address if address.isascii() else normalised(address) or address


def sender_address() -> str:
    """Whom mails come from: the setting, else the business's own address, else a name at the public address."""
    configured = str(current_app.config["MAIL_FROM"]) or the_business().email
    return wire_address(configured) if configured else f"ledtrad@{_public_host()}"


def sender_domain() -> str:
    """The domain that Message-IDs are made under."""
    return sender_address().rpartition("@")[2]


def suppression_key(address: str) -> str:
    """The keyed hash under which a suppressed address is remembered; the case of letters makes no difference."""
    return current_keys().keyed_hash("suppression", address.casefold())


def _public_host() -> str:
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return "localhost"  # an IP address is no mail domain (RFC 5321 4.1.3 wants brackets, and receivers distrust them)
