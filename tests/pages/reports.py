"""How far leads go."""

from tests.acts import open_folds
from tests.pages.table import DEMO, inside

PAGES = (
    inside("reports", "reports.index"),
    inside("reports-of-all", "reports.index", period="all"),
    inside("reports-of-mine", "reports.index", DEMO, owner="me", period="quarter"),
    inside("report-funnel", "reports.funnel_page", act=open_folds, period="all"),
    inside("report-answers", "reports.answers", act=open_folds, period="all"),
    inside("report-sources", "reports.sources_page", act=open_folds, period="all"),
    inside("report-lost", "reports.lost_page", act=open_folds, period="all"),
    inside("report-articles", "reports.articles", act=open_folds, period="all"),
    inside("report-articles-last", "reports.articles", DEMO, touch="last"),
    inside("report-trials", "reports.trials", act=open_folds, period="all"),
)
