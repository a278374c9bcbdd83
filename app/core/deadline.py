import time


class Deadline:
    """How long a whole dialogue may take, however slowly the other side drips."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left; TimeoutError when there are none."""
        seconds = self._ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the dialogue took too long")
        return seconds
