"""A project of the ballot, and a file with many of them."""

from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from govapp.core.files.kinds import PICTURES
from govapp.core.forms import FileField, FileRequired, Form, MoneyField, UploadField
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.core.translations import translation
from govapp.editions.actions.projects import Picture
from govapp.editions.forms.plan import ENGLISH, LONG
from govapp.editions.forms.side_by_side import SharedForm
from govapp.editions.models import EditionProject
from govapp.editions.rules.drafts import CODE_LETTERS, ProjectDraft, categories_of, is_code, is_parallel
from govapp.editions.rules.tables import TITLE_LETTERS

SHORT = Length(max=TITLE_LETTERS, message=_("Write at most 500 letters"))


class ProjectForm(SharedForm):
    """One project. English is asked for where the ballot speaks it."""

    code = StringField(
        _("Number on the ballot"),
        [InputRequired(_("Give the project a number")), Length(max=CODE_LETTERS)],
        description=_("Letters, digits, - . and _ only; it stands in the address of the project."),
    )
    title = StringField(_("Title"), [InputRequired(_("Write the title of the project")), SHORT])
    description = TextAreaField(
        _("What is to be done, for whom, and where"),
        [Optional(), LONG],
        description=_("Plain words that anybody can read in half a minute."),
        render_kw={"rows": 5},
    )
    cost = MoneyField(
        _("Cost"),
        [InputRequired(_("Enter the cost in baht"))],
        description=_("All that it costs this authority, running costs of the first year too."),
    )
    district = SelectField(_("District whose budget pays for it"))
    categories = StringField(
        _("Kinds"), [Optional(), SHORT], description=_("Several are parted by commas, such as: roads, safety")
    )
    place = StringField(_("Place"), [Optional(), SHORT])
    proposer = StringField(
        _("Proposed by"),
        [Optional(), SHORT],
        description=_("Shown to everybody: name a person only with their consent."),
    )
    source = StringField(
        _("Where it comes from"), [Optional(), SHORT], description=_("An address or a number of a document.")
    )
    exclusive_group = StringField(
        _("Group of which only one is funded"),
        [Optional(), SHORT],
        description=_("Give the same name to two versions of one project."),
    )
    picture = UploadField(_("Picture"), [Optional()], accept=PICTURES)
    picture_words = StringField(
        _("What the picture shows"),
        [SHORT],
        description=_("For those who cannot see it."),
    )
    no_picture = BooleanField(_("Take the picture away"))
    title_en = StringField(_("Title in English"), [Optional(), SHORT], render_kw=ENGLISH)
    description_en = TextAreaField(
        _("Description in English"), [Optional(), LONG], render_kw={"rows": 4} | ENGLISH
    )
    categories_en = StringField(
        _("Kinds in English"),
        [Optional(), SHORT],
        description=_("In the order of the Thai ones, parted by commas."),
        render_kw=ENGLISH,
    )
    place_en = StringField(_("Place in English"), [Optional(), SHORT], render_kw=ENGLISH)
    has_picture = False

    def show(self, project: EditionProject) -> None:
        """Begin with what is written down."""
        for name in "code title description district place proposer source exclusive_group".split():
            self[name].data = getattr(project, name)
        self.picture_words.data = project.picture_words
        self.cost.data, self.categories.data = project.cost_satang, ", ".join(project.categories)
        english = project.translations.get("en", {})
        for name in ("title", "description", "place"):
            self[f"{name}_en"].data = english.get(name)
        self.categories_en.data = ", ".join(english.get("categories", ()))

    def validate_code(self, field: Any) -> None:
        if field.data and not is_code(field.data):
            raise ValidationError(
                gettext("Use only letters, digits, - . and _, and begin with a letter or digit.")
            )

    def validate_cost(self, field: Any) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(gettext("A project must cost more than 0 baht."))

    def validate_categories_en(self, field: Any) -> None:
        if not is_parallel(self.categories.data or "", field.data or ""):
            raise ValidationError(gettext("Write as many kinds in English as in Thai, in the same order."))

    def validate_picture_words(self, field: Any) -> None:
        has_one = self.picture.brought or (self.has_picture and not self.no_picture.data)
        if has_one and not field.data:
            raise ValidationError(gettext("Say what the picture shows"))

    @property
    def draft(self) -> ProjectDraft:
        english = {
            "title": self.title_en.data,
            "description": self.description_en.data,
            "place": self.place_en.data,
            "categories": list(categories_of(self.categories_en.data or "")),
        }
        return ProjectDraft(
            code=self.code.data,
            title=self.title.data,
            description=self.description.data or "",
            cost_satang=self.cost.data,
            categories=categories_of(self.categories.data or ""),
            place=self.place.data or "",
            district=self.district.data or "",
            exclusive_group=self.exclusive_group.data or "",
            translations=translation("en", english),
            proposer=self.proposer.data or "",
            source=self.source.data or "",
        )

    @property
    def shown(self) -> Picture:
        words = self.picture_words.data or ""
        return Picture(words, self.picture.data, is_removed=bool(self.no_picture.data))


class TableForm(Form):
    file = FileField(
        _("File with projects"),
        [FileRequired(_("Choose a file"))],
        description=_("CSV, Excel (.xlsx) or .pb."),
        render_kw={"accept": ".csv,.xlsx,.pb,text/csv,text/plain"},
    )
