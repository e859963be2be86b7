"""Writing letters, noting what became of them, gathering digests, and what people choose.

The deed a letter tells of is in the log already, so writing and sending it leave no event of their own.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Missing, NotNow, require
from govapp.core.language import N_
from govapp.notifications import queries, rules
from govapp.notifications.events import LetterTriedAgain, NoticesChosen
from govapp.notifications.models import Delivery, Letter, LetterState, Preference, Topic


def write(session: Session, user_id: int, template: str, *, path: str = "", **given: Any) -> None:
    """Write a letter to the person, in their language; it leaves after the transaction is committed.

    path   on this site, of what the letter is about
    given  what its template asks for: ids and plain values
    """
    write_all(session, [user_id], template, path=path, **given)


def write_all(
    session: Session, user_ids: Iterable[int], template: str, *, path: str = "", **given: Any
) -> None:
    """The same letter to several people, each as they want it."""
    topic, now = rules.KINDS[template].topic, clock.now()
    same = {"template": template, "path": path, "given": given}
    letters = [
        {
            **same,
            "user_id": user_id,
            "language": language,
            "state": rules.BEGINS[delivery],
            "next_try_at": rules.leaves_at(delivery, now),
        }
        for user_id, language, delivery in queries.readers(session, user_ids, topic)
    ]
    if letters:
        session.execute(insert(Letter), letters)


def gather(session: Session, user_id: int) -> None:
    """Put what is due for the person's digest into one letter; nothing, where another worker was first."""
    user = session.get(User, user_id, with_for_update=True)
    ids = queries.for_digest(session, user_id) if user else ()
    if not user or not ids:
        return
    digest = Letter(user_id=user_id, template=rules.DIGEST, language=user.language, given={"count": len(ids)})
    session.add(digest)
    session.flush()
    session.execute(update(Letter).where(Letter.id.in_(ids)).values(digest_id=digest.id))


def note_sent(session: Session, letter_id: int) -> None:
    """It has left, and with it all it holds."""
    letter = _held(session, letter_id)
    if letter is None:  # its person was taken away meanwhile
        return
    letter.state, letter.sent_at, letter.error = LetterState.SENT, clock.now(), ""
    letter.attempts += 1
    sent = {"state": LetterState.SENT, "sent_at": letter.sent_at}
    session.execute(update(Letter).where(Letter.digest_id == letter_id).values(sent))


def note_kept(session: Session, letter_id: int) -> None:
    """It stays on this site: no channel reaches its reader, or nothing is left to send."""
    letter = _held(session, letter_id)
    if letter is None or letter.state is not LetterState.WAITING:
        return
    letter.state, letter.error = LetterState.KEPT, ""
    kept = {"state": LetterState.KEPT, "digest_id": None}
    session.execute(update(Letter).where(Letter.digest_id == letter_id).values(kept))


def note_failed(session: Session, letter_id: int, error: str, for_good: bool) -> None:
    """Try again later, unless that is pointless or was done often enough."""
    letter = _held(session, letter_id)
    if letter is None or letter.state is not LetterState.WAITING:
        return
    letter.attempts += 1
    letter.error = error[:500]
    if for_good or letter.attempts >= rules.MOST_TRIES:
        letter.state = LetterState.DEAD
    else:
        letter.next_try_at = clock.now() + rules.wait_after(letter.attempts)


def try_again(session: Session, actor: User, letter_id: int) -> None:
    """Put a letter back in line, as if new, with all it holds; raises Denied, Missing or NotNow."""
    require(rules.may_look_after_letters(actor))
    letter = fetch(session, Letter, letter_id, lock=True)
    if not rules.may_be_tried_again(letter):
        raise NotNow(N_("This letter has left already, or is not to leave by itself."))
    letter.state, letter.attempts, letter.next_try_at = LetterState.WAITING, 0, clock.now()
    record(session, actor.id, LetterTriedAgain(letter.id))


def choose(session: Session, actor_id: int | None, user_id: int, wanted: Mapping[Topic, Delivery]) -> None:
    """From now on letters of these topics come to the person so; raises Denied for what always comes.

    What waits to leave but is wanted on this site only does not leave any more.
    """
    require(all(rules.may_be_changed(topic) for topic in wanted))
    fetch(session, User, user_id, lock=True)  # of two who choose at once, one waits
    before = queries.deliveries(session, user_id)
    changed = {topic: delivery for topic, delivery in wanted.items() if before[topic] is not delivery}
    for topic, delivery in changed.items():
        session.merge(Preference(user_id=user_id, topic=topic, delivery=delivery))
        if delivery is Delivery.ON_SITE:
            waiting = Letter.template.in_(rules.kinds_of(topic)) & Letter.state.in_(rules.UNSENT)
            kept = update(Letter).where(Letter.user_id == user_id, waiting)
            session.execute(kept.values(state=LetterState.KEPT, digest_id=None))
    if changed:
        chosen = {topic.value: delivery.value for topic, delivery in changed.items()}
        record(session, actor_id, NoticesChosen(user_id, chosen))


def open_notice(session: Session, user_id: int, letter_id: int) -> Letter:
    """The notice, read from now on; raises Missing for what is not in this person's inbox."""
    letter = fetch(session, Letter, letter_id, lock=True)
    if letter.user_id != user_id or letter.template not in rules.inbox_kinds():
        raise Missing(N_("What you are looking for is not here"))
    letter.read_at = letter.read_at or clock.now()
    return letter


def mark_read(session: Session, user_id: int) -> None:
    """Everything in the person's inbox has been read."""
    ids = queries.unread_of(user_id).with_only_columns(Letter.id)
    session.execute(update(Letter).where(Letter.id.in_(ids)).values(read_at=clock.now()))


def forget_person(session: Session, user_id: int) -> None:
    """Whatever they were told, also what has not left yet, and how they wanted it."""
    session.execute(delete(Letter).where(Letter.user_id == user_id))
    session.execute(delete(Preference).where(Preference.user_id == user_id))


def forget_old(session: Session, kept: timedelta) -> None:
    """Take away letters written longer ago, but none that still waits to leave."""
    over = (LetterState.SENT, LetterState.DEAD, LetterState.KEPT)
    old = delete(Letter).where(Letter.created_at < clock.now() - kept, Letter.state.in_(over))
    session.execute(old)


def _held(session: Session, letter_id: int) -> Letter | None:
    """The letter as it is now, held until commit."""
    return session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
