"""What visitors read, and where it is kept."""

from tests.acts import send
from tests.pages.table import DEMO, EMPTY, inside, public

PAGES = (
    public("articles", "articles.index", DEMO, EMPTY),
    public("article", "articles.show", slug="{article}"),
    inside("articles-manage", "articles.manage"),
    inside("articles-add", "articles.add"),
    inside("articles-add-with-errors", "articles.add", EMPTY, act=send(), status=422),
    inside("articles-add-external", "articles.add_external"),
    inside("articles-add-external-with-errors", "articles.add_external", EMPTY, act=send(), status=422),
    inside("article-details", "articles.detail", DEMO, article_id="{article_id}"),
    inside("article-edit", "articles.edit", DEMO, article_id="{article_id}"),
    inside("article-edit-with-errors", "articles.edit", DEMO, act=send(text=""), status=422, article_id="{article_id}"),
)
