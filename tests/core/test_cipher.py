import pytest

from govapp.core import cipher

KEY = cipher.key_for("test", "a signing key")


def test_what_was_sealed_is_read_again_and_never_looks_alike() -> None:
    one, two = cipher.seal(KEY, "ความลับ", "rows/1"), cipher.seal(KEY, "ความลับ", "rows/1")
    assert one != two
    assert cipher.unseal(KEY, one, "rows/1") == cipher.unseal(KEY, two, "rows/1") == "ความลับ"


@pytest.mark.parametrize(
    ("key", "place"),
    [(KEY, "rows/2"), (cipher.key_for("other", "a signing key"), "rows/1"), (b"k" * 32, "rows/1")],
)
def test_another_place_purpose_or_key_reads_nothing(key: bytes, place: str) -> None:
    with pytest.raises(cipher.Unsealable):
        cipher.unseal(key, cipher.seal(KEY, "secret", "rows/1"), place)


@pytest.mark.parametrize("sealed", ["", "x", "ก", "A" * 15, "A" * 40])
def test_what_was_never_sealed_reads_nothing(sealed: str) -> None:
    with pytest.raises(cipher.Unsealable):
        cipher.unseal(KEY, sealed, "rows/1")


def test_a_changed_letter_is_noticed() -> None:
    sealed = cipher.seal(KEY, "secret", "rows/1")
    changed = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    with pytest.raises(cipher.Unsealable):
        cipher.unseal(KEY, changed, "rows/1")
