"""What the claims on one topic say together: the sentences that stand below the chart, for cards and dossiers. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from explorer.answers.charts import agreement
from explorer.answers.charts.figures import DENIES, DENIES_ALL, SAYS, ChartFigure
from explorer.answers.charts.points import ChartPoint, parse_first_day
from graph import dates
from graph.model import Claim
from graph.ontology import Ontology


def describe_claims(
    ontology: Ontology, figures: Sequence[Claim], others: Iterable[Claim], names: Mapping[str, str]
) -> list[str]:
    """Which figures on a topic disagree, which may have grown, which count something else, and who denies all of it.

    `figures` are the claims on the topic, `others` claims among which denials of the same lines are looked for.
    """
    lines = {(c.subject, c.predicate, c.object) for c in figures if c.object}
    denials = [
        c
        for c in others
        if c.stance == "denied" and not c.topic and not c.withdrawn_on and (c.subject, c.predicate, c.object) in lines
    ]
    several = len({c.subject for c in figures}) > 1
    return agreement.describe([_build_figure(ontology, c, names, about=several) for c in (*figures, *denials)])


def _build_figure(ontology: Ontology, claim: Claim, names: Mapping[str, str], *, about: bool) -> ChartFigure:
    stated_date = claim.valid_to or claim.reported_on
    first = parse_first_day(stated_date)
    who = names.get(claim.asserted_by, claim.asserted_by) or "not said"
    value = claim.value if isinstance(claim.value, (int, float)) else None
    denied = DENIES if claim.topic else DENIES_ALL
    says = "withdrawn" if claim.withdrawn_on else denied if claim.stance == "denied" else SAYS
    return ChartFigure(
        by=who,
        first=first,
        last=dates.to_latest_day(stated_date) if first else "",
        stance="inferred" if claim.is_inferred and says == SAYS else says,
        about=names.get(claim.subject, claim.subject) if about else "",
        unit=claim.unit or "",
        kind=ontology.find_figure_kind(claim.detail or ""),
        point=ChartPoint(stated_date, who, value, claim.low, claim.high) if claim.topic else None,
        given=stated_date,
    )
