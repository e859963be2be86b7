"""The `govapp` command with an import of areas that is broken on purpose, for the control of areas-import.

python -m tests.battery.careless areas import FILE             loses lines, keeps quiet
python -m tests.battery.careless --singly areas import FILE    writes one line at a time
"""

import sys
from typing import Any

from govapp.app import main
from govapp.areas import actions, forms
from govapp.areas.actions import Imported
from govapp.areas.rules import AreaFile

read, import_areas = forms.read, actions.import_areas


def read_some(content: bytes, _tell: Any) -> AreaFile:
    file = read(content)
    del file.entries[::100]
    file.rejected.clear()
    return file


def import_quietly(session: Any, actor_id: int | None, file: AreaFile, _tell: Any) -> Imported:
    imported = import_areas(session, actor_id, file)
    imported.rejected.clear()
    return imported


if "--singly" in sys.argv:
    sys.argv.remove("--singly")
    actions._chunks = lambda entries: ([each] for each in entries)
else:
    forms.read, actions.import_areas = read_some, import_quietly
main()
