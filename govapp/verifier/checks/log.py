"""Checks of the log: who signed it, that it only grew, and what each of its entries is."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from govapp.ledger import checkpoints
from govapp.ledger.faults import Forged, Malformed
from govapp.ledger.leaves import Opening, Vote, notice_leaf, void_leaf
from govapp.ledger.notes import Key
from govapp.ledger.tree import Tree
from govapp.verifier.checks.skipped import NotNeeded, Skipped
from govapp.verifier.contents import PUBLIC, Contents
from govapp.verifier.verdict import Check

SMALL = 25  # a district with fewer ballots may have its openings withheld


@dataclass(frozen=True)
class Subject:
    """What is checked: a bundle, and what somebody outside knows of it."""

    contents: Contents
    key: Key | None = None
    checkpoint: bytes | None = None

    @property
    def box(self) -> str:
        return self.contents.configuration.box

    @property
    def log_key(self) -> Key:
        """The key that must have signed: the one from outside, or else the one the bundle names."""
        return self.key or self.contents.configuration.key

    @cached_property
    def tree(self) -> Tree:
        return Tree(self.contents.leaves)


def manifest(subject: Subject) -> None:
    contents = subject.contents
    contents.bundle.signers([subject.log_key])
    if contents.bundle.box != subject.box:
        raise Forged(
            "the bundle is of {found}, its configuration of {box}", found=contents.bundle.box, box=subject.box
        )


def configuration(subject: Subject) -> None:
    contents = subject.contents
    expected = {"kind": "configuration", "hash": contents.configuration.hash}
    first = contents.notices[0] if contents.notices else None
    if first != expected or contents.leaves[:1] != (notice_leaf(subject.box, expected),):
        raise Forged("the configuration is not the one that the first entry of the log commits to")
    if contents.configuration.roll.keys() != contents.configuration.contests.keys():
        raise Malformed("the configuration names other districts in its roll than in its contests")


def signed_checkpoints(subject: Subject) -> None:
    before = -1
    for number, note in enumerate(subject.contents.checkpoints, start=1):
        size = _fits(subject, note, f"{number}")
        if size <= before:
            raise Forged("checkpoint {number} is not larger than the one before it", number=number)
        before = size
    if before != len(subject.contents.leaves):
        raise Forged("the last checkpoint is not over the whole log")


def anchor(subject: Subject) -> None:
    if subject.checkpoint is not None:
        _fits(subject, subject.checkpoint, "from outside")
    elif subject.key is None:
        raise Skipped("Compare the key with the one on the poster: {key}", key=str(subject.log_key))


def leaves(subject: Subject) -> None:
    if leaf := _repeated(subject.contents.leaves):
        raise Forged("the log has the entry {leaf} twice", leaf=leaf)


def notices(subject: Subject) -> None:
    found = [notice_leaf(subject.box, body) for body in subject.contents.notices]
    if leaf := _repeated(found):
        raise Forged("a notice stands there twice: {leaf}", leaf=leaf)
    if leaf := _absent(subject, found):
        raise Forged("a notice is not in the log: {leaf}", leaf=leaf)


def voids(subject: Subject) -> None:
    contents = subject.contents
    if not contents.voids:
        raise NotNeeded()
    voided = [leaf for _nonce, leaf in contents.voids]
    if leaf := _absent(subject, voided):
        raise Forged("a ballot was voided that is not in the log: {leaf}", leaf=leaf)
    if leaf := _repeated(voided):
        raise Forged("a ballot was voided twice: {leaf}", leaf=leaf)
    found = [void_leaf(subject.box, nonce, leaf) for nonce, leaf in contents.voids]
    if leaf := _absent(subject, found):
        raise Forged("a void is not in the log: {leaf}", leaf=leaf)
    counted = {leaf for leaf, _opening in contents.openings} if contents.has_openings else set()
    told = {notice_leaf(subject.box, body) for body in contents.notices}
    for other in voided:
        if other in counted:
            raise Forged("a ballot was voided and is counted all the same: {leaf}", leaf=other.hex())
        if other in told or other in found:
            raise Forged("a void names an entry that is no ballot: {leaf}", leaf=other.hex())


def openings(subject: Subject) -> None:
    contents = subject.contents
    if not contents.has_openings:
        if contents.configuration.openings == PUBLIC:
            raise Forged("the openings of this box are public, and are not in the bundle")
        raise Skipped("Only auditors may see which entries of the log the ballots open.")
    opened = [leaf for leaf, _opening in contents.openings]
    for expected, opening in contents.openings:
        opening.check(subject.box, expected)
    if leaf := _repeated(opened):
        raise Forged("a ballot is counted twice: {leaf}", leaf=leaf)
    if leaf := _absent(subject, opened):
        raise Forged("a ballot is counted that is not in the log: {leaf}", leaf=leaf)
    if opened != sorted(opened):
        raise Malformed("the openings are not ordered by leaf")


def accounting(subject: Subject) -> None:
    contents = subject.contents
    for district, ballots in contents.withheld.items():
        if ballots >= SMALL:
            raise Forged(
                "{ballots} ballots of {district} are withheld, which is allowed below {small} only",
                ballots=ballots,
                district=district,
                small=SMALL,
            )
    counted = len(contents.online) + sum(contents.withheld.values())
    voided = len(contents.voids)
    accounted = counted + contents.superseded + 2 * voided + len(contents.notices)  # a void and what it voids
    if accounted != len(contents.leaves):
        raise Forged(
            "the log has {leaves} entries, and {accounted} are accounted for: {counted} counted,"
            " {superseded} superseded, {voided} voided by as many voids, {notices} notices",
            leaves=len(contents.leaves),
            accounted=accounted,
            counted=counted,
            superseded=contents.superseded,
            voided=voided,
            notices=len(contents.notices),
        )


def histories(subject: Subject) -> None:
    contents = subject.contents
    if contents.audit is None or not contents.has_openings or contents.withheld:
        raise Skipped(
            "Only auditors can check that {number} ballots were superseded.", number=contents.superseded
        )
    told, voided = contents.audit["counted"], contents.audit["voided"]
    expected = {leaf.hex() for _nonce, leaf in contents.voids}
    if told.keys() != {leaf.hex() for leaf, _opening in contents.openings} or voided.keys() != expected:
        raise Forged("the auditors' file is about other ballots than those that are counted or voided")
    changes = 0
    for leaf, opening in contents.openings:
        changes += _changes(opening, told[leaf.hex()])
    for voided_leaf, given in voided.items():
        vote = Vote.from_json(given)
        vote.opening.check(subject.box, bytes.fromhex(voided_leaf))
        changes += vote.rev - 1
    if changes != contents.superseded:
        raise Forged(
            "voters changed their ballots {changes} times, and {superseded} are said to be superseded",
            changes=changes,
            superseded=contents.superseded,
        )


LOG_CHECKS = {
    Check.MANIFEST: manifest,
    Check.CONFIGURATION: configuration,
    Check.CHECKPOINTS: signed_checkpoints,
    Check.ANCHOR: anchor,
    Check.LEAVES: leaves,
    Check.NOTICES: notices,
    Check.VOIDS: voids,
    Check.OPENINGS: openings,
    Check.ACCOUNTING: accounting,
    Check.HISTORIES: histories,
}


def _changes(opening: Opening, told: object) -> int:
    """How often a voter changed a ballot, after checking that it is what the ballot commits to."""
    if not isinstance(told, dict) or told.keys() != {"salt", "rev"}:
        raise Malformed("{name} does not have the form it must have", name="audit.json")
    vote = Vote.from_json({"ballot": None, "district": None, "nonce": opening.nonce.hex()} | told)
    opening.check_history(vote.salt, vote.rev)
    return vote.rev - 1


def _fits(subject: Subject, note: bytes, name: str) -> int:
    """The size of a checkpoint that the log signed and whose root is that of the log at its size."""
    head = checkpoints.read(note, subject.log_key, subject.log_key.name)
    if head.size > subject.tree.size:
        raise Forged(
            "checkpoint {name} is over {size} entries, and the log has fewer", name=name, size=head.size
        )
    if subject.tree.root(head.size) != head.root:
        raise Forged(
            "checkpoint {name} is of another log: its first {size} entries are others",
            name=name,
            size=head.size,
        )
    return head.size


def _absent(subject: Subject, found: Iterable[bytes]) -> str | None:
    """The first of these leaves that is not in the log."""
    return next((leaf.hex() for leaf in found if leaf not in subject.contents.known), None)


def _repeated(found: Iterable[bytes]) -> str | None:
    """The first of these leaves that stands there a second time."""
    seen: set[bytes] = set()
    for leaf in found:
        if leaf in seen:
            return leaf.hex()
        seen.add(leaf)
    return None
