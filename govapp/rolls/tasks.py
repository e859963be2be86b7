"""What is done later, by a worker: reading files of people, taking them over, codes, and forgetting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import segno
from jinja2 import Environment
from markupsafe import Markup

from govapp.accounts.actions.citizen_numbers import Keys
from govapp.core import cipher, clock, dates, documents, language, spreadsheets
from govapp.core.db import fetch
from govapp.core.errors import NotNow, Refused
from govapp.core.jobs import Running, Task
from govapp.core.language import N_
from govapp.core.official import official
from govapp.core.translations import told
from govapp.rolls.actions import codes, importing, leaving
from govapp.rolls.actions.codes import Posted
from govapp.rolls.models import Roll
from govapp.rolls.models.codes import Form
from govapp.rolls.models.imports import RollImport
from govapp.rolls.queries import codes as queries
from govapp.rolls.queries import pieces

TIDY_EVERY = timedelta(hours=1)
ADDRESS_LINES = 4  # of a table for a printing house
GONE = N_("The file is no longer here. Send it again.")


@dataclass(frozen=True)
class Registrar:
    """Does the long work of rolls with this server's keys.

    site  its public address, without a slash at the end
    """

    finding: bytes = field(repr=False)
    sealing: bytes = field(repr=False)
    code_keys: codes.Keys
    templates: Environment
    site: str
    site_name: str

    @classmethod
    def of(cls, signing_key: str, templates: Environment, site: str, site_name: str) -> "Registrar":
        finding, sealing = Keys.of(signing_key).finding, cipher.key_for(importing.SEALING, signing_key)
        return cls(finding, sealing, codes.Keys.of(signing_key), templates, site, site_name)

    def tasks(self) -> Mapping[str, Task]:
        return {
            importing.READ: Task(self.read, is_long=True),
            importing.APPLY: Task(self.apply, is_long=True),
            codes.MAKE: Task(self.make_codes, is_long=True),
            "tidy_rolls": Task(tidy, again_after=TIDY_EVERY),
        }

    def read(self, running: Running) -> Mapping[str, Any]:
        """Payload: import_id. Its file is read, checked, and gone. Result: import_id."""
        import_id = running.payload["import_id"]
        with running.database.read() as session:
            spoken = fetch(session, RollImport, import_id).language
        content = pieces.opened(running.database.read, self.sealing, import_id)
        if content is None:
            raise NotNow(GONE)
        about = max(1, sum(block.count(b"\n") for block in iter(lambda: content.read(pieces.PIECE), b"")))
        content.seek(0)
        with language.use(spoken):
            try:
                importing.read(
                    running.begin,
                    import_id,
                    content,
                    self.finding,
                    lambda lines: running.tell(min(lines, about) * 80, about * 100),
                )
            except Refused:
                with running.begin() as session:
                    importing.forget(session, fetch(session, RollImport, import_id, lock=True))
                raise
        with running.begin() as session:
            importing.check(session, running.actor_id, import_id)
        return {"import_id": import_id}

    def apply(self, running: Running) -> Mapping[str, Any]:
        """Payload: import_id. Result: import_id."""
        running.tell(10, 100)
        with running.begin() as session:
            importing.apply(session, running.actor_id, running.payload["import_id"])
        return {"import_id": running.payload["import_id"]}

    def make_codes(self, running: Running) -> Mapping[str, Any]:
        """Payload: roll_id, form, district or None. One file after the other, until nobody lacks a code.

        Files that were made before it died are whole, and it goes on with those who have no code yet.
        """
        roll_id, form = running.payload["roll_id"], Form(running.payload["form"])
        district, made = running.payload["district"], 0
        with running.database.read() as session:
            roll, total = fetch(session, Roll, roll_id), queries.lacking(session, roll_id, district)
            about = self._about(roll)
        while True:
            with running.database.read() as session:
                posted = codes.plan(session, roll_id, form, district)
            if not posted:
                return {"codes": made}
            content = self._letters(about, posted) if form is Form.LETTERS else self._merged(about, posted)
            with running.begin() as session:
                batch = (roll_id, form, district)
                kept = codes.keep(session, running.actor_id or 0, batch, posted, content, self.code_keys)
            made += len(posted) if kept else 0
            running.tell(made, total)

    def _about(self, roll: Roll) -> dict[str, Any]:
        """What every letter says. Its picture leads to the page and holds no code."""
        door = f"{self.site}{roll.door or f'/rolls/{roll.id}'}"
        picture = segno.make_qr(door).svg_data_uri(scale=4, light="#fff")
        closes_at = roll.box.closes_at if roll.box else None
        return {
            "roll": roll.title,
            "area": roll.area.name("th"),
            "door": door,
            "picture": picture,
            "closes_at": closes_at,
            "districts": {code: words.get("districts", {}) for code, words in roll.translations.items()},
            "others": [self._short(code, roll, door, closes_at) for code in roll.translations],
        }

    def _short(self, spoken: str, roll: Roll, door: str, closes_at: datetime | None) -> Markup:
        """What letters say in another language of the ballot, below the Thai."""
        template = self.templates.get_template("rolls/_letter_short.html")
        with language.use(spoken):
            title = told(roll, "title")
            html = template.render(language=spoken, title=title, door=door, closes_at=closes_at)
        return Markup(html)

    def _letters(self, about: Mapping[str, Any], posted: Sequence[Posted]) -> bytes:
        """A page a letter, in the order in which they are posted. Raises NotNow where no PDF can be made."""
        with language.use("th"):
            html = self.templates.get_template("rolls/letters.html").render(
                **about,
                posted=posted,
                today=clock.now(),
                made_at=dates.local(clock.now()),
                language="th",
                site_name=self.site_name,
                asset=lambda path: f"/static/{path}",
            )
            try:
                return documents.sheets(official(html), self.site)
            except documents.NotMade as error:
                raise NotNow(str(error)) from error

    def _merged(self, about: Mapping[str, Any], posted: Sequence[Posted]) -> bytes:
        """A table for a printing house, which fills its own letter in. No cell is a formula."""
        header = [
            "no",
            "name",
            *(f"address_{line}" for line in range(1, ADDRESS_LINES + 1)),
            "district",
            "code",
            "url",
        ]
        rows = []
        for number, each in enumerate(posted, 1):
            lines = [*each.address.split("\n"), *[""] * ADDRESS_LINES][:ADDRESS_LINES]
            rows.append([number, each.name, *lines, each.district, each.shown, about["door"]])
        return (spreadsheets.BOM + spreadsheets.lines([header, *rows])).encode()


def tidy(running: Running) -> None:
    """The standing job that forgets codes in clear, files nobody took over, and people of votes long over."""
    with running.begin() as session:
        codes.forget_old(session)
        leaving.erase_old(session)
