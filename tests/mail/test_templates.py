from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.core.db import db, writing
from app.mail.first_templates import FIRST_TEMPLATES
from app.mail.models import MailTemplate, MailTemplateVersion
from app.mail.templates import (
    Wording,
    add_template,
    current_version,
    ensure_templates,
    every_template,
    rewrite,
    template_by_key,
    use_again,
    versions_of,
)
from app.mail.wording import Words, words_of
from tests.conftest import NOW

HELLO = Wording("Hej", "Hello", Words("Hej", "Hej {{förnamn}}!"), Words("Hello", "Hello {{first name}}!"))
GOODBYE = Wording("Hej då", "Goodbye", Words("Hej då", "Vi hörs!"), Words("", ""))
LATER = NOW + timedelta(days=1)


def _added(wording: Wording = HELLO) -> MailTemplate:
    with writing():
        return add_template(wording, None, NOW)


def _versions(template: MailTemplate) -> list[tuple[int, str, str]]:
    return [(version.number, version.body_sv, version.body_en) for version in versions_of(template.id)]


def test_words_written_anew_are_a_version_of_their_own(owner: User) -> None:
    template = _added()

    with writing():
        rewrite(template, GOODBYE, owner.id, LATER)

    assert (template.name_sv, template.name_en) == ("Hej då", "Goodbye")
    assert _versions(template) == [(2, "Vi hörs!", ""), (1, "Hej {{förnamn}}!", "Hello {{first name}}!")]
    newest = current_version(template.id)
    assert (newest.made_by_id, newest.made_at) == (owner.id, LATER)


def test_the_same_words_again_are_no_new_version(app: Flask) -> None:
    template = _added()

    with writing():
        rewrite(template, Wording("Hejsan", "Hello", HELLO.swedish, HELLO.english), None, LATER)

    assert template.name_sv == "Hejsan"
    assert [number for number, *_ in _versions(template)] == [1]


def test_an_earlier_version_is_used_again_as_the_newest(owner: User) -> None:
    template = _added()
    with writing():
        rewrite(template, GOODBYE, None, NOW)
    first = versions_of(template.id)[-1]

    with writing():
        use_again(first, owner.id, LATER)
    with writing():
        use_again(first, owner.id, LATER)

    assert [number for number, *_ in _versions(template)] == [3, 2, 1]
    assert _versions(template)[0][1:] == _versions(template)[2][1:]


def test_who_reads_english_gets_swedish_where_there_is_no_english(app: Flask) -> None:
    with_english, without = current_version(_added().id), current_version(_added(GOODBYE).id)

    assert words_of(with_english, "en") == HELLO.english
    assert words_of(without, "en") == words_of(without, "sv") == GOODBYE.swedish


@pytest.mark.parametrize("change", [{"number": 1}, {"number": 2, "subject_en": "Hello"}])
def test_the_database_keeps_versions_apart_and_english_whole(app: Flask, change: dict[str, object]) -> None:
    template = _added()

    with pytest.raises(IntegrityError), writing() as session:
        session.add(
            MailTemplateVersion(template_id=template.id, subject_sv="Hej", body_sv="Hej", made_at=NOW, **change)
        )


def test_the_houses_own_are_put_in_once_and_never_over_the_owners(owner: User) -> None:
    with writing():
        ensure_templates(NOW)
    mine = template_by_key("after_trial")
    assert mine
    with writing():
        rewrite(mine, GOODBYE, owner.id, LATER)

    with writing():
        ensure_templates(LATER)

    assert db.session.scalar(select(func.count()).select_from(MailTemplate)) == len(FIRST_TEMPLATES)
    assert current_version(mine.id).body_sv == "Vi hörs!"
    assert {template.key for template in every_template()} == {first.key for first in FIRST_TEMPLATES}


def test_what_is_switched_off_comes_last(app: Flask) -> None:
    first, second = _added(), _added(GOODBYE)
    with writing():
        first.is_active = False

    assert [template.id for template in every_template()] == [second.id, first.id]
