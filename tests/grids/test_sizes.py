import datetime as dt

from guapeng.apps.grids.partition import Between, Choices, Prices, Range
from guapeng.apps.grids.sizes import Settings, shipped_settings


def test_shipped_rules_say_what_the_engine_takes_by_itself() -> None:
    settings = shipped_settings(dt.date(2026, 1, 1))

    options = settings.options(seed=3)

    assert (options.rules.urban, options.seed) == (Range(300, 500, 400), 3)
    assert options.choices == Choices(Between.NEAREST, 300)
    assert options.prices == Prices()
    assert options.rules.of("嘎查") == options.rules.of("220") == settings.rules.rural


def test_rules_of_an_instance_become_options() -> None:
    town, village = ({"least": n, "most": 2 * n, "aim": n + 50} for n in (300, 150))
    choices = {
        "between": "over",
        "apart_from": 200,
        "per_floor": 3,
        "compound": 1.0,
        "hard": 3.0,
        "road": 0.5,
    }

    settings = Settings.of(town, village, choices)

    assert settings.rules.rural == Range(150, 300, 200)
    assert settings.choices == Choices(Between.OVER, 200)
    assert (settings.prices.road, settings.per_floor) == (0.5, 3)
