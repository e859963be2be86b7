"""What the roof is made of: the pages, commands, reactions and tasks of every slice, named once."""

from collections.abc import Mapping
from typing import Any

from govapp.accounts import cli as accounts_cli
from govapp.accounts import tasks as accounts_tasks
from govapp.accounts.events import people as accounts_events
from govapp.accounts.events import posts as post_events
from govapp.accounts.queries import personal_data as accounts_data
from govapp.accounts.views import (
    access,
    account,
    evidence,
    own_data,
    people,
    person,
    posts,
    privacy,
    reset,
    second_factor,
    sign_up,
    thaid,
)
from govapp.accounts.views import (
    sign_in as accounts,
)
from govapp.areas import cli as areas_cli
from govapp.areas import views as areas
from govapp.ballotbox import reactions as boxes_react
from govapp.ballotbox import views as boxes
from govapp.ballotbox.cli import boxes as boxes_cli
from govapp.ballotbox.cli import verify as verify_cli
from govapp.ballotbox.events import BoxCounted, CheckpointSigned
from govapp.ballotbox.queries import personal_data as box_data
from govapp.budgeting import tasks as budgeting_tasks
from govapp.budgeting.cli import count as count_cli
from govapp.budgeting.cli import rounds as rounds_cli
from govapp.budgeting.views import compare, downloads, rounds, staff
from govapp.core import audit
from govapp.core import cli as core_cli
from govapp.core.files import keeping
from govapp.core.jobs import Task
from govapp.demo import cli as demo_cli
from govapp.editions import reactions as editions_react
from govapp.editions import views as editions
from govapp.editions.events import ResultPublished
from govapp.editions.tasks import forgetting
from govapp.editions.tasks import publishing as publishing_tasks
from govapp.editions.tasks import rehearsal as rehearsal_tasks
from govapp.notifications import queries as letter_data
from govapp.notifications import reactions as notify
from govapp.notifications import tasks as notifications_tasks
from govapp.notifications.views import inbox, preferences
from govapp.notifications.views import staff as letters
from govapp.portal.views import audit as log
from govapp.portal.views import desk, handover
from govapp.portal.views import home as portal
from govapp.questions.views import asking
from govapp.questions.views import ballot as questions
from govapp.rolls import cli as rolls_cli
from govapp.rolls import reactions as rolls_react
from govapp.rolls import views as rolls
from govapp.rolls.events import RollClaimDecided
from govapp.rolls.queries import personal_data as roll_data

BLUEPRINTS = [
    portal.bp,
    desk.bp,
    handover.bp,
    log.bp,
    accounts.bp,
    second_factor.bp,
    account.bp,
    thaid.bp,
    sign_up.bp,
    reset.bp,
    posts.bp,
    access.bp,
    own_data.bp,
    person.bp,
    people.bp,
    evidence.bp,
    privacy.bp,
    inbox.bp,
    preferences.bp,
    letters.bp,
    areas.bp,
    *boxes.BLUEPRINTS,
    rounds.bp,
    compare.bp,
    downloads.bp,
    staff.bp,
    questions.bp,
    asking.bp,
    *editions.BLUEPRINTS,
    *rolls.BLUEPRINTS,
]
COMMANDS = [
    *core_cli.commands,
    accounts_cli.group,
    areas_cli.group,
    boxes_cli.group,
    verify_cli.verify_command,
    count_cli.count_command,
    rounds_cli.group,
    rolls_cli.group,
    demo_cli.group,
]
REACTIONS: Mapping[type, Any] = {
    accounts_events.LinkOpened: [notify.send_link],
    accounts_events.SignedUpAgain: [notify.tell_account_exists],
    accounts_events.AddressVerified: [notify.welcome],
    post_events.GrantProposed: [notify.ask_to_confirm],
    post_events.GrantConfirmed: [notify.tell_given],
    post_events.GrantRefused: [notify.tell_refused],
    post_events.GrantEnded: [notify.tell_ended],
    post_events.PostHandedOver: [notify.tell_successor],
    **{event: [notify.tell_of_safety] for event in notify.SECURITY},
    accounts_events.AccountClosed: [
        boxes_react.forget_person,
        rolls_react.forget_person,
        notify.forget_person,
    ],
    CheckpointSigned: [notify.tell_observers],
    BoxCounted: [editions_react.publish],
    ResultPublished: [notify.tell_proposers],
    RollClaimDecided: [notify.tell_claimant],
}
PERSONAL_DATA = [
    accounts_data.personal_data,
    box_data.personal_data,
    roll_data.personal_data,
    letter_data.personal_data,
]  # what a person can take away
TASKS = {
    "import_round": Task(budgeting_tasks.import_round, is_long=True),
    "count_round": Task(budgeting_tasks.count_round, is_long=True),
    "explain_count": Task(budgeting_tasks.explain_count, is_long=True),
    "rehearse_edition": Task(rehearsal_tasks.rehearse, is_long=True),
    "publish_edition": Task(publishing_tasks.publish_edition, is_long=True),
    "forget_rolls": Task(forgetting.forget_rolls, again_after=forgetting.FORGET_EVERY),
    "answer_reset": Task(accounts_tasks.answer_reset, is_private=True),
    "answer_sign_up": Task(accounts_tasks.answer_sign_up, is_private=True),
    "tidy_accounts": Task(accounts_tasks.tidy, again_after=accounts_tasks.TIDY_EVERY),
    "gather_digests": Task(notifications_tasks.gather_digests, again_after=notifications_tasks.GATHER_EVERY),
    "forget_files": Task(keeping.forget_task, again_after=keeping.FORGET_EVERY),
    "seal_audit": Task(audit.seal_task, again_after=audit.SEAL_EVERY),
    "verify_audit": Task(audit.verify_task, is_long=True),
    "verify_audit_daily": Task(audit.verify_task, again_after=audit.VERIFY_EVERY, is_long=True),
}
