"""The refusals that a user is meant to read."""

from typing import Any


class RuleBroken(Exception):
    """A business rule said no. The sentence tells the user what to do instead; it may be a lazy translation."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class OnlyReads(Exception):
    """Whoever is signed in may look at everything and change nothing."""


class StorageUnavailable(Exception):
    """The database is locked, full or out of reach. Nothing of the change was stored; trying again is safe."""
