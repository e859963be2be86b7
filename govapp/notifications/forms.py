from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from govapp.core import language
from govapp.core.forms import Form
from govapp.core.language import lazy_gettext as _
from govapp.notifications.models import Delivery, Topic
from govapp.notifications.rules import USUAL
from govapp.notifications.wording import DELIVERIES, TOPICS

CHOICES = [SelectChoice(delivery.value, _(words)) for delivery, words in DELIVERIES.items()]


def _choice(topic: Topic) -> Any:
    name, what = TOPICS[topic]
    return RadioField(_(name), choices=CHOICES, description=_(what))


class PreferencesForm(Form):
    """How letters come: a field for each topic that can be changed, named as the topic."""

    powers = _choice(Topic.POWERS)
    tasks = _choice(Topic.TASKS)
    news = _choice(Topic.NEWS)
    language = RadioField(_("Language of letters"))

    def __init__(self, chosen: dict[Topic, Delivery], spoken: str) -> None:
        now = {topic.value: delivery.value for topic, delivery in chosen.items()}
        super().__init__(data=now | {"language": spoken})
        self.language.choices = [SelectChoice(code, language.own_name(code)) for code in language.available()]

    def topics(self) -> list[Any]:
        return [self[topic.value] for topic in USUAL]

    def wanted(self) -> dict[Topic, Delivery]:
        return {topic: Delivery(self[topic.value].data) for topic in USUAL}
