"""Sheets of words: published vectors of SLIP-39, and the sentence for each mistake a person makes."""

import itertools
from dataclasses import replace

import pytest
from shamir_mnemonic import Share

from govapp.ledger import sealing, shares
from govapp.ledger.faults import Fault, Forged, Malformed, Mistyped

# github.com/trezor/python-shamir-mnemonic, vectors.json (the vectors that SLIP-0039 names); their passphrase
# is "TREZOR". The numbers are those of the file.
PASSPHRASE = "TREZOR"
TWO_OF_THREE = (
    (
        "23",
        "humidity disease academic always aluminum jewelry energy woman receiver strategy amuse duckling"
        " lying evidence network walnut tactics forget hairy rebound impulse brother survive clothes stadium"
        " mailman rival ocean reward venture always armed unwrap",
        "humidity disease academic agency actress jacket gross physics cylinder solution fake mortgage"
        " benefit public busy prepare sharp friar change work slow purchase ruler again tricycle involve"
        " viral wireless mixture anatomy desert cargo upgrade",
        "c938b319067687e990e05e0da0ecce1278f75ff58d9853f19dcaeed5de104aae",
    ),
    (
        "45",
        "western apart academic always artist resident briefing sugar woman oven coding club ajar merit pecan"
        " answer prisoner artist fraction amount desktop mild false necklace muscle photo wealthy alpha"
        " category unwrap spew losing making",
        "western apart academic acid answer ancient auction flip image penalty oasis beaver multiple thunder"
        " problem switch alive heat inherit superior teaspoon explain blanket pencil numb lend punish endless"
        " aunt garlic humidity kidney observe",
        "8dc652d6d6cd370d8c963141f6d79ba440300f25c467302c1d966bff8f62300d",
    ),
)
ALONE = (  # 20: valid, but a share that needs no other
    "theory painting academic academic armed sweater year military elder discuss acne wildlife boring"
    " employer fused large satoshi bundle carbon diagnose anatomy hamster leaves tracks paces beyond"
    " phantom capital marvel lips brave detect luck"
)
WRONG_CHECKSUM = ALONE.replace("luck", "lunar")  # 21
WRONG_PADDING = ALONE.replace("armed", "campus").replace("brave detect luck", "facility obtain sister")  # 22
SHORT = (  # 25: of 16 bytes
    "smear husband academic acid deadline scene venture distance dive overall parking bracelet elevator"
    " justice echo burning oven chest duke nylon"
)
SECRET = sealing.new_key()
SHEETS = shares.split(SECRET, "")
OTHERS = shares.split(SECRET, "")


@pytest.mark.parametrize(("number", "first", "second", "secret"), TWO_OF_THREE)
def test_published_shares_are_joined(number: str, first: str, second: str, secret: str) -> None:
    for order in ((first, second), (second, first)):
        assert shares.join([shares.read(sheet) for sheet in order], PASSPHRASE).hex() == secret
    with pytest.raises(Mistyped, match="One sheet is not enough"):  # 24
        shares.join([shares.read(first)], PASSPHRASE)


@pytest.mark.parametrize(
    ("typed", "error", "why"),
    [
        (ALONE, Malformed, "another kind"),
        (WRONG_CHECKSUM, Mistyped, "do not fit together"),
        (WRONG_PADDING, Mistyped, "do not fit together"),
        (SHORT, Mistyped, "has 33 words, and these are 20"),
    ],
    ids=["vector 20", "vector 21", "vector 22", "vector 25"],
)
def test_published_shares_that_are_no_sheet_of_a_box(typed: str, error: type[Fault], why: str) -> None:
    with pytest.raises(error, match=why):
        shares.read(typed)


@pytest.mark.parametrize("passphrase", ["", "correct horse"])
def test_any_two_of_three_make_the_key(passphrase: str) -> None:
    sheets = shares.split(SECRET, passphrase)
    assert [sheet.number for sheet in sheets] == [1, 2, 3]
    assert {len(sheet.words) for sheet in sheets} == {shares.WORDS}
    for pair in itertools.permutations(sheets, 2):
        assert shares.join(pair, passphrase) == SECRET
    assert shares.join(sheets, passphrase) == SECRET


def test_a_wrong_passphrase_gives_another_key_which_the_public_key_tells() -> None:
    sheets = shares.split(SECRET, "right")
    found = shares.join(sheets[:2], "wrong")
    assert sealing.public_of(found) != sealing.public_of(SECRET)
    assert sealing.public_of(shares.join(sheets[:2], "right")) == sealing.public_of(SECRET)


