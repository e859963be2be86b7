"""What is done later, by a worker: reading files of people, taking them over, forgetting what is over."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from govapp.accounts.actions.citizen_numbers import Keys
from govapp.core import cipher, language
from govapp.core.db import fetch
from govapp.core.errors import NotNow, Refused
from govapp.core.jobs import Running
from govapp.core.language import N_
from govapp.rolls.actions import importing
from govapp.rolls.models.imports import RollImport

GONE = N_("The file is no longer here. Send it again.")


@dataclass(frozen=True)
class Registrar:
    """Does the long work of rolls with this server's keys."""

    finding: bytes = field(repr=False)
    sealing: bytes = field(repr=False)

    @classmethod
    def of(cls, signing_key: str) -> "Registrar":
        return cls(Keys.of(signing_key).finding, cipher.key_for(importing.SEALING, signing_key))

    def read(self, running: Running) -> Mapping[str, Any]:
        """Payload: import_id. Its file is read, checked, and gone. Result: import_id."""
        import_id = running.payload["import_id"]
        with running.database.read() as session:
            made = fetch(session, RollImport, import_id)
            if made.sealed is None:
                raise NotNow(GONE)
            content = cipher.unseal_bytes(self.sealing, made.sealed, importing.place(import_id))
            spoken = made.language
        about = max(1, content.count(b"\n"))
        with language.use(spoken):
            try:
                importing.read(
                    running.begin,
                    import_id,
                    io.BytesIO(content),
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
