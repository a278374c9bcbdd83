"""Who comes in, and as what."""

from tests.acts import send
from tests.pages.table import EMPTY, NEW, door, inside

PAGES = (
    door("sign-in", "accounts.sign_in", EMPTY),
    door("sign-in-with-errors", "accounts.sign_in", EMPTY, act=send(), status=422),
    door("sign-in-on-a-new-instance", "accounts.sign_in", NEW),
    door("create-owner", "accounts.link", NEW, token="{owner_link}"),
    door("create-owner-with-errors", "accounts.link", NEW, act=send(), status=422, token="{owner_link}"),
    door("choose-password", "accounts.link", EMPTY, token="{password_link}"),
    door("choose-password-with-errors", "accounts.link", EMPTY, act=send(), status=422, token="{password_link}"),
    door("sign-in-by-link", "accounts.link", EMPTY, token="{sign_in_link}"),
    door("link-is-over", "/link/finns-inte", EMPTY, status=410),
    inside("users", "accounts.users"),
    inside("user-add", "accounts.add_user"),
    inside("user-add-with-errors", "accounts.add_user", EMPTY, act=send(), status=422),
    inside("user-role", "accounts.change_role", user_id="{staff}"),
    inside("activity", "accounts.activity"),
    inside("activity-of-nobody", "accounts.activity", EMPTY, who="999"),
    inside("profile", "accounts.profile"),
    inside("profile-with-errors", "accounts.profile", EMPTY, act=send(name=""), status=422),
    inside("notices", "accounts.notices", EMPTY),
    inside("notices-with-errors", "accounts.notices", EMPTY, act=send(quiet_from="22:00"), status=422),
    inside("change-password", "accounts.change_password"),
    inside("change-password-with-errors", "accounts.change_password", EMPTY, act=send(), status=422),
)
