"""A concern that is opened through the kernel is what its category makes of it."""

import pytest
from tests.factories.world import Banner
from tests.kernel.matters.test_api import signed_in

from guapeng.apps.concerns.models import Category
from guapeng.kernel.matters.models import Matter, Urgency, Visibility
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM


@pytest.mark.parametrize(
    ("title", "category", "named"),
    [("", True, "供水管道"), ("东门水管", True, "东门水管"), ("", False, "待分类的诉求")],
)
def test_title_is_the_typed_one_else_the_categorys(
    banner: Banner,
    title: str,
    *,
    category: bool,
    named: str,
) -> None:
    given = {"division": banner.grid.code, "title": title, "text": "漏水"}
    given |= {"category": str(banner.pipes.pk)} if category else {}

    answer = signed_in(banner.resident).post(
        "/api/v1/concern/", given, content_type="application/json"
    )

    assert (answer.status_code, answer.json()["title"]) == (201, named)


def test_petition_is_for_those_involved_alone(banner: Banner) -> None:
    petition = Category.objects.create(code="09001", name="信访", urgency=2, is_petition=True)
    given = {"division": banner.grid.code, "text": "事由", "category": str(petition.pk)}

    signed_in(banner.resident).post("/api/v1/concern/", given, content_type="application/json")

    with scope.acting(SYSTEM):
        matter = Matter.objects.get()
    assert (matter.visibility, matter.urgency) == (Visibility.INVOLVED, Urgency(2))
    assert matter.category == "09001"
