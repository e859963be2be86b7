"""A count for people: what was funded and why, what was not, and other rules side by side."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from govapp.budgeting import wording
from govapp.budgeting.cli.tables import cut, table, visible
from govapp.counting.ballots import BallotKind
from govapp.counting.measures import Measures
from govapp.counting.outcome import Outcome, Why
from govapp.counting.pabulib import POINTED, PbFile
from govapp.counting.rule import Method, Rule, Utility

NAME_COLUMNS = 40


def money(satang: int) -> str:
    """1/100 units as 1,500 or 1,500.50."""
    whole, cents = divmod(satang, 100)
    return f"{whole:,}.{cents:02}" if cents else f"{whole:,}"


def title(rule: Rule) -> str:
    """A rule in a few words, short enough to head a column."""
    words: list[str] = [rule.method.value]
    if rule.method is Method.EQUAL_SHARES:
        words += [rule.utility.value, *([] if rule.completion == "none" else [rule.completion.value])]
    elif rule.method is not Method.PHRAGMEN and rule.utility is not Utility.COST:
        words += ["by cost"]
    if rule.method is Method.GREEDY_THRESHOLD:
        share = rule.threshold_basis_points
        words.append(f"{decimal(Fraction(share, 100))}%" if share else f"{rule.threshold:,}")
    return " ".join([*words, *(["comparison"] if rule.comparison else [])])


def report(file: PbFile, rule: Rule, outcome: Outcome, measures: Measures) -> list[str]:
    """The whole document for one rule."""
    election = file.election
    unit = file.meta.get("currency", "")
    heading = visible(file.meta.get("description") or file.name)
    lines = [
        heading,
        f"{election.ballots.voters:,} voters, {len(election.projects):,} projects, "
        f"budget {money(election.budget)} {unit}".rstrip(),
        f"Rule: {title(rule)}, level projects by {rule.ties}",
        "",
        f"Funded: {len(outcome.funded):,} of {len(election.projects):,} projects, "
        f"{money(outcome.spent)} spent, {money(outcome.left)} left",
        *_projects(file, outcome),
        "",
        *_summary(measures),
    ]
    return lines + _ties(file, outcome)


def _projects(file: PbFile, outcome: Outcome) -> list[str]:
    names = {project.id: _called(project.id, project.name) for project in file.election.projects}
    has_points = file.election.kind in (*POINTED, BallotKind.ORDINAL)
    losers = sorted(
        (why.points, -why.cost, project) for project, why in outcome.projects.items() if not why.funded
    )
    order = [*outcome.funded, *(project for *_, project in reversed(losers))]
    short = {project: cut(name, NAME_COLUMNS) for project, name in names.items()}
    rows = [_row(outcome.projects[project], short[project], has_points, short) for project in order]
    return table(("", "Project", "Cost", "Points" if has_points else "Votes", "Why"), rows, right=(0, 2, 3))


def _called(project_id: str, name: str) -> str:
    return f"{project_id} {name}".rstrip()


def _row(why: Why, name: str, has_points: bool, short: Mapping[str, str]) -> tuple[str, ...]:
    place = f"{why.order:,}" if why.order else "-"
    sentences = [wording.sentence(why, short, money), wording.needed(why)]
    reason = " ".join(msgid % params for msgid, params in filter(None, sentences))
    return place, name, money(why.cost), f"{why.points if has_points else why.votes:,}", reason


def _summary(measures: Measures) -> list[str]:
    everyone = measures.everyone
    return [
        f"Voters with at least one of their projects funded: {everyone.reached:,} "
        f"({percent(everyone.reached, everyone.voters)}); with none: {measures.with_nothing:,}",
        f"Funded projects that a voter chose, on average: {decimal(measures.average)}",
    ]


def _ties(file: PbFile, outcome: Outcome) -> list[str]:
    names = {project.id: project.id for project in file.election.projects}
    found = [wording.tie(tie, names) for tie in outcome.ties]
    return ["", *(msgid % params for msgid, params in found)] if found else []


def side_by_side(file: PbFile, counted: Sequence[tuple[Rule, Outcome, Measures]]) -> list[str]:
    """Several rules: first what they achieve, then which project each would fund (its place, or -)."""
    heads = [title(rule) for rule, _, _ in counted]
    figures = {
        "Projects funded": [f"{m.funded:,}" for _, _, m in counted],
        "Money spent": [money(o.spent) for _, o, _ in counted],
        "Money left": [money(o.left) for _, o, _ in counted],
        "Voters with a project": [f"{m.everyone.reached:,}" for _, _, m in counted],
        "… of all voters": [percent(m.everyone.reached, m.everyone.voters) for _, _, m in counted],
        "Projects per voter": [decimal(m.average) for _, _, m in counted],
    }
    numbers = range(1, len(counted) + 1)
    legend = [f"{number}  {head}" for number, head in zip(numbers, heads, strict=True)]
    columns = [str(number) for number in numbers]
    measures = table(("", *columns), [(name, *row) for name, row in figures.items()], right=numbers)
    return ["Rules", *legend, "", *measures, "", *_places(file, counted, columns)]


def _places(
    file: PbFile, counted: Sequence[tuple[Rule, Outcome, Measures]], columns: Sequence[str]
) -> list[str]:
    first = counted[0][1].projects
    projects = sorted(
        (project for project in file.election.projects if any(project.id in o.funded for _, o, _ in counted)),
        key=lambda p: (first[p.id].order or len(first) + 1, -first[p.id].points, p.id),
    )
    rows = [
        (
            cut(_called(project.id, project.name), NAME_COLUMNS),
            money(project.cost),
            f"{first[project.id].votes:,}",
            *(f"{o.projects[project.id].order or '-'}" for _, o, _ in counted),
            "" if all(project.id in o.funded for _, o, _ in counted) else "differs",
        )
        for project in projects
    ]
    header = ("Project", "Cost", "Votes", *columns, "")
    return table(header, rows, right=range(1, 3 + len(columns)))


def percent(part: int, whole: int) -> str:
    """With one decimal, rounded half up."""
    return f"{decimal(Fraction(100 * part, whole or 1), 1)}%"


def decimal(number: Fraction, places: int = 2) -> str:
    """A share as a decimal, rounded half up."""
    scaled = int(number * 10**places + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**places)
    return f"{whole:,}.{rest:0{places}}"
