"""Plans and their drafts."""

from tests.acts import send
from tests.pages.table import DEMO, EMPTY, inside

PAGES = (
    inside("plans", "plans.index"),
    inside("plan", "plans.detail", DEMO, plan_id="{plan}"),
    inside("plan-off", "plans.detail", EMPTY, plan_id="1"),
    inside("plan-none-finished", "plans.detail", EMPTY, plan_id="1", show="finished"),
    inside("plan-edit", "plans.edit", DEMO, plan_id="{plan}"),
    inside("plan-edit-with-errors", "plans.edit", DEMO, act=send(name=""), status=422, plan_id="{plan}"),
    inside("plan-add", "plans.add", EMPTY),
    inside("plan-add-with-errors", "plans.add", EMPTY, act=send(), status=422),
    inside("plan-start-for-many", "plans.choose", DEMO, plan_id="{plan}"),
    inside("plan-start-nothing-found", "plans.choose", DEMO, plan_id="{plan}", q="finnsinte"),
    inside("plan-start-for-none", "plans.choose", DEMO, plan_id="{plan}", stage="won"),
    inside("plan-drafts", "plans.drafts"),
    inside("plan-draft", "plans.draft", DEMO, draft_id="{draft}"),
    inside(
        "plan-draft-with-errors", "plans.draft", DEMO, act=send("/edit", subject=""), status=422, draft_id="{draft}"
    ),
)
