"""The pages of those who run a box: what they let through, what they say to mistakes, and what they keep."""

import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from govapp.accounts.models.posts import Role
from govapp.accounts.rules.posts import posts_of
from govapp.ballotbox.actions import setup
from govapp.ballotbox.models import BallotBox, KeyHolder, Status
from govapp.ballotbox.models.log import BoxNotice
from govapp.core.db import Base, Database
from govapp.ledger.shares import Sheet
from tests import make
from tests.ballotbox import boxes
from tests.ballotbox.boxes import PASSPHRASE, Site
from tests.ballotbox.visitors import officer, send, visitor
from tests.ballotbox.visitors import text as words
from tests.statements import noted


def box(site: Site) -> BallotBox:
    with site.database.read() as session:
        return session.get_one(BallotBox, site.box_id)


def holders(site: Site) -> list[int]:
    with site.database.read() as session:
        query = select(KeyHolder.user_id).where(KeyHolder.box_id == site.box_id).order_by(KeyHolder.number)
        return list(session.scalars(query))


def path(site: Site, rest: str) -> str:
    return f"/boxes/{site.box_id}/{rest}"


def make_sheets(client: FlaskClient, site: Site, **typed: str) -> Any:
    given = {"made": "none", "passphrase": PASSPHRASE, "again": PASSPHRASE} | typed
    return send(client, path(site, "sheets"), **given)


def sheets_on(answer: Any) -> list[list[str]]:
    """The words of each sheet on a page."""
    pieces = answer.get_data(as_text=True).split('<ol class="words"')[1:]
    return [
        [piece.split("</code>")[0] for piece in part.split("</ol>")[0].split("<code>")[1:]] for part in pieces
    ]


@pytest.fixture
def site(database: Database, own_app: Flask, tmp_path: Path) -> Site:
    """A box before its keys are made; its key folder is that of the app."""
    made = boxes.prepared(database, tmp_path)
    made.keys = own_app.extensions["keys"]
    return made


def test_a_box_is_made_ready_by_its_pages(own_app: Flask, site: Site) -> None:
    staff = officer(own_app, site)
    assert "Make the key of the box" in words(staff.get(path(site, "run")))
    sheets = sheets_on(make_sheets(staff, site))
    assert [len(sheet) for sheet in sheets] == [33, 33, 33]
    for user_id in holders(site):
        client = visitor(own_app, site, user_id)
        assert "I hold sheet" in words(client.get(path(site, "key")))
        assert send(client, path(site, "key")).status_code == 303
    typed = {"sheet_1": " ".join(sheets[0]), "sheet_2": " ".join(sheets[2]), "passphrase": PASSPHRASE}
    assert send(visitor(own_app, site, holders(site)[1]), path(site, "trial"), **typed).status_code == 303
    assert "Nothing is missing" in words(staff.get(path(site, "run")))
    assert f'href="{path(site, "run/open")}"' in staff.get(path(site, "run")).get_data(as_text=True)
    assert send(staff, path(site, "run/open")).status_code == 303
    assert box(site).status is Status.OPEN
    assert staff.get(path(site, "run/open")).status_code == 303, "a step is not shown twice"
    assert "The box takes ballots" in words(staff.get(path(site, "run")))


def test_key_holders_are_named_by_address_and_nothing_typed_is_lost(own_app: Flask, site: Site) -> None:
    staff, where = officer(own_app, site), path(site, "key-holders")
    right = {f"{name}": f"holder-{n}@example.org" for n, name in ((3, "first"), (1, "second"), (2, "third"))}
    answer = send(staff, where, **right | {"second": "nobody@example.org"})
    assert (answer.status_code, "no account with the address nobody@example.org" in words(answer)) == (
        422,
        True,
    )
    assert all(
        f'value="{each}"' in answer.get_data(as_text=True) for each in ("nobody@example.org", right["first"])
    )
    answer = send(staff, where, **right | {"second": right["first"]})
    assert (answer.status_code, "named already" in words(answer)) == (422, True)
    before = holders(site)
    assert send(staff, where, **right).status_code == 303
    assert holders(site) == [before[2], before[0], before[1]]


def test_people_with_a_post_of_key_holder_are_proposed(own_app: Flask, site: Site) -> None:
    with site.database.write() as session:
        session.query(KeyHolder).delete()
        place = site.officer(session).grants[0].post.area
        make.staff(session, Role.KEY_HOLDER, place, "keeper@example.org")
    page = officer(own_app, site).get(path(site, "key-holders")).get_data(as_text=True)
    assert page.count("keeper@example.org") == 3, "in the list, among the choices, and filled in"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"again": "another one"}, "The two are not the same"),
        ({"passphrase": "short", "again": "short"}, "Take at least 10 letters"),
        ({"passphrase": "รหัสผ่านไทยไทย", "again": "รหัสผ่านไทยไทย"}, "Latin letters, digits and signs only"),
    ],
)
def test_a_passphrase_is_typed_twice_on_any_keyboard(
    own_app: Flask, site: Site, typed: dict[str, str], says: str
) -> None:
    answer = make_sheets(officer(own_app, site), site, **typed)
    assert (answer.status_code, says in words(answer)) == (422, True)
    assert box(site).public_key is None


