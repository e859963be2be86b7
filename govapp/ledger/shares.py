"""The key of a box in three parts, any two of which make it whole: sheets of words, one a key-holder.

Source: SLIP-0039 (github.com/satoshilabs/slips/blob/master/slip-0039.md), by the library of its authors. One
group, 2 of 3. Words come from a list of 1,024 English ones that differ in their first four letters; the
last three check the others: up to three wrong ones are always found.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from govapp.ledger.faults import Forged, Malformed, Mistyped

NEEDED, MADE = 2, 3
SECRET_BYTES = 32
WORDS = 33  # of a sheet for 32 bytes
SLOWNESS = 5  # PBKDF2 with 10,000 × 2^5 rounds: a tenth of a second for whoever guesses a passphrase

_BETWEEN = re.compile(r"[\s,]+")
_NUMBERING = re.compile(r"[0-9๐-๙]{1,2}[.)]?")


@dataclass(frozen=True, repr=False)
class Sheet:
    """A share as it was typed, and its own check passed."""

    words: tuple[str, ...]
    number: int  # 1, 2 or 3

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def beginning(self) -> str:
        """Two words that sheets made together have in common; they tell nothing of the secret."""
        return " ".join(self.words[:2])


def split(secret: bytes, passphrase: str) -> tuple[Sheet, ...]:
    """Three sheets. The passphrase has printable ASCII letters only, as SLIP-39 demands; it may be empty.

    Raises ValueError for another length of secret, Mistyped for a passphrase that not every keyboard has.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"the key of a box has {SECRET_BYTES} bytes")
    groups = [(NEEDED, MADE)]
    (sheets,) = generate_mnemonics(1, groups, secret, _ascii(passphrase), iteration_exponent=SLOWNESS)
    return tuple(read(sheet) for sheet in sheets)


def read(typed: str) -> Sheet:
    """The sheet that was typed, with or without numbers before the words.

    Raises Mistyped, which names the word that is none, says how many are missing or too many, or that a
    word is another one of the list.
    """
    pieces = [piece for piece in _BETWEEN.split(typed.strip().lower()) if piece]
    words = tuple(piece for piece in pieces if not _NUMBERING.fullmatch(piece))
    for place, word in enumerate(words, start=1):
        if word not in WORD_INDEX_MAP:
            raise _no_word(place, word)
    if len(words) != WORDS:
        raise Mistyped("A sheet has {whole} words, and these are {count}.", whole=WORDS, count=len(words))
    try:
        share = Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        raise Mistyped(
            "Every word is in the list, but they do not fit together: one is another word of the list, or two"
            " are swapped. Compare them with the sheet from the first to the last."
        ) from None
    if (share.group_threshold, share.group_count, share.member_threshold) != (1, 1, NEEDED):
        raise Malformed("This sheet was not made by this program: it is a share of another kind.")
    return Sheet(words, share.index + 1)


def join(sheets: Sequence[Sheet], passphrase: str) -> bytes:
    """The secret that two sheets of one set make. A wrong passphrase gives another secret, without a word:
    whoever joins must compare its public key with the box's.

    Raises Mistyped when there are too few, the same twice, or of different sets; Forged when a sheet was
    made up to look as one of the set.
    """
    numbers = {sheet.number for sheet in sheets}
    beginnings = list(dict.fromkeys(sheet.beginning for sheet in sheets))
    if len(beginnings) > 1:
        raise Mistyped(
            "These sheets were not made together: one begins with “{first}”, one with “{second}”."
            " Sheets of one box begin with the same two words.",
            first=beginnings[0],
            second=beginnings[1],
        )
    if len(numbers) < len(sheets):
        raise Mistyped("This is the same sheet twice. Two different ones are needed.")
    if len(numbers) < NEEDED:
        raise Mistyped("One sheet is not enough: {needed} different ones are needed.", needed=NEEDED)
    try:
        return bytes(combine_mnemonics([sheet.text for sheet in sheets[:NEEDED]], _ascii(passphrase)))
    except MnemonicError:
        raise Forged("These sheets look as if made together, but they are not.") from None


def _no_word(place: int, word: str) -> Mistyped:
    near = difflib.get_close_matches(word, WORD_INDEX_MAP, n=1)
    shown = word if len(word) <= 20 else word[:17] + "..."
    if not near:
        return Mistyped("Word {place}, “{word}”, is not in the list of words.", place=place, word=shown)
    return Mistyped(
        "Word {place}, “{word}”, is not in the list of words. Is it “{near}”?",
        place=place,
        word=shown,
        near=near[0],
    )


def _ascii(passphrase: str) -> bytes:
    if not passphrase.isascii() or not passphrase.isprintable():
        raise Mistyped("A passphrase has Latin letters, digits and signs only, as on every keyboard.")
    return passphrase.encode()
