"""Where a test may kill the process: `LEDTRAD_CRASH_AT` names a point, and the first mail to reach it is the last.

`claimed` after the claim's commit; `data` after the body, before the point of no return; `dot` after the point of no
return, before the final dot; `reply` after the final dot, before its reply; `accepted` after the reply, before the
commit.
"""

import os
import signal

VARIABLE = "LEDTRAD_CRASH_AT"
POINTS = ("claimed", "data", "dot", "reply", "accepted")


def crash_point(name: str) -> None:
    """End this process at once, as a power cut would, when it was started to be ended here."""
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
