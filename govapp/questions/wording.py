"""How answers are named, and what the log tells of questions."""

from collections.abc import Mapping

from govapp.core.language import N_
from govapp.questions import events
from govapp.questions.rules import ABSTAIN, NO, YES

ANSWERS: Mapping[str, str] = {YES: N_("I agree"), NO: N_("I do not agree"), ABSTAIN: N_("I abstain")}
DEEDS: Mapping[type, str] = {
    events.QuestionAsked: N_("Put question %(question_id)s, to be answered in ballot box %(box_id)s"),
    events.QuestionChanged: N_("Changed the list of question %(question_id)s: %(voters)s people"),
}
THINGS: Mapping[str, str] = {"question": N_("question")}
