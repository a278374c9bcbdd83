"""What visitors read, and where it is kept."""

from tests.acts import SUBMIT, press
from tests.pages.table import DEMO, EMPTY, inside, public

PAGES = (
    public("articles", "articles.index", DEMO, EMPTY),
    public("article", "articles.show", slug="{article}"),
    inside("articles-manage", "articles.manage"),
    inside("articles-add", "articles.add"),
    inside("articles-add-with-errors", "articles.add", EMPTY, act=press(SUBMIT), status=422),
    inside("articles-add-external", "articles.add_external"),
    inside("articles-add-external-with-errors", "articles.add_external", EMPTY, act=press(SUBMIT), status=422),
    inside("article-details", "articles.detail", DEMO, article_id="{article_id}"),
    inside("article-edit", "articles.edit", DEMO, article_id="{article_id}"),
)
