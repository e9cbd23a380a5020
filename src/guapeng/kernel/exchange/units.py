"""Which of our units a list means by its name."""

from collections import Counter

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.models import Body
from guapeng.plain.text import fold


class Units:
    """The units below a division; a name that two bear is neither's."""

    def __init__(self, root: Division) -> None:
        bodies = Body.objects.filter(division__lineage__contains=[root.pk])
        names = [(fold(name), one) for one in bodies for name in {one.name, one.short_name}]
        counts = Counter(name for name, _one in names)
        self._above = fold(root.name)
        self._by_name = {name: one for name, one in names if counts[name] == 1}

    def named(self, text: str) -> Body | None:
        """Return the unit of that name, long or short, with or without the division before it."""
        name = fold(text).strip()
        return self._by_name.get(name) or self._by_name.get(name.removeprefix(self._above))
