"""A whole vote without a database: what a box publishes, and a thief who holds its signing key."""

import hashlib
import random
from dataclasses import dataclass, field
from typing import Any

from govapp.counting.pabulib_write import write
from govapp.counting.rule import Completion, Method, Rule, Utility
from govapp.ledger import checkpoints
from govapp.ledger.bundle import pack
from govapp.ledger.canonical import encode
from govapp.ledger.checkpoints import Checkpoint
from govapp.ledger.leaves import Vote, notice_leaf, tie_commitment, tie_seed, void_leaf
from govapp.ledger.notes import Signer
from govapp.ledger.tree import Tree
from govapp.verifier import contests
from govapp.verifier.contests import Budget

BOX = "box-1"
LOG = Signer("example.org/box-1", bytes(range(32)))
SECRET = bytes(range(32, 64))
META = {
    "description": "A made-up vote",
    "country": "Thailand",
    "unit": "Somewhere",
    "instance": "2569",
    "rule": "equalshares",
    "date_begin": "01.02.2026",
    "date_end": "28.02.2026",
}
PROJECTS = [
    {"id": f"p{number}", "cost": 100 * cost}
    for number, cost in enumerate((900, 400, 400, 300, 250, 200), start=1)
]
RULE = Rule(Method.EQUAL_SHARES, Utility.COST, Completion.ADD1_GREEDY, 100, ties=contests.LOT).as_json()
BUDGET = {
    "kind": "budget",
    "ballot": "approval",
    "least": 1,
    "most": 3,
    "budget": 100_000,
    "projects": PROJECTS,
    "rule": RULE,
}
QUESTION = {"kind": "question", "options": ["yes", "no", "abstain"]}


@dataclass
class Box:
    """Everything that goes into the bundle, open to be changed; `votes` are those in the log, by leaf."""

    configuration: dict[str, Any]
    signer: Signer = LOG
    leaves: list[bytes] = field(default_factory=list)
    notices: list[Any] = field(default_factory=list)
    voids: list[tuple[bytes, bytes]] = field(default_factory=list)
    votes: dict[bytes, Vote] = field(default_factory=dict)
    counted: list[bytes] = field(default_factory=list)
    openings: list[dict[str, Any]] = field(default_factory=list)
    ballots: list[dict[str, Any]] | None = None  # in place of openings
    paper: list[dict[str, Any]] = field(default_factory=list)
    audit: dict[str, Any] | None = None
    result: dict[str, Any] = field(default_factory=dict)
    pb: dict[str, str] = field(default_factory=dict)
    checkpoints: list[str] = field(default_factory=list)

    def cast(self, ballot: Any, district: str | None, rev: int, source: random.Random) -> bytes:
        vote = Vote(ballot, district, source.randbytes(32), source.randbytes(32), rev)
        self.votes[vote.leaf(BOX)] = vote
        self.leaves.append(vote.leaf(BOX))
        return self.leaves[-1]

    def void(self, leaf: bytes, source: random.Random) -> None:
        nonce = source.randbytes(32)
        self.voids.append((nonce, leaf))
        self.leaves.append(void_leaf(BOX, nonce, leaf))

    def note(self, body: Any) -> None:
        self.notices.append(body)
        self.leaves.append(notice_leaf(BOX, body))

    def sign(self, *sizes: int) -> None:
        """Sign the log, anew, at these sizes and as it is now."""
        tree = Tree(self.leaves)
        heads = [Checkpoint(self.signer.name, size, tree.root(size)) for size in (*sizes, tree.size)]
        self.checkpoints = [checkpoints.sign(head, self.signer) for head in heads]

    def open(self) -> None:
        """Openings and the auditors' file of what is counted."""
        self.openings = []
        for leaf in sorted(self.counted):
            self.openings.append({"leaf": leaf.hex()} | self.votes[leaf].opening.as_json())
        told = {leaf: self.votes[leaf] for leaf in self.counted}
        self.audit = {
            "counted": {
                leaf.hex(): {"salt": vote.salt.hex(), "rev": vote.rev} for leaf, vote in told.items()
            },
            "voided": {leaf.hex(): self.votes[leaf].as_json() for _nonce, leaf in self.voids},
        }

    def count(self, secret: bytes = SECRET) -> None:
        """The result and .pb files of the openings and the paper."""
        seed = tie_seed(secret, Tree(self.leaves).root())
        told: dict[str, Any] = {}
        for number, (district, given) in enumerate(sorted(self.configuration["contests"].items()), start=1):
            contest = contests.read(given)
            ballots = [each["ballot"] for each in self.published() if (each["district"] or "") == district]
            gone = {body["item"] for body in self.notices if body["kind"] == "withdrawal"}
            told[district] = contest.count(ballots, seed, gone)
            if isinstance(contest, Budget):
                self.pb[f"votes-{number}.pb"] = write(contest.election(ballots, gone), META, b"seed")
                self.result["files"][district] = f"votes-{number}.pb"
        self.result |= {"districts": told, "tie_secret": secret.hex()}

    def published(self) -> list[dict[str, Any]]:
        return [*(self.openings if self.ballots is None else self.ballots), *self.paper]

    def files(self) -> dict[str, bytes]:
        voids = [
            {"nonce": nonce.hex(), "voided": leaf.hex()}
            for nonce, leaf in sorted(self.voids, key=lambda void: void[1])
        ]
        values: dict[str, Any] = {
            "configuration.json": self.configuration,
            "leaves.json": [leaf.hex() for leaf in self.leaves],
            "checkpoints.json": self.checkpoints,
            "notices.json": self.notices,
            "voids.json": voids,
            "paper.json": self.paper,
            "result.json": self.result,
        }
        if self.ballots is None:
            values["openings.json"] = self.openings
        else:
            values["ballots.json"] = sorted(self.ballots, key=encode)
        if self.audit is not None:
            values["audit.json"] = self.audit
        written = {name: text.encode() for name, text in self.pb.items()}
        return {name: encode(value) for name, value in values.items()} | written

    def bundle(self) -> bytes:
        return pack(BOX, self.files(), self.signer)


