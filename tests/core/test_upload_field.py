"""The field of a form: what it offers, what it says, what it hands over."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import InputRequired

from govapp.core.files.keeping import StoredFile
from govapp.core.files.kinds import DOCUMENTS, PICTURES, Kind
from govapp.core.forms import Form, UploadField
from tests import make
from tests.core import samples


class PaperForm(Form):
    title = StringField("Title", [InputRequired()])
    paper = UploadField("Paper", [InputRequired("Choose a file")], accept=DOCUMENTS, description="Signed.")
    photos = UploadField("Photos", accept=PICTURES, most=2)


def filled(app: Flask, **given: Any) -> tuple[bool, PaperForm]:
    """What the form says to what is given; a file is (content, name), several are a list."""
    data = {"title": "x", "paper": (samples.pdf(), "a.pdf")} | given
    sent = {name: _as_files(value) for name, value in data.items() if value is not None}
    with app.test_request_context("/", method="POST", data=sent):
        form = PaperForm(meta={"csrf": False})
        return form.sent(), form


def _as_files(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_files(one) for one in value]
    return (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value


def test_it_hands_over_what_is_ready_to_be_kept(app: Flask) -> None:
    photos = [(samples.jpeg(), "../1.jpg"), (samples.png(), "2\u202e.jpg")]
    sent, form = filled(app, photos=photos)
    assert sent, form.errors
    assert (form.paper.data.kind, form.paper.data.name) == (Kind.PDF, "a.pdf")
    assert [(u.kind, u.name) for u in form.photos.data] == [(Kind.JPEG, "1.jpg"), (Kind.PNG, "2.jpg")]
    assert all(upload.thumbnail for upload in form.photos.data)


@pytest.mark.parametrize("missing", [None, (b"", ""), "text in the place of a file"])
def test_a_file_that_must_be_there_is_asked_for(app: Flask, missing: Any) -> None:
    sent, form = filled(app, paper=missing)
    assert not sent
    assert form.errors == {"paper": ["Choose a file"]}
    assert form.photos.data == []


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"paper": (b"", "a.pdf")}, {"paper": ["The file is empty."]}),
        (
            {"paper": (samples.jpeg(), "a.pdf")},
            {"paper": ["By its content this is JPEG. Only these can be sent here: PDF, Word"]},
        ),
        (
            {"photos": [(samples.jpeg(), "a.jpg"), (b"GIF89a", "b.jpg")]},
            {"photos": ["b.jpg: This is a picture of another kind (GIF)."]},
        ),
        ({"photos": [(samples.jpeg(), "a.jpg")] * 3}, {"photos": ["Choose up to 2 files"]}),
        ({"paper": [(samples.pdf(), "a.pdf")] * 2}, {"paper": ["Choose one file only"]}),
        ({"paper": (b"%PDF-" + b"x" * 10_485_760, "a.pdf")}, {"paper": ["The file is larger than 10 MB."]}),
    ],
)
def test_mistakes_say_how_to_mend_them(app: Flask, given: dict[str, Any], errors: dict[str, Any]) -> None:
    sent, form = filled(app, **given)
    assert not sent
    assert form.errors.keys() == errors.keys()
    for name, starts in errors.items():
        assert len(form.errors[name]) == len(starts)
        for found, start in zip(form.errors[name], starts, strict=True):
            assert found.startswith(start)
    assert form.title.data == "x"


def test_the_hint_is_made_from_the_rules_and_a_lost_file_is_asked_for_again(app: Flask) -> None:
    with app.test_request_context("/"):
        form = PaperForm(meta={"csrf": False})
        assert str(form.paper.description) == "Signed. PDF, Word (.docx), Excel (.xlsx), up to 10 MB."
        assert 'accept=".pdf,.docx,.xlsx,application/pdf,' in form.paper()
        assert "multiple" not in form.paper()
        assert (
            str(form.photos.description)
            == "JPEG, PNG, up to 10 MB. Pictures up to 40 megapixels. Up to 2 files."
        )
        assert "multiple" in form.photos()
    sent, form = filled(app, title="")
    assert not sent
    assert str(form.paper.description).startswith("Signed. Choose the file again:")


def try_example(client: FlaskClient, content: bytes, name: str, **typed: str) -> Any:
    page = client.get("/styleguide").get_data(as_text=True)
    data = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]} | typed
    data |= {
        "amount": "5",
        "groups": "old",
        "kind": "new",
        "district": "บึงใหญ่",
        "file": (BytesIO(content), name),
    }
    return client.post("/styleguide", data=data, content_type="multipart/form-data")


def test_the_style_guide_tries_a_file_for_people_who_signed_in(client: FlaskClient, session: Session) -> None:
    assert client.post("/styleguide").status_code == 403
    assert 'method="post" action="/styleguide' not in client.get("/styleguide").get_data(as_text=True)
    make.enter(client, session, make.person(session))
    answer = try_example(client, samples.jpeg(), "ภาพ<b>\u202e.png")
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "ภาพ&lt;b&gt;.png: JPEG, 1 KB after cleaning" in body
    answer = try_example(client, b"GIF89a", "x.png", details="typed before")
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "another kind (GIF)" in body
    assert "typed before" in body
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
