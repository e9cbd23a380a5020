import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from tests.factories import world
from tests.factories.world import Banner

from guapeng.kernel.divisions import queries
from guapeng.kernel.divisions.models import Division, Level, Succession
from guapeng.plain.codes import NotDigits

TODAY, CHANGE, PAST = dt.date(2026, 3, 2), dt.date(2025, 1, 1), dt.date(2024, 1, 1)


def heir(old: Division, name: str) -> Division:
    """End ``old`` on the day of the change and let a new row succeed it."""
    Division.objects.filter(pk=old.pk).update(valid=DateRange(old.valid.lower, CHANGE))
    new = Division.objects.create(
        scheme=old.scheme, code=old.code, level=old.level, name=name, parent=old.parent,
        valid=DateRange(CHANGE, None),
    )  # fmt: skip
    new.lineage = [*old.lineage[:-1], new.pk]
    new.save()
    Succession.objects.create(predecessor=old, successor=new, on=CHANGE)
    return new


def test_children_are_those_directly_below(banner: Banner) -> None:
    assert list(queries.children(banner.county, on=TODAY)) == [banner.township]


def test_children_of_a_renamed_division_are_found_on_both_sides_of_the_change(
    banner: Banner,
) -> None:
    new = heir(banner.township, "丙苏木")
    Division.objects.filter(pk=banner.village.pk).update(parent=new)

    assert list(queries.children(banner.township, on=PAST)) == [banner.village]
    assert list(queries.children(new, on=TODAY)) == [banner.village]


def test_subtree_holds_the_division_and_all_below_it(banner: Banner) -> None:
    world.division("邻苏木", "150999201000", Level.TOWNSHIP, banner.county)

    assert list(queries.subtree(banner.township, on=TODAY)) == [
        banner.township, banner.village, banner.grid,
    ]  # fmt: skip


def test_ended_division_is_in_the_tree_of_its_days_only(banner: Banner) -> None:
    new = heir(banner.grid, "新一网格")

    assert banner.grid in queries.at(PAST)
    assert banner.grid not in queries.at(TODAY)
    assert list(queries.subtree(banner.village, on=TODAY)) == [banner.village, new]


def test_code_is_found_in_every_scheme_or_one(banner: Banner) -> None:
    other = Division.objects.create(
        scheme="other", code=banner.county.code, level=3, name="同码", valid=world.LONG_AGO
    )

    assert set(queries.by_code("150999", on=TODAY)) == {banner.county, other}
    assert queries.by_code("150999", on=TODAY, scheme="other").get() == other


def test_code_that_cannot_be_one_is_refused(db: None) -> None:
    with pytest.raises(NotDigits):
        queries.by_code("15O999", on=TODAY)


def test_successors_lead_to_the_row_of_the_day(banner: Banner) -> None:
    new = heir(banner.grid, "新一网格")

    assert queries.successors(banner.grid, on=TODAY) == [new]
    assert queries.successors(banner.grid, on=PAST) == [banner.grid]
    assert queries.successors(new, on=TODAY) == [new]


def test_successors_of_a_split_are_all_parts(banner: Banner) -> None:
    first = heir(banner.grid, "新一网格")
    second = world.division("新二网格", banner.village.code + "002", Level.GRID, banner.village)
    Succession.objects.create(predecessor=banner.grid, successor=second, on=CHANGE)

    assert queries.successors(banner.grid, on=TODAY) == [first, second]


def test_ended_division_without_an_heir_has_no_successors(banner: Banner) -> None:
    Division.objects.filter(pk=banner.grid.pk).update(valid=DateRange(PAST, CHANGE))

    assert queries.successors(banner.grid, on=TODAY) == []


@pytest.mark.parametrize("text", ["乙嘎", "嘎查", " 乙 查 ", "150999200201"])
def test_search_finds_by_part_of_the_name_or_beginning_of_the_code(
    banner: Banner, text: str
) -> None:
    found = queries.search(text, on=TODAY).filter(level=Level.VILLAGE)

    assert list(found) == [banner.village]


def test_search_stays_within_a_division(banner: Banner) -> None:
    town = world.division("邻镇", "150999100000", Level.TOWNSHIP, banner.county)
    elsewhere = world.division("乙嘎查", "150999100201", Level.VILLAGE, town)

    assert list(queries.search("乙", on=TODAY, within=town)) == [elsewhere]


def test_search_for_nothing_finds_nothing(banner: Banner) -> None:
    assert list(queries.search("  ", on=TODAY)) == []
