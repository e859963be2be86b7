"""The Merkle tree over a log: its root, proofs that a leaf is in it and that it only grew.

Source: RFC 6962 §2.1 (the tree, its paths and proofs), RFC 9162 §2.1.3.2 and §2.1.4.2 (how they are checked).
SHA-256 of 0x00 and the entry for a leaf, of 0x01 and both children for a node; the left child is the largest
full tree that is smaller. Entries are any bytes: ours are the 32 of ledger.leaves. A proof is a tuple of
hashes from below upwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY = sha256(b"").digest()

Proof = tuple[bytes, ...]


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Peaks:
    """A tree of which only the full subtrees are kept, the largest first: enough to add entries to it.

    100,000 entries leave at most 17 hashes.
    """

    size: int = 0
    hashes: Proof = ()

    def add(self, entries: Iterable[bytes]) -> "Peaks":
        """The tree with these entries after its own."""
        size, hashes = self.size, list(self.hashes)
        for entry in entries:
            top, merges = leaf_hash(entry), size
            while merges & 1:
                top = node_hash(hashes.pop(), top)
                merges >>= 1
            hashes.append(top)
            size += 1
        return Peaks(size, tuple(hashes))

    @property
    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY
        *lower, root = self.hashes
        for left in reversed(lower):
            root = node_hash(left, root)
        return root


class Tree:
    """A tree with all its hashes, for answering many questions: 64 bytes and some per entry."""

    def __init__(self, entries: Iterable[bytes]) -> None:
        level = [leaf_hash(entry) for entry in entries]
        self.size = len(level)
        self.levels = [level]  # the full subtrees of 1, 2, 4… entries, from left to right
        while len(level) > 1:
            level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=False)]
            self.levels.append(level)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` entries, or all; raises ValueError where there are not as many."""
        size = self._within(self.size if size is None else size)
        return self._hash(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> Proof:
        """Proves that entry `index`, from 0, is among the first `size`. Raises ValueError.

        RFC 6962 §2.1.1, PATH(index, D[0:size]).
        """
        if not 0 <= index < self._within(size):
            raise ValueError(f"a tree of {size} has no entry {index}")
        proof, first, last = [], 0, size
        while last - first > 1:
            middle = first + _split(last - first)
            if index < middle:
                proof.append(self._hash(middle, last))
                last = middle
            else:
                proof.append(self._hash(first, middle))
                first = middle
        return tuple(reversed(proof))

    def consistency(self, old_size: int, size: int) -> Proof:
        """Proves that the first `size` entries begin with the first `old_size`. Raises ValueError.

        RFC 6962 §2.1.2, PROOF(old_size, D[0:size]); empty for an old size of 0, or equal sizes.
        """
        if not 0 <= old_size <= self._within(size):
            raise ValueError(f"a tree of {size} does not extend one of {old_size}")
        if old_size in (0, size):
            return ()
        proof, first, last = [], 0, size
        while old_size != last:
            middle = first + _split(last - first)
            if old_size <= middle:
                proof.append(self._hash(middle, last))
                last = middle
            else:
                proof.append(self._hash(first, middle))
                first = middle
        if first:  # where it is 0 the whole old tree stands here, and its root is known to whoever checks
            proof.append(self._hash(first, last))
        return tuple(reversed(proof))

    def _hash(self, first: int, last: int) -> bytes:
        """MTH(D[first:last]), RFC 6962 §2.1, of a range that is a subtree, last > first."""
        width = last - first
        if width & (width - 1) == 0:
            return self.levels[width.bit_length() - 1][first // width]
        middle = first + _split(width)
        return node_hash(self._hash(first, middle), self._hash(middle, last))

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ValueError(f"there are {self.size} entries, not {size}")
        return size


def root(entries: Iterable[bytes]) -> bytes:
    """The root of the tree over all entries."""
    return Peaks().add(entries).root


def is_included(entry: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that entry `index`, from 0, of the tree of this size and root is `entry`.

    RFC 9162 §2.1.3.2.
    """
    way = _way_up(index, size - 1, proof) if 0 <= index < size else None
    if way is None:
        return False
    found = leaf_hash(entry)
    for sibling, is_left in way:
        found = node_hash(sibling, found) if is_left else node_hash(found, sibling)
    return found == root


def is_extended(old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `size` begins with that of `old_size`. RFC 9162 §2.1.4.2.

    Every tree extends the empty one, which needs no proof.
    """
    if not 0 <= old_size <= size or (not old_size and old_root != EMPTY):
        return False
    if old_size in (0, size):
        return not proof and (old_size < size or old_root == root)
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    way = _way_up(node, last, path[1:]) if path else None
    if way is None:
        return False
    old_found = found = path[0]
    for sibling, is_left in way:
        if is_left:
            old_found = node_hash(sibling, old_found)
        found = node_hash(sibling, found) if is_left else node_hash(found, sibling)
    return old_found == old_root and found == root


def _way_up(node: int, last: int, proof: Sequence[bytes]) -> list[tuple[bytes, bool]] | None:
    """(sibling, whether it stands to the left) on the way up from `node` of a level that ends in `last`;
    None unless the proof is just as long as that way.
    """
    way = []
    for sibling in proof:
        if not last:
            return None
        is_left = bool(node & 1) or node == last
        way.append((sibling, is_left))
        while is_left and node and not node & 1:  # levels on which it has no sibling
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    return None if last else way


def _split(width: int) -> int:
    """The largest power of two smaller than `width`, which is > 1."""
    return 1 << (width - 1).bit_length() - 1
