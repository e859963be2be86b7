"""The Merkle tree: published vectors, a naive tree written from the RFC, and every way to be wrong."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govapp.ledger import tree
from govapp.ledger.tree import EMPTY, Peaks, Tree, is_extended, is_included, leaf_hash, node_hash, root

# The eight entries, the roots of the first n and the proofs of Certificate Transparency's reference code
# (github.com/google/certificate-transparency, merkle_tree_test; kept in github.com/transparency-dev/merkle,
# testonly/constants.go).
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
NODES = {  # the nodes that stand in the proofs below, by the entries they cover
    "0": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "1": "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "4": "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "01": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "23": "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "45": "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "67": "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0123": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4567": "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
}


def nodes(*names: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(NODES[name]) for name in names)


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert root(ENTRIES[:size]) == Tree(ENTRIES).root(size) == Tree(ENTRIES[:size]).root() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, ()),
        (0, 8, ("1", "23", "4567")),
        (5, 8, ("4", "67", "0123")),
        (2, 3, ("01",)),
        (1, 5, ("0", "23", "4")),
    ],
)
def test_published_proofs_of_inclusion(index: int, size: int, proof: tuple[str, ...]) -> None:
    assert Tree(ENTRIES).inclusion(index, size) == nodes(*proof)
    assert is_included(ENTRIES[index], index, size, nodes(*proof), ROOTS[size])


@pytest.mark.parametrize(
    ("old", "size", "proof"),
    [
        (1, 1, ()),
        (1, 8, ("1", "23", "4567")),
        (6, 8, ("45", "67", "0123")),
        (2, 5, ("23", "4")),
        (4, 8, ("4567",)),
    ],
)
def test_published_proofs_of_consistency(old: int, size: int, proof: tuple[str, ...]) -> None:
    assert Tree(ENTRIES).consistency(old, size) == nodes(*proof)
    assert is_extended(old, size, ROOTS[old], ROOTS[size], nodes(*proof))


def test_published_hashes_of_one_leaf_and_one_node() -> None:
    """github.com/transparency-dev/merkle, rfc6962/rfc6962_test.go."""
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert (
        node_hash(b"N123", b"N456").hex()
        == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


def test_published_digest_of_all_subtrees_and_proofs_up_to_130_entries() -> None:
    """draft-ietf-plants-merkle-tree-certs, "Subtree Test Vectors": entry n is the byte n. A subtree that
    starts at a multiple of its width is a tree of its own."""
    hashes, proofs = hashlib.sha256(), hashlib.sha256()
    for end in range(131):
        for start in range(end + 1):
            width = end - start
            if start and width and start % (1 << (width - 1).bit_length()):
                continue
            subtree = Tree(bytes([number]) for number in range(start, end))
            hashes.update(f"[{start}, {end}) {subtree.root().hex()}\n".encode())
            for index in range(width):
                proof = "".join(f" {sibling.hex()}" for sibling in subtree.inclusion(index, width))
                proofs.update(f"{start + index} [{start}, {end}){proof}\n".encode())
    assert hashes.hexdigest() == "b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81"
    assert proofs.hexdigest() == "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f"


def split(width: int) -> int:
    power = 1
    while 2 * power < width:
        power *= 2
    return power


def naive_root(entries: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return hashlib.sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*naive_path(m, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(m - k, entries[k:]), naive_root(entries[:k])]


def naive_proof(m: int, entries: Sequence[bytes], is_whole: bool = True) -> list[bytes]:
    """RFC 6962 §2.1.2."""
    if m == len(entries):
        return [] if is_whole else [naive_root(entries)]
    k = split(len(entries))
    if m <= k:
        return [*naive_proof(m, entries[:k], is_whole), naive_root(entries[k:])]
    return [*naive_proof(m - k, entries[k:], False), naive_root(entries[:k])]


logs = st.lists(st.binary(max_size=3), max_size=70)


@given(logs, st.data())
def test_roots_and_proofs_are_those_of_the_naive_tree(entries: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(entries)))
    old = data.draw(st.integers(0, size))
    grown = Tree(entries)
    assert grown.root(size) == root(entries[:size]) == naive_root(entries[:size])
    if size:
        index = data.draw(st.integers(0, size - 1))
        proof = grown.inclusion(index, size)
        assert list(proof) == naive_path(index, entries[:size])
        assert is_included(entries[index], index, size, proof, grown.root(size))
    proof = grown.consistency(old, size)
    assert list(proof) == (naive_proof(old, entries[:size]) if old else [])
    assert is_extended(old, size, grown.root(old), grown.root(size), proof)


@given(logs, st.integers(0, 70))
def test_a_tree_grows_from_its_peaks_alone(entries: list[bytes], cut: int) -> None:
    peaks = Peaks().add(entries[:cut])
    stored = Peaks(peaks.size, peaks.hashes)
    assert stored.add(entries[cut:]).root == naive_root(entries)
    assert stored.root == naive_root(entries[:cut])
    assert len(peaks.hashes) == peaks.size.bit_count()


@given(logs.filter(bool), st.data())
@example([b"a", b"a"], None)
def test_a_proof_of_inclusion_holds_for_nothing_else(
    entries: list[bytes], data: st.DataObject | None
) -> None:
    """Another entry, index, size, root; a hash changed, left out, added or moved."""
    size = len(entries)
    index = data.draw(st.integers(0, size - 1)) if data else 0
    grown = Tree(entries)
    proof, top = grown.inclusion(index, size), grown.root()
    entry = entries[index]
    assert is_included(entry, index, size, proof, top)
    assert not is_included(entry + b"x", index, size, proof, top)
    assert not is_included(entry, index, size, proof, bytes(32))
    for other in {-1, index - 1, index + 1, size, *range(0, size, 7)} - {index}:
        same = 0 <= other < size and entries[other] == entry and grown.inclusion(other, size) == proof
        assert is_included(entry, other, size, proof, top) == same
    for wrong in _changed(proof):
        assert not is_included(entry, index, size, wrong, top)


def _changed(proof: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    wrong = [(*proof, bytes(32)), (bytes(32), *proof), proof + proof[-1:] if proof else (b"",)]
    for at, sibling in enumerate(proof):
        wrong.append((*proof[:at], *proof[at + 1 :]))
        wrong.append((*proof[:at], bytes([sibling[0] ^ 1]) + sibling[1:], *proof[at + 1 :]))
        wrong.append((*proof[:at], sibling[:-1], *proof[at + 1 :]))
        wrong.append((*proof[:at], sibling + b"\0", *proof[at + 1 :]))
    if len(set(proof)) > 1:
        wrong.append(proof[::-1])
    return [each for each in wrong if each != proof]


@given(st.lists(st.binary(max_size=3), min_size=2, max_size=70, unique=True), st.data())
def test_a_proof_of_consistency_holds_for_nothing_else(entries: list[bytes], data: st.DataObject) -> None:
    size = len(entries)
    old = data.draw(st.integers(1, size - 1))
    grown = Tree(entries)
    proof, before, after = grown.consistency(old, size), grown.root(old), grown.root()
    assert is_extended(old, size, before, after, proof)
    assert not is_extended(old, size, after, before, proof)
    assert not is_extended(old, size, bytes(32), after, proof)
    assert not is_extended(old, size, before, bytes(32), proof)
    for other in {-1, 0, old - 1, old + 1, size, size + 1} - {old}:
        assert not is_extended(other, size, before, after, proof)
    for wrong in _changed(proof):
        assert not is_extended(old, size, before, after, wrong)


@given(
    st.lists(st.binary(max_size=2), min_size=2, max_size=40, unique=True),
    st.data(),
)
def test_a_log_that_was_rewritten_has_no_proof_of_consistency(
    entries: list[bytes], data: st.DataObject
) -> None:
    """One entry of the past changed, or two of them swapped: the honest prover's own proof fails."""
    size = len(entries)
    old = data.draw(st.integers(1, size - 1))
    at = data.draw(st.integers(0, old - 1))
    rewritten = [*entries]
    rewritten[at], rewritten[at - 1 if at else -1] = rewritten[at - 1 if at else -1], rewritten[at]
    forged = Tree(rewritten)
    before = root(entries[:old])
    if forged.root(old) != before:
        assert not is_extended(old, size, before, forged.root(), forged.consistency(old, size))


