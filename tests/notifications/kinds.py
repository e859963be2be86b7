"""Kinds of letters made up for tests, one for each topic a person can choose about."""

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from govapp.notifications.models import Topic

TOPICS = {"a-post": Topic.POWERS, "a-task": Topic.TASKS, "some-news": Topic.NEWS}
WORDS = {
    "txt": """{% extends "notifications/letter.txt" %}
{% set subject = ("เรื่องที่ " if language == "th" else "Thing ") ~ number %}
{% block body %}
{{ ("ข่าวเรื่องที่ " if language == "th" else "News of thing ") ~ number }} <b>
{% endblock %}""",
    "html": """{% extends "notifications/letter.html" %}
{% block body %}<p>{{ number }}</p>{% endblock %}""",
}


def teach(app: Flask) -> Flask:
    """Give the app the words of these kinds."""
    files = {f"notifications/{name}.{end}": words for name in TOPICS for end, words in WORDS.items()}
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader(files), app.jinja_env.loader])
    return app