def test_sheets_are_shown_once(own_app: Flask, site: Site) -> None:
    staff = officer(own_app, site)
    answer = make_sheets(staff, site)
    assert answer.headers["Cache-Control"] == "no-store"
    assert PASSPHRASE not in answer.get_data(as_text=True)
    key = box(site).public_key
    again = make_sheets(staff, site)  # the same form once more: a reload
    assert (again.status_code, "not shown again" in words(again)) == (409, True)
    assert (sheets_on(again), box(site).public_key) == ([], key)
    anew = make_sheets(staff, site, made=(key or b"").hex())
    assert len(sheets_on(anew)) == 3
    assert box(site).public_key != key


def dump(database: Database) -> str:
    with database.read() as session:
        tables = Base.metadata.sorted_tables
        return "\n".join(str(row) for table in tables for row in session.execute(select(table)))


def test_words_of_sheets_are_stored_nowhere(
    own_app: Flask, site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    staff = officer(own_app, site)
    sheets = sheets_on(make_sheets(staff, site))
    typed = {"sheet_1": " ".join(sheets[0]), "sheet_2": " ".join(sheets[1]), "passphrase": PASSPHRASE}
    send(staff, path(site, "trial"), **typed | {"sheet_2": "zzzz " + " ".join(sheets[1])})
    send(staff, path(site, "trial"), **typed)
    with staff.session_transaction() as cookie:
        kept = str(dict(cookie))
    kept += dump(site.database) + caplog.text
    kept += "".join(file.read_bytes().decode("latin-1") for file in tmp_path.rglob("*") if file.is_file())
    assert "holder-1@example.org" in kept, "the search finds what is stored"
    for first, second in zip(sheets[0][2:], sheets[0][3:], strict=False):
        assert f"{first} {second}" not in kept
    assert PASSPHRASE not in kept
    shared = site.keys.names()
    assert not [name for name in shared if name.endswith(".box")], "the key itself is no file"


def spoilt(sheet: Sheet, place: int, word: str) -> str:
    return " ".join([*sheet.words[:place], word, *sheet.words[place + 1 :]])


def test_a_mistyped_sheet_is_told_by_its_word(own_app: Flask, site: Site) -> None:
    with site.begin() as session:
        site.sheets = setup.make_sheets(session, site.keys, site.officer(session), site.box_id, PASSPHRASE)
    client, where = visitor(own_app, site, site.second_id), path(site, "trial")
    good = [sheet.text for sheet in site.sheets]
    numbered = "\n".join(f"{'๐๑๒๓๔๕๖๗๘๙'[n % 10]}. {word}" for n, word in enumerate(site.sheets[1].words))
    cases = {
        "Word 5": (spoilt(site.sheets[0], 4, "acadamic"), good[1], PASSPHRASE, "Is it “academic”?"),
        "these are 32": (" ".join(site.sheets[0].words[:-1]), good[1], PASSPHRASE, "Sheet 1"),
        "same sheet twice": (good[0], good[0], PASSPHRASE, ""),
        "passphrase is mistyped": (good[0], good[1], PASSPHRASE + "x", ""),
    }
    for says, (first, second, passphrase, also) in cases.items():
        answer = send(client, where, sheet_1=first, sheet_2=second, passphrase=passphrase)
        assert answer.status_code == 422
        assert says in words(answer), says
        assert also in words(answer), says
        assert first in answer.get_data(as_text=True), "what was typed stays on the screen"
        assert answer.headers["Cache-Control"] == "no-store"
        assert box(site).tried_at is None
    assert send(client, where, sheet_1=good[0], sheet_2=numbered, passphrase=PASSPHRASE).status_code == 303
    assert box(site).tried_at is not None


@pytest.fixture
def strangers(own_app: Flask, site: Site) -> dict[str, FlaskClient]:
    with site.database.write() as session:
        citizen = make.user(session, "citizen@example.org").id
        other = make.staff(session, Role.OFFICER, make.area(session, "x-else"), "elsewhere@example.org").id
    return {
        "nobody": own_app.test_client(),
        "a citizen": visitor(own_app, site, citizen),
        "an officer elsewhere": visitor(own_app, site, other, is_staff=True),
    }


STAFF_ONLY = (
    "key-holders",
    "sheets",
    "run/open",
    "run/close",
    "run/finish",
    "run/destroy",
    "annul",
    "notices/new",
)


def test_others_are_refused_at_every_page(
    own_app: Flask, site: Site, strangers: dict[str, FlaskClient]
) -> None:
    own_app.config["WTF_CSRF_ENABLED"] = False  # the doors alone
    everything = (
        *STAFF_ONLY,
        "run",
        "key",
        "trial",
        "cosign",
        "ceremony",
        "ceremony/room",
        "ceremony/record",
    )
    for who, client in strangers.items():
        for rest in everything:
            seen = client.get(path(site, rest))
            assert seen.status_code == 403 or (who == "nobody" and "/sign-in" in seen.location), (who, rest)
            assert client.post(path(site, rest)).status_code in (403, 405), (who, rest)
    keeper = visitor(own_app, site, site.second_id)
    for rest in (*STAFF_ONLY, "ceremony", "ceremony/room"):
        assert keeper.get(path(site, rest)).status_code == 403, rest
        assert keeper.post(path(site, rest)).status_code == 403, rest
    assert officer(own_app, site).get(path(site, "key")).status_code == 403
    assert box(site).status is Status.PREPARING


def test_a_notice_takes_two_people(own_app: Flask, database: Database, tmp_path: Path) -> None:
    site = boxes.opened(database, tmp_path)
    staff, keeper = officer(own_app, site), visitor(own_app, site, site.second_id)
    assert send(staff, path(site, "notices/new"), item="", reason=" ").status_code == 422
    assert send(staff, path(site, "notices/new"), item="", reason="น้ำท่วม (สมมติ)").status_code == 303
    with database.read() as session:
        notice = session.scalars(select(BoxNotice)).one()
    where = path(site, f"notices/{notice.id}")
    assert staff.get(where).status_code == 403, "nobody confirms their own"
    assert "น้ำท่วม" in words(keeper.get(where))
    assert send(keeper, where).status_code == 303
    assert keeper.get(f"/boxes/{site.box_id + 1}/notices/{notice.id}").status_code == 404
    assert "Published" in words(staff.get(path(site, "run")))


def test_a_vote_is_stopped_in_two_steps(own_app: Flask, database: Database, tmp_path: Path) -> None:
    site = boxes.opened(database, tmp_path)
    staff, where = officer(own_app, site), path(site, "annul")
    assert send(staff, where, reason="").status_code == 422
    first = send(staff, where, reason="กุญแจหาย (สมมติ)")
    assert (first.status_code, "cannot be taken up again" in words(first)) == (200, True)
    assert box(site).status is Status.OPEN
    back = send(staff, where, reason="กุญแจหาย (สมมติ)", sure="back")
    assert "กุญแจหาย (สมมติ)</textarea>" in back.get_data(as_text=True)
    assert send(staff, where, reason="กุญแจหาย (สมมติ)", sure="yes").status_code == 303
    assert box(site).status is Status.ANNULLED
    assert "กุญแจหาย" in words(staff.get(path(site, "run")))


def test_a_form_without_its_token_does_nothing(own_app: Flask, site: Site) -> None:
    assert officer(own_app, site).post(path(site, "sheets"), data={"made": "none"}).status_code == 403


def test_my_boxes_are_those_i_have_a_part_in(
    own_app: Flask, site: Site, strangers: dict[str, FlaskClient]
) -> None:
    assert "You keep sheet 1" in words(visitor(own_app, site, site.second_id).get("/boxes/mine"))
    assert "You run it" in words(officer(own_app, site).get("/boxes/mine"))
    assert "You have no part" in words(strangers["a citizen"].get("/boxes/mine"))
    assert "/boxes/mine" in visitor(own_app, site, site.second_id).get("/desk").get_data(as_text=True)
    assert "/boxes/mine" not in strangers["a citizen"].get("/desk").get_data(as_text=True)


def test_the_page_of_a_box_costs_the_same_however_many_vote(
    own_app: Flask, database: Database, tmp_path: Path
) -> None:
    site = boxes.opened(database, tmp_path, voters=40)
    staff = officer(own_app, site)

    def cost() -> int:
        with noted(database.engine) as seen:
            assert staff.get(path(site, "run")).status_code == 200
        return len(seen)

    cost()  # whether there are demo people is asked once in a process
    few = cost()
    for voter in site.voters[:20]:
        site.cast(voter)
    with database.write() as session:
        for number in range(5):
            session.add(BoxNotice(box_id=site.box_id, reason=f"n {number}", asked_by_id=site.officer_id))
        session.commit()
    assert cost() == few
    assert few <= 15


def test_posts_find_their_boxes_on_the_desk(own_app: Flask, site: Site) -> None:
    staff = officer(own_app, site)
    assert "Make the key of a ballot box" in words(staff.get("/desk"))
    with site.begin() as session:
        setup.make_sheets(session, site.keys, site.officer(session), site.box_id, PASSPHRASE)
    assert "Key-holders have not all said" in words(staff.get("/desk"))
    with site.database.write() as session:
        first, second = (session.get_one(boxes.User, each) for each in holders(site)[:2])
        place = posts_of(site.officer(session))[0].area
        for person in (first, second):
            make.give(session, person, Role.KEY_HOLDER, place)
        setup.receive_sheet(session, first, site.box_id)
        session.commit()
    desks = [words(visitor(own_app, site, each, is_staff=True).get("/desk")) for each in holders(site)[:2]]
    assert ["1 matter is due" in desk for desk in desks] == [False, True]
    assert all("Say that you hold your sheet" in desk for desk in desks), "the first waits for the others"
