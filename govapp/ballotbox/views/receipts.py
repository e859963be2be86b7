"""What a page with a receipt shows; the slice that took the ballot draws it with ballotbox/_receipt.html."""

from typing import Any
from urllib.parse import quote

from flask import url_for

from govapp.ballotbox.actions.casting import Receipt
from govapp.core.language import gettext as _
from govapp.ledger import codes


def receipt_room(box_id: int, title: str, receipt: Receipt, is_own: bool = True) -> dict[str, Any]:
    """receipt; code, grouped, "" for a room box; mail: an address that has the voter's own program write it.

    is_own: whether the device is the voter's; on another's nothing is sent, and no other page is opened
    """
    code = codes.grouped(receipt.code, 4) if receipt.code else ""
    words = _("Receipt %(code)s of the vote “%(title)s”", code=code, title=title)
    where = url_for("boxes.show", box_id=box_id, _external=True)
    body = "\n".join((words, where, "", receipt.promise))
    mail = f"mailto:?subject={quote(words)}&body={quote(body)}"
    return {"receipt": receipt, "code": code, "mail": mail if is_own else ""}
