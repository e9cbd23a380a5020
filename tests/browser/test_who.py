"""Finding one's grid worker with one thumb."""

from playwright.sync_api import expect

from tests.browser.conftest import Opened
from tests.factories.world import Banner
from tests.grids.field import scene


def test_one_press_of_here_leads_to_the_grid(
    visit: Opened, committed_banner: Banner, settings: object
) -> None:
    settings.ROOT_URLCONF = "guapeng.config.urls"  # type: ignore[attr-defined]
    scene.draw(committed_banner.grid, scene.SQUARE)
    here = {"longitude": 120.003, "latitude": 43.007}
    page = visit("/who/", geolocation=here, permissions=["geolocation"])

    page.get_by_role("button", name="用现在的位置").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(committed_banner.grid.name)
