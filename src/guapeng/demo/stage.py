"""The demo's stage: the matters as they stand, and who of the banner acts in them."""

from dataclasses import dataclass, field
from typing import Final

from guapeng.demo.places import COUNTY
from guapeng.demo.scene import Scene
from guapeng.demo.stories import Story
from guapeng.kernel.matters.models import Assignment, Channel, Matter
from guapeng.kernel.people.actors import Actor

_CODE_DIGITS: Final = {"grid_worker": 15, "village_secretary": 12, "township_leader": 9}


@dataclass
class Stage:
    """The scene, and the matter of every story that has begun, by the story's serial."""

    scene: Scene
    matters: dict[int, Matter] = field(default_factory=dict)

    def present(self, story: Story) -> Matter:
        """Return the story's matter, or the whistle that was made of it one storey up."""
        matter = self.matters[story.serial]
        return Matter.objects.get(parent=matter) if matter.state == "again" else matter

    def opener(self, story: Story) -> Actor:
        """Return who types it in: the asker, or whoever was told."""
        if story.workflow == "whistle":
            return self.scene.actor("village_secretary", story.where)
        if story.channel == Channel.GRID:
            return self.scene.actor("grid_worker", story.where)
        if story.channel in {Channel.PHONE, Channel.COUNTER}:
            role = "privacy_officer" if story.workflow == "rights" else "dispatcher"
            return self.scene.actor(role, COUNTY, story.serial)
        return self.asker(story)

    def asker(self, story: Story) -> Actor:
        """Return whose matter it is: a resident, the grid worker who saw it, or a code's bearer."""
        if story.asker is not None:
            return self.scene.resident(story.asker)
        if story.channel == Channel.GRID:
            return self.scene.actor("grid_worker", story.where)
        return Actor(carried=frozenset({f"asker:{story.uid}"}))

    def of_place(self, role: str, story: Story, matter: Matter) -> Actor:
        """Return who holds ``role`` in the matter's grid, village or township."""
        code = self.scene.code_of(matter.division_id)[: _CODE_DIGITS[role]]
        return self.scene.actor(role, code.ljust(12, "0"), story.serial)

    def of_unit(self, body_id: int, story: Story) -> Actor:
        """Return an officer of a unit, the same one for all of a story."""
        return self.scene.actor("department_officer", self.scene.unit_of(body_id), story.serial)


def parts_of(matter: Matter) -> list[Assignment]:
    """Return the parts that units have in a matter now, the leading one first."""
    parts = Assignment.objects.filter(matter=matter, withdrawn_at__isnull=True)
    return list(parts.order_by("-is_lead", "id"))
