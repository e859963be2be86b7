"""Signed notes and checkpoints: published ones are read, and not one bit of them can be changed."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.ledger import checkpoints
from govapp.ledger.checkpoints import Checkpoint
from govapp.ledger.faults import Forged, Malformed
from govapp.ledger.notes import LARGEST, MOST_SIGNATURES, Algorithm, Key, Note, Signature, Signer

# The example of golang.org/x/mod/sumdb/note, which C2SP signed-note describes (note_test.go, doc of package).
PETER = Key.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
PETERS_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETERS_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PETERS_LINE = (
    "— PeterNeumann"
    " x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
PETERS_NOTE = PETERS_TEXT + "\n" + PETERS_LINE
# A checkpoint that the Go checksum database signed; size, root and signature are those of the example in
# C2SP tlog-checkpoint, which gives it another origin. The key is in the Go toolchain (modfetch/key.go).
GO = Key.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
GO_ORIGIN = "go.sum database tree"
GO_NOTE = f"""{GO_ORIGIN}
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""
LOG, WITNESS, STRANGER = (Signer.new(name) for name in ("example.org/box-1", "witness.example", "stranger"))
HEAD = Checkpoint(LOG.name, 7, bytes(range(32)))


def test_the_published_note_is_read_and_written() -> None:
    note = Note.parse(PETERS_NOTE.encode())
    assert note.text == PETERS_TEXT
    assert note.signers([PETER]) == (PETER,)
    assert str(note) == PETERS_NOTE
    peter = Signer("PeterNeumann", PETERS_SEED)
    assert peter.sign(PETERS_TEXT) == PETERS_NOTE
    assert peter.key == PETER
    assert str(PETER) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_checkpoint_of_the_go_checksum_database_is_read() -> None:
    head = checkpoints.read(GO_NOTE.encode(), GO, GO_ORIGIN)
    assert (head.origin, head.size) == (GO_ORIGIN, 20_852_163)
    assert base64.b64encode(head.root) == b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize("note", [PETERS_NOTE, GO_NOTE], ids=["note", "checkpoint"])
def test_every_flipped_bit_is_refused(note: str) -> None:
    good = note.encode()
    Note.parse(good).signers([PETER, GO])  # the control
    for bit in range(8 * len(good)):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((Malformed, Forged)):
            Note.parse(bytes(changed)).signers([PETER, GO])


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        PETERS_TEXT.encode(),
        f"{PETERS_TEXT}\n".encode(),
        PETERS_NOTE[:-1].encode(),
        f"\x01{PETERS_NOTE}".encode(),
        b"\xff" + PETERS_NOTE.encode(),
        PETERS_NOTE.replace("\n", "\r\n").encode(),
        PETERS_NOTE.replace("you", "you\t").encode(),
        PETERS_NOTE.replace("PeterNeumann", "Bad Name").encode(),
        PETERS_NOTE.replace("PeterNeumann", "Bad\u00a0Name").encode(),
        PETERS_NOTE.replace("PeterNeumann", "Bad+Name").encode(),
        PETERS_NOTE.replace("— PeterNeumann ", "— ").encode(),
        PETERS_NOTE.replace("— ", "- ").encode(),
        PETERS_NOTE.replace("— ", "—").encode(),
        f"{PETERS_NOTE}Unexpected line.\n".encode(),
        f"{PETERS_NOTE}\n".encode(),
        PETERS_NOTE.replace("nAM=", "nAN=").encode(),  # bits behind the end of the signature
        PETERS_NOTE.replace("nAM=", "nAM").encode(),
        PETERS_NOTE.replace("x08go/", "x08go_").encode(),
        f"{PETERS_TEXT}\n— PeterNeumann x08gow==\n".encode(),  # a key id and nothing after it
        (PETERS_TEXT + "\n" + PETERS_LINE * (MOST_SIGNATURES + 1)).encode(),
        b"a" * LARGEST + PETERS_NOTE.encode(),
    ],
)
def test_what_is_no_signed_note(wrong: bytes) -> None:
    with pytest.raises(Malformed):
        Note.parse(wrong)


