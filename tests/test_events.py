from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from resolve_samples import Draft

from arabnews.document import Event
from arabnews.model.scores import Link
from arabnews.resolve.build import build_document

RAID = (
    "الجيش السوري يقصف حلب\n"
    "قصف الجيش السوري مواقع في حلب أمس، وأعلنت موسكو اليوم دعمه. وقال مصدر إن الوزير أكد أن "
    "الجيش السوري قصف حلب."
)


def raid() -> Draft:
    draft = Draft(RAID).entity("ORG", "الجيش السوري", "a").entity("ORG", ("الجيش السوري", 1), "a")
    draft.entity("ORG", ("الجيش السوري", 2), "a").entity("LOC", "موسكو", "m")
    for nth in range(3):
        draft.entity("LOC", ("حلب", nth), "h")
    return draft.entity("DATE", "أمس").entity("DATE", "اليوم")


def test_arguments_are_kept_from_one_half_on() -> None:
    draft = raid().event("ASSAULT", "قصف", [
        ("actor", ("الجيش السوري", 1), 0.9), ("recipient", "مواقع", 0.5), ("loc", ("حلب", 1), 0.49),
    ])  # fmt: skip
    (event,) = draft.document().events
    assert [(a.role, a.text) for a in event.args] == [
        ("actor", "الجيش السوري"), ("recipient", "مواقع"),
    ]  # fmt: skip
    assert event.args[0].score == pytest.approx(0.9)


def test_arguments_know_their_cluster_and_country() -> None:
    draft = raid().event("ASSAULT", "قصف", [
        ("actor", ("الجيش السوري", 1)), ("recipient", "مواقع"), ("loc", ("حلب", 1)),
    ])  # fmt: skip
    doc = draft.document()
    (event,) = doc.events
    actor, recipient, place = event.args
    assert doc.cluster(actor.cluster).name == "الجيش السوري" and actor.country == "SY"
    assert recipient.cluster is None and recipient.country is None
    assert doc.cluster(place.cluster).name == "حلب"


def test_a_capital_acts_for_its_country() -> None:
    draft = raid().event("SUPPORT", "دعمه", [("actor", "موسكو")])
    assert draft.document().events[0].args[0].country == "RU"


def test_a_date_is_an_argument_only_as_a_date() -> None:
    draft = raid().event("ASSAULT", "قصف", [("date", ("حلب", 1)), ("loc", "أمس")])
    assert draft.document().events[0].args == ()


def test_the_date_is_that_of_the_argument() -> None:
    draft = raid().event("SUPPORT", "دعمه", [("date", "أمس")])
    (event,) = draft.document("2018-02-13").events
    assert event.date and event.date.value == "2018-02-12"


@pytest.mark.parametrize(
    ("modality", "day"), [("planned", "2018-02-18"), ("asserted", "2018-02-11")]
)
def test_a_weekday_of_what_is_planned_is_to_come(modality: str, day: str) -> None:
    draft = Draft("تعقد القمة الأحد.").entity("DATE", "الأحد")
    draft.event("CONSULT", "القمة", [("date", "الأحد")], modality)
    (event,) = draft.document("2018-02-13").events
    assert event.date is not None and event.date.begin == day


def test_a_model_without_roles_finds_events_all_the_same() -> None:
    scores = raid().event("ASSAULT", "قصف", [("actor", "موسكو")]).scores()
    bare = [Link(x.candidates, x.scores[:, :0]) for x in scores.arguments]
    doc = build_document(RAID, replace(scores, arguments=bare, roles=()))
    assert [e.args for e in doc.events] == [()]


def test_else_it_is_the_nearest_of_the_sentence() -> None:
    draft = raid().event("ASSAULT", ("قصف", 1)).event("SUPPORT", "دعمه")
    draft.event("ASSAULT", ("قصف", 2))
    first, second, third = draft.document("2018-02-13").events
    assert second.date and second.date.value == "2018-02-13"
    assert first.date and first.date.value == "2018-02-12"
    assert third.date is None  # a sentence without a date


def test_without_a_day_of_publication_no_date_is_made_up() -> None:
    draft = raid().event("ASSAULT", ("قصف", 1), [("date", "أمس")])
    date = draft.document().events[0].date
    assert date is None or (date.status, date.value) == ("unresolved", None)


