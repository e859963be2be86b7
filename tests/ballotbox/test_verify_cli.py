"""`govapp verify`: what it prints, in both languages, and how it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from govapp.app import commands
from govapp.ballotbox import wording
from govapp.counting.rule import Method, Rule
from govapp.ledger.notes import Signer
from govapp.verifier.contests import LOT
from govapp.verifier.verdict import Check, Finding
from tests.verifier.boxes import BUDGET, LOG, QUESTION, Box, make

BOX = make({"": QUESTION})


def forged() -> Box:
    box = make({"": QUESTION})
    box.result["districts"][""]["yes"] += 1
    return box


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bundle.zip").write_bytes(BOX.bundle())
    (tmp_path / "forged.zip").write_bytes(forged().bundle())
    (tmp_path / "key").write_text(f"{LOG.key}\n")
    (tmp_path / "other-key").write_text(str(Signer.new(LOG.name).key))
    (tmp_path / "seen").write_text(BOX.checkpoints[1])
    (tmp_path / "fork").write_text(make({"": QUESTION}, seed=2).checkpoints[1])
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    """Words that name a file of the folder are its path."""
    arguments = [str(folder / word) if (folder / word).exists() else word for word in words]
    return CliRunner().invoke(commands, ["verify", *arguments])


def test_a_good_bundle_with_a_key_from_outside(folder: Path) -> None:
    result = run(folder, "bundle.zip", "--key", "key", "--checkpoint", "seen", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "Ballot box box-1" in result.stdout
    assert "Counting again gives the published result: holds" in result.stdout
    assert result.stdout.endswith("Nothing is wrong with this bundle, as far as it can be checked.\n")


def test_the_numbers_of_the_counting_rule_are_said(folder: Path) -> None:
    rule = Rule(Method.GREEDY_THRESHOLD, threshold=2, ties=LOT).as_json()
    box = make({"": BUDGET | {"rule": rule}})
    (folder / "bundle.zip").write_bytes(box.bundle())
    result = run(folder, "bundle.zip", "--key", "key", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "Counted as by: govapp count FILE.pb --rule greedy-threshold --threshold 2\n" in result.stdout
    told = json.loads(run(folder, "bundle.zip", "--json").stdout)
    assert told["counted_by"] == ["--rule greedy-threshold --threshold 2"]


def test_a_threshold_that_is_a_share_is_counted_again(folder: Path) -> None:
    rule = Rule(Method.GREEDY_THRESHOLD, threshold_basis_points=3000, ties=LOT).as_json()
    box = make({"": BUDGET | {"rule": rule}})
    (folder / "bundle.zip").write_bytes(box.bundle())
    result = run(folder, "bundle.zip", "--key", "key", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "FILE.pb --rule greedy-threshold --threshold-percent 30\n" in result.stdout
    least = box.result["districts"][""]
    assert 0 < len(least["funded"]) < len([votes for votes in least["votes"].values() if votes])


def test_without_anything_from_outside_the_key_is_to_be_compared(folder: Path) -> None:
    result = run(folder, "bundle.zip", "--language", "en")
    assert result.exit_code == 0
    assert "The log is the one that others have seen: cannot be checked with this bundle" in result.stdout
    assert f"in the newspaper: {LOG.key}\n" in result.stdout


def test_a_forged_result_is_named(folder: Path) -> None:
    result = run(folder, "forged.zip", "--key", "key", "--language", "en")
    assert result.exit_code == 1
    assert (
        "Counting again gives the published result: FAILS\n      counting again gives another"
        in result.stdout
    )
    assert "Do not trust this bundle: 1 of 15 checks fail." in result.stdout


@pytest.mark.parametrize(("option", "file"), [("--key", "other-key"), ("--checkpoint", "fork")])
def test_what_somebody_outside_knows_is_held_against_it(folder: Path, option: str, file: str) -> None:
    result = run(folder, "bundle.zip", option, file, "--language", "en")
    assert result.exit_code == 1
    assert "Do not trust this bundle" in result.stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["picture"], "the archive is damaged, or was packed by another program"),
        (["bundle.zip", "--key", "picture"], "a key is written as name+id+letters"),
    ],
)
def test_what_cannot_be_read_ends_with_2(folder: Path, words: list[str], why: str) -> None:
    result = run(folder, *words, "--language", "en")
    assert result.exit_code == 2
    assert f"Not verified: {why}" in result.stderr
    assert result.stdout == ""


def test_a_checkpoint_that_cannot_be_read_fails_its_check(folder: Path) -> None:
    result = run(folder, "bundle.zip", "--checkpoint", "picture", "--language", "en")
    assert result.exit_code == 1
    assert "others have seen: FAILS\n      a signed note is not text in UTF-8" in result.stdout


def test_a_file_that_is_not_there_ends_with_2(folder: Path) -> None:
    assert run(folder, "nothing.zip").exit_code == 2


def test_a_changed_bit_is_refused(folder: Path) -> None:
    data = bytearray(BOX.bundle())
    data[len(data) // 2] ^= 1
    (folder / "bundle.zip").write_bytes(bytes(data))
    result = run(folder, "bundle.zip", "--language", "en")
    assert result.exit_code == 2
    assert "Not verified: the file" in result.stderr
    assert "is damaged" in result.stderr


def test_a_program_reads_it_too(folder: Path) -> None:
    result = run(folder, "forged.zip", "--json", "--language", "en")
    told = json.loads(result.stdout)
    assert (told["box"], told["holds"], told["anchored"]) == ("box-1", False, False)
    assert told["key"] == str(LOG.key)
    assert {each["check"]: each["finding"] for each in told["checks"]}["result"] == "fails"


def test_every_check_and_finding_has_words() -> None:
    assert set(wording.CHECKS) == set(Check)
    assert set(wording.FINDINGS) == set(Finding)


def test_the_verdict_is_in_thai_unless_english_is_asked_for(folder: Path) -> None:
    result = run(folder, "forged.zip", "--key", "key")
    assert result.exit_code == 1
    lines = [line for line in result.stdout.splitlines() if line]
    assert all(any("ก" <= letter <= "๛" for letter in line) for line in lines), lines
