"""Bundles: one way to pack them, and nothing in them can be changed, added or left out."""

import hashlib
import io
import random
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.ledger import archives, bundle
from govapp.ledger.bundle import MANIFEST
from govapp.ledger.faults import Forged, Malformed
from govapp.ledger.notes import Signer

LOG = Signer.new("example.org/box-1")
FILES = {"result.json": b'{"funded":["p1"]}', "leaves.json": b"[]", "empty": b"", "a.pb": "ก\n".encode()}
names = st.from_regex(archives.NAME, fullmatch=True)
contents = st.dictionaries(names, st.binary(max_size=20), min_size=1, max_size=6)


@given(contents)
def test_an_archive_reads_back_and_any_program_can_open_it(files: dict[str, bytes]) -> None:
    data = archives.write(files)
    assert archives.read(data) == files
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == files
        assert opened.namelist() == sorted(files)
        for entry in opened.infolist():
            assert (entry.date_time, entry.compress_type) == ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)
            assert (entry.extra, entry.comment, entry.flag_bits) == (b"", b"", 0)


def test_an_archive_does_not_depend_on_the_order_in_which_it_was_filled() -> None:
    backwards = dict(reversed(FILES.items()))
    assert archives.write(FILES) == archives.write(backwards)


def test_every_flipped_bit_of_an_archive_is_refused() -> None:
    good = archives.write(FILES)
    for bit in range(8 * len(good)):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Malformed):
            archives.read(bytes(changed))


def test_a_damaged_file_is_named() -> None:
    with pytest.raises(Malformed, match=r"file result\.json in the archive is damaged"):
        archives.read(archives.write(FILES).replace(b"p1", b"p2"))