def make(
    contest_by_district: dict[str, Any] | None = None, voters: int = 40, signer: Signer = LOG, seed: int = 1
) -> Box:
    """A vote of two districts: some voters change, two are voided for paper, one project is withdrawn."""
    given = contest_by_district or {"เหนือ": BUDGET, "ใต้": BUDGET}
    source = random.Random(seed)
    box = Box(
        {
            "box": BOX,
            "log_key": str(signer.key),
            "openings": "public",
            "roll": {district: voters for district in given},
            "contests": given,
            "tie_commitment": tie_commitment(SECRET).hex(),
        },
        signer,
    )
    box.result = {"superseded": 0, "withheld": {}, "tie_secret": None, "districts": {}, "files": {}}
    box.note({"kind": "configuration", "hash": hashlib.sha256(encode(box.configuration)).hexdigest()})
    for district, contest in given.items():
        for voter in range(voters - 4):
            last = None
            for rev in range(1, 1 + source.choice([1, 1, 1, 2, 3])):
                if last:
                    box.result["superseded"] += 1
                last = box.cast(choice(contest, source), district or None, rev, source)
            assert last
            if voter == 0:
                box.void(last, source)
                box.paper.append(
                    {
                        "serial": len(box.paper) + 1,
                        "ballot": choice(contest, source),
                        "district": district or None,
                    }
                )
            else:
                box.counted.append(last)
    if any(contest["kind"] == "budget" for contest in given.values()):
        box.note({"kind": "withdrawal", "item": "p6", "reason": "the land was sold"})
    box.sign(1, len(box.leaves) // 2)
    box.open()
    box.count()
    return box


def choice(contest: dict[str, Any], source: random.Random) -> Any:
    if contest["kind"] == "question":
        return source.choice(contest["options"])
    names = [project["id"] for project in contest["projects"]]
    return sorted(source.sample(names, source.randint(1, contest["most"])))
