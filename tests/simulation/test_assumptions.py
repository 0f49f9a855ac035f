"""Every number has a source, and chance is drawn by what it is about."""

from dataclasses import fields
from datetime import date

from groupmatch.simulation.assumptions import Assumptions, assumed, assumptions
from groupmatch.simulation.chance import Chance


def test_every_assumption_says_what_it_means_and_where_it_comes_from() -> None:
    lines = assumed()
    assert [each.name for each in lines] == [field.name for field in fields(Assumptions)]
    assert all(each.means.strip() and each.source.strip() for each in lines)


def test_the_usual_hours_can_be_read() -> None:
    hours = assumptions().usual_spans()
    assert len(hours) == len(assumptions().usual_hours)
    assert all(hours)


def test_more_refusals_are_more_of_both_kinds() -> None:
    usual, more = assumptions(), assumptions().with_refusals(1.5)
    assert more.declined_share == 1.5 * usual.declined_share
    assert more.lapsed_share == 1.5 * usual.lapsed_share


def test_the_same_question_has_the_same_answer_whatever_was_asked_before() -> None:
    first, second = Chance(7), Chance(7)
    second.draw("something else")
    assert first.draw("arrival-1", "answers", 0) == second.draw("arrival-1", "answers", 0)
    assert first.draw("arrival-1", "answers", 0) != first.draw("arrival-1", "answers", 1)
    assert first.draw("holiday", date(2027, 1, 4)) != Chance(8).draw("holiday", date(2027, 1, 4))


def test_a_larger_share_adds_people_and_loses_none() -> None:
    chance = Chance(1)
    few = {n for n in range(500) if chance.happens(0.1, n)}
    many = {n for n in range(500) if chance.happens(0.2, n)}
    assert few < many
    assert 20 < len(few) < 80
