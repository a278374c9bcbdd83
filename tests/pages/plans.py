"""Plans and their drafts."""

from tests.acts import PRIMARY, press
from tests.pages.table import DEMO, EMPTY, inside

PAGES = (
    inside("plans", "plans.index"),
    inside("plan", "plans.detail", DEMO, plan_id="{plan}"),
    inside("plan-off", "plans.detail", EMPTY, plan_id="1"),
    inside("plan-edit", "plans.edit", DEMO, plan_id="{plan}"),
    inside("plan-add", "plans.add", EMPTY),
    inside("plan-add-with-errors", "plans.add", EMPTY, act=press(PRIMARY), status=422),
    inside("plan-start-for-many", "plans.choose", DEMO, plan_id="{plan}"),
    inside("plan-drafts", "plans.drafts"),
    inside("plan-draft", "plans.draft", DEMO, draft_id="{draft}"),
)
