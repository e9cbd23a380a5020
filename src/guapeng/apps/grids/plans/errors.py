"""What can be wrong with submitting or approving a plan, in the words of those who do it."""

from guapeng.kernel.matters.errors import GivenRefused


class NotReady(GivenRefused):
    """The version cannot be submitted as it is."""


class NotYet(GivenRefused):
    """The day on which it takes effect has not come."""
