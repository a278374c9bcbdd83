"""Leads: the list, the board, a lead and its stages."""

from app.leads.columns import LeadColumn
from tests.acts import COMPLETE, SUBMIT, open_folds, open_panel, press, tick_rows
from tests.pages.table import DEMO, EMPTY, inside

ALL_OF_A_LEAD = ",".join(LeadColumn)

PAGES = (
    inside("leads", "leads.index"),
    inside("leads-filtered", "leads.index", DEMO, stage="trial", q="a"),
    inside("board", "leads.board"),
    inside("board-filtered", "leads.board", DEMO, stale="unworked"),
    inside("board-nothing-found", "leads.board", DEMO, q="finnsinte"),
    inside("board-column", "leads.board_column", DEMO, stage_id="1"),
    inside("board-choose-stage", "leads.choose_stage", DEMO, lead_id="{lead}"),
    inside("leads-nothing-found", "leads.index", DEMO, q="finnsinte"),
    inside("leads-filters", "leads.index", DEMO, act=open_panel(".list-filters"), stage="open", subject="horse"),
    inside("leads-columns", "leads.index", DEMO, panel="columns", cols="name,stage,value,days,tags,source,phone"),
    inside("leads-view", "leads.index", DEMO, act=open_panel(".view-menu"), subject="horse"),
    inside("leads-all-columns", "leads.index", DEMO, cols=ALL_OF_A_LEAD, sort="-value"),
    inside("lead", "leads.detail", DEMO, lead_id="{lead}"),
    inside("lead-answering", "leads.detail", DEMO, lead_id="{waiting_lead}", compose="answer"),
    inside("lead-calling", "leads.detail", DEMO, lead_id="{lead}", compose="call"),
    inside("lead-consents", "leads.detail", DEMO, act=open_folds, lead_id="{lead}"),
    inside("lead-with-a-step", "leads.detail", DEMO, lead_id="{lead_with_a_step}"),
    inside("lead-with-a-talk", "leads.detail", DEMO, lead_id="{lead_with_a_talk}"),
    inside("lead-resting", "leads.detail", DEMO, lead_id="{resting_lead}"),
    inside("lead-move", "leads.move", DEMO, lead_id="{lead}", to="{lost_stage}"),
    inside(
        "lead-move-with-errors",
        "leads.move",
        DEMO,
        act=press("main .move-lead .btn-primary"),
        status=422,
        lead_id="{lead}",
        to="{lost_stage}",
    ),
    inside("leads-silent", "leads.index", DEMO, stale="silent"),
    inside("step-asks", "leads.detail", DEMO, act=press(COMPLETE), lead_id="{lead_with_a_step}"),
    inside("lead-add", "leads.add"),
    inside("lead-add-with-errors", "leads.add", act=press(SUBMIT), status=422),
    inside("lead-with-a-trial", "leads.detail", DEMO, lead_id="{lead_with_a_trial}"),
    inside("bulk-chosen", "leads.index", DEMO, act=tick_rows),
    inside("lead-with-plan", "leads.detail", DEMO, lead_id="{planned_lead}"),
    inside("stages", "leads.stages"),
    inside("stage-add", "leads.add_stage"),
    inside("stage-add-with-errors", "leads.add_stage", DEMO, act=press(SUBMIT), status=422),
    inside("stage-edit", "leads.edit_stage", DEMO, stage_id="{offer_stage}"),
    inside("stage-put-away", "leads.put_stage_away", DEMO, stage_id="{offer_stage}"),
    inside("lost-reason-add", "leads.add_reason"),
    inside("lost-reason-add-with-errors", "leads.add_reason", EMPTY, act=press(SUBMIT), status=422),
    inside("lost-reason-edit", "leads.edit_reason", DEMO, reason_id="1"),
    inside("lead-with-an-offer", "leads.detail", DEMO, lead_id="{lead_with_an_offer}"),
    inside("lead-asked-for-its-value", "leads.move", DEMO, lead_id="{waiting_lead}", to="{offer_stage}"),
    inside("user-leaving", "leads.leave", user_id="{staff}"),
    inside("user-leaving-with-errors", "leads.leave", DEMO, act=press(SUBMIT), status=422, user_id="{staff}"),
    inside("no-such-page-inside", "/leads/999999", status=404),
)