def test_edges() -> None:
    one = Tree([b"a"])
    assert Tree([]).root() == root([]) == Peaks().root == EMPTY
    assert is_extended(0, 0, EMPTY, EMPTY, ())
    assert is_extended(0, 1, EMPTY, one.root(), ())
    assert not is_extended(0, 0, EMPTY, one.root(), ())
    assert not is_extended(0, 0, one.root(), one.root(), ())
    assert not is_extended(1, 1, one.root(), EMPTY, ())
    assert not is_extended(0, 1, bytes(32), one.root(), ())
    assert not is_extended(0, 1, EMPTY, one.root(), (bytes(32),))
    assert not is_extended(2, 1, EMPTY, one.root(), ())
    assert not is_extended(3, 7, ROOTS[3], ROOTS[7], ())
    assert not is_extended(2, 7, ROOTS[2], ROOTS[7], ())
    assert not is_included(b"a", 0, 0, (), EMPTY)


@pytest.mark.parametrize(
    "ask",
    [
        lambda grown: grown.root(9),
        lambda grown: grown.root(-1),
        lambda grown: grown.inclusion(8, 8),
        lambda grown: grown.inclusion(-1, 8),
        lambda grown: grown.inclusion(0, 9),
        lambda grown: grown.consistency(5, 4),
        lambda grown: grown.consistency(-1, 4),
        lambda grown: grown.consistency(5, 9),
    ],
)
def test_what_is_not_there_cannot_be_asked_for(ask) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError):
        ask(Tree(ENTRIES))


def test_a_node_is_never_taken_for_an_entry() -> None:
    """The control of the first byte: without it two entries' hashes would be an entry of the same root."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert root([b"a", b"b"]) != root([left + right])
    assert hashlib.sha256(left + right) != root([b"a", b"b"])


def test_a_log_of_100_000_is_hashed_twice_per_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, since times depend on the machine: what a tree costs is two hashes an entry."""
    calls = 0
    real = tree.sha256

    def counted(data: bytes):  # type: ignore[no-untyped-def]
        nonlocal calls
        calls += 1
        return real(data)

    monkeypatch.setattr(tree, "sha256", counted)
    root(number.to_bytes(32, "big") for number in range(100_000))
    assert calls == 199_999
