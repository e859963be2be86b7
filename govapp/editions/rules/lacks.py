"""What a project on the ballot still lacks: some of it is needed, most of it only wished for."""

from enum import StrEnum

from govapp.editions.models import Edition, EditionProject
from govapp.editions.rules.words import OF_PROJECT, lacking


class Lack(StrEnum):
    BUDGET = "budget"  # no envelope pays for it, or only one that is smaller than its cost
    DESCRIPTION = "description"
    CATEGORY = "category"
    PICTURE = "picture"
    TRANSLATION = "translation"  # into a language of the ballot


def lacks_of(project: EditionProject, edition: Edition) -> list[Lack]:
    budgets = edition.budgets
    found = {
        Lack.BUDGET: bool(budgets) and budgets.get(project.district, 0) < project.cost_satang,
        Lack.DESCRIPTION: not project.description,
        Lack.CATEGORY: not project.categories,
        Lack.PICTURE: project.picture_id is None,
        Lack.TRANSLATION: bool(lacking(project, OF_PROJECT, edition.languages)),
    }
    return [lack for lack, is_so in found.items() if is_so]
