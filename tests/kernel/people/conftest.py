"""Somebody with an account, signed in, so that pages are visited as a person would."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.factories import accounts

from guapeng.kernel.people.models import Person

PASSWORD = accounts.PASSWORD

Entered = Callable[..., Person]
SignedIn = Callable[..., Client]


@pytest.fixture
def enter(db: None) -> Entered:
    return accounts.enter


@pytest.fixture
def sign_in() -> SignedIn:
    return accounts.sign_in
