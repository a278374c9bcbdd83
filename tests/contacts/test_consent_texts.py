"""A consent names the words it was given to. This test is what keeps anybody from changing them afterwards."""

import hashlib

from app.contacts.consent_texts import CURRENT, TEXTS, consent_words, current_words
from app.contacts.models import ConsentPurpose

FINGERPRINTS = {
    "answer-1": "9acb18a45bc89916",
    "tips-1": "2352bb4525e2eca0",
    "tips-2": "5f99e97a83adf9c9",
    "check-ins-1": "709493d3b707590c",
}
"""Of each version that was ever shown. Add a line for a new version; never change one."""


def test_no_version_has_changed() -> None:
    found = {version: hashlib.sha256(repr(texts).encode()).hexdigest()[:16] for version, texts in TEXTS.items()}

    assert found == FINGERPRINTS


def test_every_purpose_has_current_words_in_both_languages() -> None:
    for purpose in ConsentPurpose:
        assert set(TEXTS[CURRENT[purpose]]) == {"sv", "en"}
        assert current_words(purpose, "sv") != current_words(purpose, "en")


def test_another_language_gets_the_swedish_words() -> None:
    assert consent_words("answer-1", "fi") == consent_words("answer-1", "sv")
