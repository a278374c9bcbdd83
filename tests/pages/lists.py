"""Saved views, tags, and changes to many rows at once."""

from tests.acts import send, untick_and_press
from tests.pages.table import DEMO, EMPTY, inside

PAGES = (
    inside("view-add-with-errors", "lists.add_view", EMPTY, act=send(), status=422, list_of="leads"),
    inside("view-edit", "lists.edit_view", DEMO, view_id="{view}"),
    inside("view-edit-with-errors", "lists.edit_view", DEMO, act=send(name=""), status=422, view_id="{view}"),
    inside("tags", "lists.tags"),
    inside("tag", "lists.tag", DEMO, tag_id="{tag}"),
    inside("tag-with-errors", "lists.tag", DEMO, act=send(name=""), status=422, tag_id="{tag}"),
    inside("bulk-ask-owner", "lists.change", DEMO, change_id="{ask_owner}"),
    inside("bulk-ask-owner-with-errors", "lists.change", DEMO, act=send(), status=422, change_id="{ask_owner}"),
    inside("bulk-ask-stage", "lists.change", DEMO, change_id="{ask_stage}"),
    inside("bulk-ask-tag", "lists.change", DEMO, change_id="{ask_tag}"),
    inside("bulk-ask-untag", "lists.change", DEMO, change_id="{ask_untag}"),
    inside("bulk-ask-plan", "lists.change", DEMO, change_id="{ask_plan}"),
    inside("bulk-ask-next-step", "lists.change", DEMO, change_id="{ask_next_step}"),
    inside("bulk-owner", "lists.change", DEMO, change_id="{bulk_owner}"),
    inside("bulk-stage", "lists.change", DEMO, change_id="{bulk_stage}"),
    inside("bulk-stage-again", "lists.change", DEMO, change_id="{bulk_stage}", change="1"),
    inside("bulk-plan", "lists.change", DEMO, change_id="{bulk_plan}"),
    inside("bulk-next-step", "lists.change", DEMO, change_id="{bulk_next_step}"),
    inside("bulk-tag", "lists.change", DEMO, change_id="{bulk_tag}"),
    inside("bulk-erase", "lists.change", DEMO, change_id="{bulk_erase}"),
    inside("bulk-erase-with-errors", "lists.change", DEMO, act=send(), status=422, change_id="{bulk_erase}"),
    inside("bulk-done", "lists.change", DEMO, change_id="{bulk_done}"),
    inside("bulk-changes", "lists.changes"),
    inside("export-leads", "lists.export", list_of="leads"),
    inside("export-contacts-with-errors", "lists.export", DEMO, act=untick_and_press, status=422, list_of="contacts"),
)
