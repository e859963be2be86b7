"""Receipts: a code that finds its leaf, and a promise that holds somebody to it."""

import secrets
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core import codes as typed_codes
from govapp.ledger import codes, receipts
from govapp.ledger.checkpoints import Checkpoint
from govapp.ledger.faults import Forged, Malformed, Mistyped
from govapp.ledger.notes import Note, Signer

LOG = Signer.new("example.org/box-1")
LEAF = bytes(range(32))
leaves = st.binary(min_size=32, max_size=32)


@given(leaves)
def test_a_code_finds_its_leaf(leaf: bytes) -> None:
    code = receipts.code_of(leaf)
    first, last = receipts.leaves_of(receipts.read(code))
    assert first <= leaf <= last
    assert receipts.code_of(first) == receipts.code_of(last) == code
    assert len(code) == 12


@given(leaves)
def test_the_leaves_beside_have_other_codes(leaf: bytes) -> None:
    code = receipts.code_of(leaf)
    for edge, step in zip(receipts.leaves_of(code), (-1, 1), strict=True):
        beyond = int.from_bytes(edge, "big") + step
        if 0 <= beyond < 2**256:
            assert receipts.code_of(beyond.to_bytes(32, "big")) != code


def test_the_first_and_the_last_leaf_there_could_be() -> None:
    assert receipts.code_of(bytes(32)) == codes.with_check_letter(11 * "2")
    assert receipts.code_of(b"\xff" * 32) == codes.with_check_letter(11 * "Y")
    assert receipts.leaves_of(receipts.code_of(b"\xff" * 32))[1] == b"\xff" * 32


def test_codes_of_many_leaves_differ() -> None:
    assert len({receipts.code_of(secrets.token_bytes(32)) for _ in range(10_000)}) == 10_000


@given(leaves)
def test_receipts_and_access_codes_have_one_alphabet(leaf: bytes) -> None:
    code = receipts.code_of(leaf)
    assert typed_codes.read(codes.grouped(code), 12) == receipts.read(codes.grouped(code, 4)) == code


def test_a_mistyped_code_is_told_from_one_that_is_not_in_the_log() -> None:
    code = receipts.code_of(LEAF)
    for wrong in (code[1] + code[0] + code[2:], code[:-1], code + "2", "0" + code[1:], ""):
        if wrong != code:
            with pytest.raises(Mistyped):
                receipts.read(wrong)


def test_a_promise_is_always_the_same_and_is_read_back() -> None:
    promise = receipts.promise("box-1", LEAF, LOG)
    assert promise == receipts.promise("box-1", LEAF, LOG)
    assert receipts.promised(promise.encode(), LOG.key) == ("box-1", LEAF)
    assert promise.startswith("govapp/receipt/1\nbox box-1\nleaf AAEC")


def test_every_flipped_bit_of_a_promise_is_refused() -> None:
    good = receipts.promise("box-1", LEAF, LOG).encode()
    for bit in range(8 * len(good)):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((Malformed, Forged)):
            receipts.promised(bytes(changed), LOG.key)


def test_a_promise_of_another_key_of_the_same_name_is_refused() -> None:
    with pytest.raises(Forged, match="not signed by a key that is known"):
        receipts.promised(receipts.promise("box-1", LEAF, Signer.new(LOG.name)).encode(), LOG.key)


def test_a_promise_is_no_checkpoint_and_a_checkpoint_no_promise() -> None:
    """Both are signed by one key: nobody may pass one for the other, whatever the box is called."""
    for box in ("1", "7\nx", "box-1"):
        try:
            note = Note.parse(receipts.promise(box, LEAF, LOG).encode())
        except Malformed:
            continue
        with pytest.raises(Malformed):
            Checkpoint.parse(note.text)
    head = LOG.sign(str(Checkpoint("govapp/receipt/1", 1, LEAF)))
    with pytest.raises(Malformed, match="no receipt"):
        receipts.promised(head.encode(), LOG.key)


@pytest.mark.parametrize(
    "text",
    [
        "govapp/receipt/2\nbox b\nleaf AAEC\n",
        "govapp/receipt/1\nbox b\nleaf AAEC\n",
        "govapp/receipt/1\nbox b\nleaf AAE\n",
        "govapp/receipt/1\nbox \nleaf AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "govapp/receipt/1\nbox b\nleaf AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nmore\n",
    ],
)
def test_another_text_is_no_promise_whoever_signed_it(text: str) -> None:
    with pytest.raises(Malformed):
        receipts.promised(LOG.sign(text).encode(), LOG.key)


@pytest.mark.parametrize(("box", "leaf"), [("", LEAF), ("a\nb", LEAF), ("b", LEAF[:-1])])
def test_what_could_not_be_read_back_is_not_promised(box: str, leaf: bytes) -> None:
    with pytest.raises(Malformed, match=r"name of one line|no receipt"):
        receipts.promise(box, leaf, LOG)


def test_a_promise_under_which_somebody_else_signed_too_still_holds() -> None:
    note = Note.parse(receipts.promise("box-1", LEAF, LOG).encode())
    other = Note.parse(Signer.new("somebody").sign(note.text).encode())
    both = replace(note, signatures=(*other.signatures, *note.signatures))
    assert receipts.promised(str(both).encode(), LOG.key) == ("box-1", LEAF)