def test_the_limits_allow_what_they_say() -> None:
    """16 signatures at least, says C2SP."""
    assert MOST_SIGNATURES >= 16
    note = Note.parse((PETERS_TEXT + "\n" + PETERS_LINE * MOST_SIGNATURES).encode())
    assert note.signers([PETER]) == (PETER,)


def test_a_text_may_have_empty_lines_and_what_looks_like_a_signature() -> None:
    text = f"a\n\n{PETERS_LINE}\nb\n"
    note = Note.parse(LOG.sign(text).encode())
    assert (note.text, note.signers([LOG.key])) == (text, (LOG.key,))
    with pytest.raises(Forged, match="not signed by a key that is known"):
        note.signers([PETER])


@pytest.mark.parametrize(
    "text", ["", "a", "a\n\nb", f"a\n\n{PETERS_LINE[:-1]}", "a\r\n", "a\x00\n", "\ud800\n"]
)
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises((Malformed, UnicodeEncodeError)):
        LOG.sign(text)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), min_size=1))
def test_everything_else_is_signed_and_read_back(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    note = Note.parse(LOG.sign(text).encode())
    assert (note.text, note.signers([LOG.key])) == (text, (LOG.key,))


def test_unknown_signatures_are_passed_over_and_known_ones_must_fit() -> None:
    signed = STRANGER.cosign(WITNESS.cosign(LOG.sign(str(HEAD)), 1_700_000_000), 1_700_000_001)
    note = Note.parse(signed.encode())
    assert note.signers([LOG.key]) == (LOG.key,)
    assert note.signers([WITNESS.witness_key, LOG.key]) == (LOG.key, WITNESS.witness_key)
    for at in range(3):
        spoilt = [*note.signatures]
        spoilt[at] = replace(spoilt[at], value=_flipped(spoilt[at].value))
        changed = Note(note.text, tuple(spoilt))
        if at == 2:
            assert changed.signers([LOG.key, WITNESS.witness_key]) == (LOG.key, WITNESS.witness_key)
        else:
            with pytest.raises(Forged, match=f"signature of {note.signatures[at].name} does not fit"):
                changed.signers([LOG.key, WITNESS.witness_key])


def test_a_second_signature_of_the_same_key_must_fit_too() -> None:
    note = Note.parse(PETERS_NOTE.encode())
    false = replace(note.signatures[0], value=bytes(64))
    with pytest.raises(Forged, match="does not fit"):
        replace(note, signatures=(note.signatures[0], false)).signers([PETER])


def test_a_key_of_the_same_name_is_another_key() -> None:
    other = Signer.new(LOG.name)
    with pytest.raises(Forged, match="not signed by a key that is known"):
        Note.parse(other.sign(str(HEAD)).encode()).signers([LOG.key])


def test_a_key_whose_id_was_made_to_collide_does_not_pass() -> None:
    """Ids are short: whoever makes a key with the same one still cannot sign."""
    other = Signer.new(LOG.name)
    note = Note.parse(other.sign(str(HEAD)).encode())
    collided = Signature(LOG.name, LOG.key.id, note.signatures[0].value)
    with pytest.raises(Forged, match="does not fit"):
        replace(note, signatures=(collided,)).signers([LOG.key])


def test_a_witness_signs_the_time_as_well_and_no_plain_note() -> None:
    """Source of the message: C2SP tlog-cosignature, "Ed25519 signed message"."""
    signed = WITNESS.cosign(LOG.sign(str(HEAD)), 1_679_315_147)
    signature = Note.parse(signed.encode()).signatures[1]
    message = f"cosignature/v1\ntime 1679315147\n{HEAD}".encode()
    assert signature.value[:8] == (1_679_315_147).to_bytes(8, "big")
    assert signature.value[8:] == WITNESS._ed25519.sign(message)
    later = replace(signature, value=(1_679_315_148).to_bytes(8, "big") + signature.value[8:])
    note = Note(str(HEAD), (later,))
    with pytest.raises(Forged, match="does not fit"):
        note.signers([WITNESS.witness_key])
    plain = Key(WITNESS.name, WITNESS.key.public)
    assert plain.id != WITNESS.witness_key.id
    with pytest.raises(Forged, match="not signed"):
        Note.parse(signed.encode()).signers([plain])


@pytest.mark.parametrize("cut", [b"", b"1234567", b"12345678"])
def test_a_cosignature_that_was_cut_is_refused(cut: bytes) -> None:
    note = Note(str(HEAD), (Signature(WITNESS.name, WITNESS.witness_key.id, cut),))
    with pytest.raises(Forged):
        note.signers([WITNESS.witness_key])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # the id
        "PeterNewmann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # the name
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",  # the key
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",  # too long, id fits
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # another algorithm, id fits
        "PeterNeumann+c74f20a3+not base64",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_that_was_mistyped_is_refused(text: str) -> None:
    """The bad keys of the Go tests are among them."""
    with pytest.raises(Malformed):
        Key.parse(text)


def test_keys_of_both_kinds_read_back() -> None:
    for key in (LOG.key, WITNESS.witness_key):
        assert Key.parse(f" {key}\n") == key
    assert Key.parse(str(WITNESS.witness_key)).algorithm is Algorithm.COSIGNATURE


def test_a_checkpoint_is_signed_and_read_back() -> None:
    signed = checkpoints.sign(HEAD, LOG)
    assert signed.split("\n")[:4] == [LOG.name, "7", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""]
    assert checkpoints.read(signed.encode(), LOG.key, LOG.name) == HEAD
    more = replace(HEAD, extensions=("one", "two"))
    assert checkpoints.read(checkpoints.sign(more, LOG).encode(), LOG.key, LOG.name) == more


def test_a_checkpoint_of_another_log_is_refused() -> None:
    other = checkpoints.sign(replace(HEAD, origin="example.org/box-2"), LOG)
    with pytest.raises(Forged, match=r"of example.org/box-2, not of example.org/box-1"):
        checkpoints.read(other.encode(), LOG.key, LOG.name)


def test_a_checkpoint_that_only_a_witness_signed_is_refused() -> None:
    witnessed = WITNESS.cosign(STRANGER.sign(str(HEAD)), 1)
    with pytest.raises(Forged, match="not signed by the log"):
        checkpoints.read(witnessed.encode(), LOG.key, LOG.name, [WITNESS.witness_key])


ROOT = base64.b64encode(HEAD.root).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log\n7\n{ROOT}",
        f"log\n{ROOT}\n",
        f"\n7\n{ROOT}\n",
        f"log\n\n{ROOT}\n",
        f"log\n07\n{ROOT}\n",
        f"log\n+7\n{ROOT}\n",
        f"log\n-7\n{ROOT}\n",
        f"log\n7 \n{ROOT}\n",
        f"log\n๗\n{ROOT}\n",
        f"log\n7.0\n{ROOT}\n",
        f"log\n{10**18}\n{ROOT}\n",
        "log\n7\nAAEC\n",
        f"log\n7\n{ROOT[:-1]}\n",
        f"log\n7\n {ROOT}\n",
        f"log\n7\n{ROOT[:-2]}9=\n",  # bits behind the end
        f"log\n7\n{HEAD.root.hex()}\n",
        f"log\n7\n{ROOT}\n\n",
        f"log\n7\n{ROOT}\n\nmore\n",
    ],
)
def test_a_checkpoint_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(HEAD, origin=""),
        replace(HEAD, origin="evil\n999"),
        replace(HEAD, origin=f"evil\n999\n{ROOT}"),
        replace(HEAD, extensions=("one\ntwo",)),
        replace(HEAD, size=-1),
        replace(HEAD, root=b"short"),
        replace(HEAD, extensions=("",)),
    ],
)
def test_a_checkpoint_that_would_read_as_something_else_is_not_signed(wrong: Checkpoint) -> None:
    with pytest.raises(Malformed):
        checkpoints.sign(wrong, LOG)


def _flipped(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])
