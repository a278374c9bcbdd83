import pytest
from flask import Flask, request

from app.core import uploads
from app.core.uploads import takes_files


@pytest.fixture
def small() -> Flask:
    """An application whose forms may weigh a thousand bytes, but for one that takes files."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    uploads.init_app(app)

    @app.post("/files")
    @takes_files
    def files() -> str:
        return str(len(request.form["words"]))

    @app.post("/words")
    def words() -> str:
        return str(len(request.form["words"]))

    return app


@pytest.mark.parametrize(("path", "status"), [("/files", 200), ("/words", 413)])
def test_only_a_view_that_takes_files_is_sent_more(small: Flask, path: str, status: int) -> None:
    response = small.test_client().post(path, data={"words": "x" * 2000})

    assert response.status_code == status
    assert response.text == "2000" or status == 413


def test_even_there_is_a_limit(small: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1500)

    assert small.test_client().post("/files", data={"words": "x" * 2000}).status_code == 413