def zipped(*entries: tuple[str, bytes], **options: int) -> bytes:
    """As another program packs it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", **options) as archive:  # type: ignore[call-overload]
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def swapped(data: bytes) -> bytes:
    """Two entries in the other order, with a directory that is right for it."""
    first, second = (archives.write({name: FILES[name]}) for name in ("a.pb", "leaves.json"))
    local = [each[: each.index(b"PK\x01\x02")] for each in (second, first)]
    central = [each[each.index(b"PK\x01\x02") : each.index(b"PK\x05\x06")] for each in (second, first)]
    central[1] = central[1][:42] + struct.pack("<L", len(local[0])) + central[1][46:]
    body, directory = b"".join(local), b"".join(central)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), len(body), 0)
    assert (
        zipfile.ZipFile(io.BytesIO(body + directory + end)).testzip() is None
    )  # the control: a good archive
    return body + directory + end


GOOD = archives.write(FILES)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x05\x06" + bytes(18),  # nothing in it
        b"not an archive",
        GOOD[:-1],
        GOOD[: len(GOOD) // 2],
        GOOD[:40],
        GOOD + b"\0",
        b"\0" + GOOD,
        GOOD + GOOD,
        GOOD.replace(b"empty", b"Empty"),
        GOOD.replace(b"a.pb", b"../b"),
        GOOD[:-2] + b"\x01\x00x",  # a comment
        swapped(GOOD),
        zipped(*sorted(FILES.items())),  # dates and systems are others
        zipped(("a", b"x" * 1000), compression=zipfile.ZIP_DEFLATED),
        zipped(("folder/", b"")),
    ],
    ids=range(16),
)
def test_another_way_to_pack_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        archives.read(data)


def test_an_archive_with_a_file_that_its_directory_does_not_list_is_refused() -> None:
    """Two programs would see two contents."""
    first, both = archives.write({"a": b"1"}), archives.write({"a": b"1", "b": b"2"})
    hidden = both[: both.index(b"PK\x01\x02")] + first[first.index(b"PK\x01\x02") :]
    with pytest.raises(Malformed, match="damaged, or was packed by another program"):
        archives.read(hidden)


@pytest.mark.parametrize("name", ["", "A", "a/b", "../a", ".a", "-a", "a b", "ก", "a\n", "a" * 101, "con:"])
def test_names_that_some_system_reads_otherwise_are_refused(name: str) -> None:
    with pytest.raises(Malformed, match="no name for a file"):
        archives.write({name: b""})


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"f{number}": b"" for number in range(archives.MOST_ENTRIES)}
    archives.read(archives.write(many))
    with pytest.raises(Malformed, match="at most 1000 files"):
        archives.write({**many, "one-more": b""})
    monkeypatch.setattr(archives, "LIMIT", 100)
    with pytest.raises(Malformed, match="at most 100 bytes"):
        archives.write({"a": bytes(100)})
    with pytest.raises(Malformed, match="at most 100 bytes"):
        archives.read(GOOD)


def test_a_length_that_lies_takes_no_memory() -> None:
    header = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 2**32 - 1, 2**32 - 1, 1, 0)
    with pytest.raises(Malformed):
        archives.read(header + b"a")


def test_a_bundle_is_read_and_says_who_signed_it() -> None:
    data = bundle.pack("box-1", FILES, LOG)
    assert data == bundle.pack("box-1", FILES, LOG)
    read = bundle.unpack(data)
    assert (read.box, read.files) == ("box-1", FILES)
    assert read.signers([LOG.key]) == (LOG.key,)
    with pytest.raises(Forged, match="not signed by a key that is known"):
        read.signers([Signer.new(LOG.name).key])


def test_the_manifest_can_be_checked_with_other_tools() -> None:
    text = bundle.unpack(bundle.pack("box-1", FILES, LOG)).manifest.text
    digest = hashlib.sha256(FILES["result.json"]).hexdigest()
    assert f"\n{digest}  17 result.json\n" in text
    assert text.startswith("govapp/bundle/1\nbox-1\n")


def test_a_thousand_bundles_with_one_bit_flipped_are_refused() -> None:
    good = bundle.pack("box-1", FILES, LOG)
    bits = random.Random(9).sample(range(8 * len(good)), 1000)
    for bit in bits:
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((Malformed, Forged)):
            bundle.unpack(bytes(changed)).signers([LOG.key])


def repacked(**changes: bytes | None) -> bytes:
    """The bundle packed anew by somebody without the key: all fits but the manifest, which is the old one."""
    files = archives.read(bundle.pack("box-1", FILES, LOG))
    for name, content in changes.items():
        files.pop(name.replace("_", "."), None)
        if content is not None:
            files[name.replace("_", ".")] = content
    return archives.write(files)


def test_the_control_a_bundle_packed_anew_without_changes_is_the_same() -> None:
    assert repacked() == bundle.pack("box-1", FILES, LOG)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"result_json": b'{"funded":["p2"]}'}, "result.json"),
        ({"result_json": None}, "result.json"),
        ({"extra": b""}, "extra"),
        ({"empty": b"\0"}, "empty"),
    ],
    ids=["changed", "left out", "added", "longer"],
)
def test_a_file_that_was_changed_left_out_or_added_is_named(changes: dict[str, bytes], name: str) -> None:
    with pytest.raises(Forged, match=f"^{name} is not the file"):
        bundle.unpack(repacked(**changes))


def test_two_files_that_changed_names_are_found() -> None:
    with pytest.raises(Forged):
        bundle.unpack(repacked(result_json=FILES["leaves.json"], leaves_json=FILES["result.json"]))


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"text\n",
        LOG.sign("govapp/bundle/2\nbox-1\n").encode(),
        LOG.sign("govapp/bundle/1\n").encode(),
        LOG.sign("\n").encode(),
    ],
)
def test_a_manifest_in_another_form_is_refused(manifest: bytes) -> None:
    with pytest.raises(Malformed):
        bundle.unpack(repacked(manifest_note=manifest))


def test_a_bundle_without_a_manifest_is_none() -> None:
    with pytest.raises(Malformed, match="it is no bundle"):
        bundle.unpack(repacked(manifest_note=None))


@pytest.mark.parametrize(("box", "files"), [("", FILES), ("a\nb", FILES), ("box", {MANIFEST: b""})])
def test_what_could_not_be_read_back_is_not_packed(box: str, files: dict[str, bytes]) -> None:
    with pytest.raises(Malformed):
        bundle.pack(box, files, LOG)


def test_a_manifest_signed_for_another_box_names_that_box() -> None:
    assert bundle.unpack(bundle.pack("box-2", FILES, LOG)).box == "box-2"


def test_checksums_are_those_of_the_zip_format() -> None:
    assert struct.pack("<L", zlib.crc32(FILES["result.json"])) in GOOD
