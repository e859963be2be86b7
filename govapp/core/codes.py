"""Reading codes that people copy by hand, with words for what is wrong; ledger/codes makes them."""

from govapp.core.language import gettext as _
from govapp.ledger import codes
from govapp.ledger.faults import Mistyped


def read(typed: str, length: int) -> str:
    """The code that was typed: small letters, spaces, dashes and Thai digits will do.

    Raises ValueError with a reason in the current language. It tells a typing error from a code that
    is whole; whether there is such a code it cannot know.
    """
    try:
        return codes.read(typed, length)
    except Mistyped as mistyped:
        raise ValueError(_(mistyped.message_id).format(**mistyped.details)) from mistyped
