"""Machines that run tests pause now and then: an example that took long is no fault."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
