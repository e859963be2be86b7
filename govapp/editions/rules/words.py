"""What of an edition is translated, what its translation lacks, and what it hands down."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from govapp.core.translations import translation

OTHERS = ("en",)  # languages that a ballot can speak besides Thai
OF_EDITION = ("title", "description", "resolution", "eligibility_words")
OF_PROJECT = ("title", "description", "place", "categories")
DISTRICTS = "districts"  # of an edition, besides: Thai name -> name


def lacking(thing: Any, names: Sequence[str], languages: Collection[str]) -> list[str]:
    """The languages of the ballot into which not all that stands there in Thai is translated."""
    written = [name for name in names if getattr(thing, name)]
    given = thing.translations or {}
    return [
        language
        for language in OTHERS
        if language in languages and not all(given.get(language, {}).get(name) for name in written)
    ]


def nameless(edition: Any) -> dict[str, list[str]]:
    """Language of the ballot -> its districts that have no name in it; without languages that have all."""
    found = {}
    for language in OTHERS:
        names = edition.translations.get(language, {}).get(DISTRICTS, {})
        missing = [name for name in edition.budgets if name and name not in names]
        if language in edition.languages and missing:
            found[language] = missing
    return found


def round_name(title: str, district: str) -> str:
    """What the round of a district is called, "" where the budget is whole."""
    return f"{title} · {district}" if district else title


def of_round(edition: Any, district: str, projects: Sequence[Any]) -> dict[str, Any]:
    """The translations of a round that came out of an edition, into the languages of its ballot."""
    found: dict[str, Any] = {}
    for language in edition.languages:
        told = edition.translations.get(language, {})
        title, names = told.get("title", ""), told.get(DISTRICTS, {})
        found |= translation(
            language,
            {
                "name": title and round_name(title, names.get(district, district)),
                "description": told.get("description"),
                DISTRICTS: names,
                "categories": kinds(projects, language),
            },
        )
    return found


def of_round_project(edition: Any, project: Any) -> dict[str, Any]:
    """The translations of one of its projects."""
    found: dict[str, Any] = {}
    for language in edition.languages:
        told = project.translations.get(language, {})
        found |= translation(language, {"name": told.get("title"), "description": told.get("description")})
    return found


def kinds(projects: Sequence[Any], language: str) -> dict[str, str]:
    """The kinds of these projects in Thai -> in a language; translated at one of them is enough."""
    found: dict[str, str] = {}
    for project in projects:
        told = project.translations.get(language, {}).get("categories", ())
        found = dict(zip(project.categories, told, strict=False)) | found
    return found


def part_of(translations: Mapping[str, Mapping[str, Any]], names: Collection[str]) -> dict[str, Any]:
    """What they say under some names."""
    parts = {
        language: {name: words for name, words in given.items() if name in names}
        for language, given in translations.items()
    }
    return {language: given for language, given in parts.items() if given}


def joined(one: Mapping[str, Mapping[str, Any]], other: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Two translations of one thing, each under other names."""
    return {language: {**one.get(language, {}), **other.get(language, {})} for language in {**one, **other}}
