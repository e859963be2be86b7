"""Every page of the app with its door: who may come in, and by which rule."""

from dataclasses import dataclass

from flask import Flask

EVERYBODY = "everybody"
OWN = "one's own things"
STATIC = ("static",)  # Flask's own page for the files of static/


@dataclass(frozen=True)
class Door:
    """A page: its address, door ("public", "signed_in", "guarded"; "" for none) and rule by its full name."""

    path: str
    endpoint: str
    methods: tuple[str, ...]
    door: str
    rule: str
    about: str  # the kind of thing the rule is asked about, "" when it is about nothing but the person
    proved: bool  # also asks for a password or code given just now


def of(app: Flask) -> list[Door]:
    """All pages, by address."""
    found = []
    for route in app.url_map.iter_rules():
        view = app.view_functions[route.endpoint]
        kind = "public" if route.endpoint in STATIC else getattr(view, "door", "")
        subject = getattr(view, "subject", None)
        about = getattr(subject, "model", None) or subject
        rule = {"public": EVERYBODY, "signed_in": OWN}.get(kind) or _full_name(getattr(view, "rule", None))
        methods = tuple(sorted(set(route.methods or ()) - {"HEAD", "OPTIONS"}))
        proved = bool(getattr(view, "proved", False))
        found.append(
            Door(route.rule, route.endpoint, methods, kind, rule, getattr(about, "__name__", ""), proved)
        )
    return sorted(found, key=lambda door: (door.path, door.methods))


def _full_name(rule: object) -> str:
    module, name = getattr(rule, "__module__", ""), getattr(rule, "__name__", "")
    return f"{module.removeprefix('govapp.')}.{name}" if name else ""