def test_sheets_of_one_key_made_twice_are_different_sets() -> None:
    assert {sheet.text for sheet in SHEETS} & {sheet.text for sheet in OTHERS} == set()


@pytest.mark.parametrize(
    "retyped",
    [
        lambda text: text.upper(),
        lambda text: f"\n  {text.replace(' ', '   ')}\n",
        lambda text: text.replace(" ", ", "),
        lambda text: " ".join(f"{n}. {word}" for n, word in enumerate(text.split(), start=1)),
        lambda text: " ".join(f"๑) {word}" for word in text.split()),
    ],
    ids=["capitals", "spaces", "commas", "numbers", "Thai numbers"],
)
def test_people_may_type_it_in_their_way(retyped) -> None:  # type: ignore[no-untyped-def]
    assert shares.read(retyped(SHEETS[0].text)) == SHEETS[0]


def changed(at: int, word: str) -> str:
    words = [*SHEETS[0].words]
    words[at] = word
    return " ".join(words)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "has 33 words, and these are 0"),
        (" ".join(SHEETS[0].words[:-1]), "has 33 words, and these are 32"),
        (SHEETS[0].text + " academic", "has 33 words, and these are 34"),
        (changed(6, "acadmic"), "Word 7, “acadmic”, is not in the list of words. Is it “academic”"),
        (changed(0, "ก"), "Word 1, “ก”, is not in the list of words.$"),
        (changed(32, "x" * 500), "Word 33, “xxxxxxxxxxxxxxxxx...”, is not"),
        (changed(9, "<script>"), "Word 10, “<script>”"),
        (changed(9, "{first}"), "Word 10, “{first}”"),
    ],
    ids=["nothing", "one missing", "one too many", "misspelt", "Thai", "long", "markup", "braces"],
)
def test_what_is_mistyped_is_named(typed: str, why: str) -> None:
    with pytest.raises(Mistyped, match=why.replace("{", r"\{")):
        shares.read(typed)


def test_every_other_word_of_the_list_and_every_swap_is_found() -> None:
    for at in range(shares.WORDS):
        for word in ("academic", "zero"):
            if SHEETS[0].words[at] != word:
                with pytest.raises((Mistyped, Malformed)):
                    shares.read(changed(at, word))
    for at in range(shares.WORDS - 1):
        words = [*SHEETS[0].words]
        words[at], words[at + 1] = words[at + 1], words[at]
        if words[at] != words[at + 1]:
            with pytest.raises(Mistyped, match="two are swapped"):
                shares.read(" ".join(words))


def test_the_same_sheet_twice_is_named() -> None:
    with pytest.raises(Mistyped, match="same sheet twice"):
        shares.join([SHEETS[0], SHEETS[0]], "")


@pytest.mark.parametrize("sheets", [[], SHEETS[:1]], ids=["none", "one"])
def test_too_few_sheets_are_named(sheets: list[shares.Sheet]) -> None:
    with pytest.raises(Mistyped, match="One sheet is not enough: 2 different ones"):
        shares.join(sheets, "")


def test_sheets_of_different_boxes_are_named_by_how_they_begin() -> None:
    assert SHEETS[0].beginning == SHEETS[1].beginning != OTHERS[0].beginning
    with pytest.raises(Mistyped, match=f"“{SHEETS[0].beginning}”, one with “{OTHERS[1].beginning}”"):
        shares.join([SHEETS[0], OTHERS[1]], "")


def test_a_sheet_made_up_to_look_like_one_of_the_set_is_found() -> None:
    """Its own check fits: only together with a true one it shows."""
    true = Share.from_mnemonic(SHEETS[1].text)
    made_up = shares.read(replace(true, value=bytes(32)).mnemonic())
    assert made_up.beginning == SHEETS[0].beginning
    with pytest.raises(Forged, match="look as if made together"):
        shares.join([SHEETS[0], made_up], "")


@pytest.mark.parametrize("passphrase", ["รหัส", "a\nb", "é"])
def test_a_passphrase_that_not_every_keyboard_has_is_refused(passphrase: str) -> None:
    with pytest.raises(Mistyped, match="Latin letters"):
        shares.split(SECRET, passphrase)
    with pytest.raises(Mistyped, match="Latin letters"):
        shares.join(SHEETS[:2], passphrase)


@pytest.mark.parametrize("secret", [b"", bytes(16), bytes(31), bytes(33)])
def test_only_keys_of_boxes_are_split(secret: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        shares.split(secret, "")


def test_a_sheet_is_not_shown_by_accident() -> None:
    assert SHEETS[0].words[5] not in repr(SHEETS[0])
