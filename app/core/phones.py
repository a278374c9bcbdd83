"""Phone numbers made comparable."""

import phonenumbers

HOME_REGION = "SE"


def to_e164(typed: str | None) -> str | None:
    """The number as ITU-T E.164 ("+46701740605"), Swedish when it names no country; None where it is no number."""
    if not typed:
        return None
    try:
        number = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