def test_an_event_is_in_the_innermost_quote_and_has_its_source() -> None:
    draft = raid().entity("source", "مصدر").entity("ROLE", "الوزير")
    draft.quote("وقال", RAID[RAID.index("إن الوزير") : -1], "مصدر")
    draft.quote("أكد", "أن الجيش السوري قصف حلب", "الوزير")
    draft.event("ASSAULT", ("قصف", 1)).event("ASSAULT", ("قصف", 2)).event("CONSULT", ("أكد", 0))
    doc = draft.document()
    told, said, inside = doc.events
    assert told.quote is None and told.source is None
    assert doc.quotes[said.quote].speaker.text == "مصدر"
    assert doc.quotes[inside.quote].speaker.text == "الوزير"
    assert doc.cluster(inside.source).name == "الوزير"
    assert doc.quotes[inside.quote].parent == said.quote


def same(*told: tuple[str, list[tuple[Any, ...]], str], types: tuple[str, str]) -> int | None:
    """Return ``same_as`` of the second telling: (trigger, arguments, modality) of each."""
    draft = Draft("الجيش يقصف حلب\nقصف الجيش حلب وقصف الثوار حمص في يوم 3 مارس 2018 ثم 5 مارس 2018")
    for nth in (0, 1):
        draft.entity("ORG", ("الجيش", nth), "a").entity("LOC", ("حلب", nth), "h")
    draft.entity("ORG", "الثوار", "t").entity("LOC", "حمص", "s")
    draft.entity("DATE", "3 مارس 2018").entity("DATE", "5 مارس 2018")
    for (trigger, args, modality), type in zip(told, types, strict=True):
        draft.event(type, trigger, args, modality)
    events: tuple[Event, ...] = draft.document().events
    assert events[0].same_as is None
    return events[1].same_as


ARMY = [("actor", "الجيش"), ("recipient", "حلب")]
AGAIN = [("actor", ("الجيش", 1)), ("recipient", ("حلب", 1))]


@pytest.mark.parametrize(
    ("args", "head", "modality", "type", "found"),
    [
        (AGAIN, ARMY, "asserted", "ASSAULT", 0),
        (AGAIN, ARMY, "planned", "ASSAULT", 0),
        (AGAIN, ARMY, "negated", "ASSAULT", None),
        (AGAIN, ARMY, "asserted", "COERCE", None),
        (AGAIN[:1], ARMY, "asserted", "ASSAULT", 0),
        ([*AGAIN[:1], ("recipient", "حمص")], ARMY, "asserted", "ASSAULT", None),
        ([("actor", "الثوار")], ARMY, "asserted", "ASSAULT", None),
        ([*AGAIN[:1], ("loc", "حمص")], [ARMY[0], ("loc", "حلب")], "asserted", "ASSAULT", None),
        ([("loc", ("حلب", 1))], [("loc", "حلب")], "asserted", "ASSAULT", 0),
        ([("loc", "حمص")], [("loc", "حلب")], "asserted", "ASSAULT", None),
        ([], [], "asserted", "ASSAULT", None),
    ],
)
def test_a_telling_of_the_body_is_tied_to_the_headline(
    args: list[Any], head: list[Any], modality: str, type: str, found: int | None
) -> None:
    told = (("يقصف", head, "asserted"), (("قصف", 1), args, modality))
    assert same(*told, types=("ASSAULT", type)) == found


def test_tellings_of_two_days_are_two_events() -> None:
    head = ("يقصف", [*ARMY, ("date", "5 مارس 2018")], "asserted")
    for day, found in (("3 مارس 2018", None), ("5 مارس 2018", 0)):
        body = (("قصف", 1), [*AGAIN, ("date", day)], "asserted")
        assert same(head, body, types=("ASSAULT", "ASSAULT")) == found


def test_events_of_the_body_alone_are_never_tied() -> None:
    draft = Draft("خبر\nقصف الجيش حلب. وقصف الجيش حلب").entity("ORG", "الجيش", "a")
    draft.entity("ORG", ("الجيش", 1), "a")
    draft.event("ASSAULT", "قصف", [("actor", "الجيش")])
    draft.event("ASSAULT", "وقصف", [("actor", ("الجيش", 1))])
    assert [v.same_as for v in draft.document().events] == [None, None]
