"""Phone numbers made comparable."""

import phonenumbers

HOME_REGION = "SE"
_CANNOT_BE_MOBILE = frozenset(
    {phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.TOLL_FREE, phonenumbers.PhoneNumberType.VOIP}
)


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


def dialled_as(typed: str) -> str:
    """What a link hands to the phone: E.164, or the digits as they were typed where they make no number."""
    return to_e164(typed) or "".join(letter for letter in typed if letter in "+0123456789")


def takes_texts(typed: str) -> bool:
    """Whether a text message may arrive there: a number of a mobile, or of which that is not known."""
    known = to_e164(typed)
    return known is not None and phonenumbers.number_type(phonenumbers.parse(known)) not in _CANNOT_BE_MOBILE
