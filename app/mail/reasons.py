"""Why a mail is not sent after all, where several rooms have the same reason. Their words on screen: `labels.py`."""

ERASED = "erased"
GONE = "gone"
MOVED = "moved"
NOT_WANTED = "not wanted"
OTHER_PERSON = "another person"
SETTLED = "settled already"
