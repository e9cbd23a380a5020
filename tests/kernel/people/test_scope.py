"""The connection acts for one actor at a time, and is trusted no longer than it must be."""

from contextlib import nullcontext

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries
from tests.factories.world import Banner
from tests.kernel.people.conftest import Entered

from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS, Actor
from guapeng.kernel.people.models import Account


def is_trusted() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select guapeng_is_trusted()")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_trust_ends_with_its_transaction() -> None:
    with scope.trusted_transaction():
        assert is_trusted()
    assert not is_trusted()


@pytest.mark.django_db(transaction=True)
def test_trust_ends_with_a_transaction_that_fails() -> None:
    with pytest.raises(LookupError), scope.trusted_transaction():
        raise LookupError
    with transaction.atomic():
        assert not is_trusted()
        with scope.trusted():
            assert is_trusted()
        assert not is_trusted()


@pytest.mark.django_db
def test_trust_ends_before_the_transaction_around_it() -> None:
    with scope.trusted_transaction():
        with scope.trusted():
            assert is_trusted()
        assert is_trusted()
    assert not is_trusted()


@pytest.mark.django_db
def test_an_actor_who_enters_is_not_trusted() -> None:
    with scope.trusted():
        scope.enter(ANONYMOUS)
        assert not is_trusted()
        with scope.trusted():
            assert is_trusted()
        assert not is_trusted()


def person() -> str:
    """Whom the database takes the connection for; asked past what waits to be told."""
    with scope.unguarded(), connection.cursor() as cursor:
        cursor.execute("select current_setting('guapeng.person', true)")
        return str(cursor.fetchone()[0] or "")


@pytest.mark.django_db(transaction=True)
def test_scope_at_need_is_told_with_the_first_statement_that_may_want_it(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    scope.enter_at_need(Actor(person_id=17))
    assert person() == ""
    with django_assert_num_queries(2):  # it and what it waited for
        assert not is_trusted()
    assert person() == "17"
    with django_assert_num_queries(1):
        assert not is_trusted()
    scope.leave()
    assert person() == ""


@pytest.mark.django_db(transaction=True)
def test_scope_that_nobody_needed_is_not_even_left(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    scope.leave()
    with django_assert_num_queries(0):
        scope.enter_at_need(Actor(person_id=17))
        scope.leave()
    assert not is_trusted()
    assert person() == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nested", [False, True])
def test_scope_at_need_outlives_a_transaction_that_fails(*, nested: bool) -> None:
    scope.enter_at_need(Actor(person_id=17))
    with transaction.atomic() if nested else nullcontext():
        with transaction.atomic():
            assert not is_trusted()
            assert person() == "17"
            transaction.set_rollback(True)
        assert not is_trusted()
        assert person() == "17"
    scope.leave()
    assert person() == ""


@pytest.mark.django_db(transaction=True)
def test_acting_for_another_within_a_scope_at_need_gives_it_back() -> None:
    scope.enter_at_need(Actor(person_id=17))
    with transaction.atomic(), scope.acting(Actor(person_id=18)):
        assert not is_trusted()
        assert person() == "18"
    assert not is_trusted()
    assert person() == "17"
    scope.enter(Actor(person_id=19))
    assert not is_trusted()
    assert person() == "19"
    scope.leave()


def test_account_comes_with_its_person_in_one_question(
    enter: Entered, banner: Banner, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    resident = enter("bagen", home=banner.grid)
    with django_assert_num_queries(1):
        account = Account.objects.get(pk=resident.account.pk)
        assert account.person == resident
    usual = vars(Account.objects.get(username=account.username)).keys()
    assert vars(account).keys() == {*usual, "held_today"}
    with pytest.raises(Account.DoesNotExist):
        Account.objects.get(pk=0)
