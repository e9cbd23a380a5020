"""The connection acts for one actor at a time, and is trusted no longer than it must be."""

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries
from tests.factories.world import Banner
from tests.kernel.people.conftest import Entered

from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS
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
