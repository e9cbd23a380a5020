"""A resident's report through HTTP: told once, followed by its number, seconded by others."""

import io
import re
import uuid
from typing import Any

import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from PIL import Image
from tests.factories.world import LONG_AGO, Banner, division, person

from guapeng.apps.concerns.models import Category, Concern, Contact
from guapeng.apps.concerns.reporting.shell import posters
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal import receipts
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters.models import Attachment, Channel, Matter, Urgency, Visibility
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Account, Post
from guapeng.kernel.people.sealed import unseal


def told(**given: object) -> dict[str, Any]:
    return {"uid": str(uuid.uuid4()), "text": "门口路灯不亮"} | given


def send(client: Client, **given: object) -> Matter:
    """Report as a browser would; return what was opened."""
    answer = client.post("/report/", told(**given))
    assert answer.status_code == 302, errors(answer)
    number = answer["Location"].split("/")[3]
    with scope.acting(SYSTEM):
        return Matter.objects.get(number=number)


def concern(matter: Matter) -> Concern:
    with scope.acting(SYSTEM):
        return Concern.objects.get(pk=matter.pk)


def errors(answer: Any) -> str:
    found = re.findall(r'role="alert"[^>]*>(.*?)</ul>', answer.content.decode(), re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", " ".join(found)).strip()


def test_one_sentence_is_a_report(client: Client, banner: Banner) -> None:
    matter = send(client, text="门口路灯不亮")

    assert matter.state == "reported"
    assert matter.raised_by is None
    assert matter.division == banner.county
    assert concern(matter).text == "门口路灯不亮"


def test_place_and_category_are_a_report(client: Client, banner: Banner) -> None:
    matter = send(client, text="", category=banner.pipes.code, village=banner.village.pk)

    assert matter.division == banner.village
    assert matter.title == "供水管道"
    assert matter.place == "甲苏木乙嘎查"


def test_nothing_at_all_is_answered_in_words(client: Client, banner: Banner) -> None:
    answer = client.post("/report/", told(text=" "))

    assert answer.status_code == 422
    assert "拍一张照片、说一句话，或点一个类别" in errors(answer)
    with scope.acting(SYSTEM):
        assert Matter.objects.count() == 0


def test_resend_opens_nothing_twice(client: Client, banner: Banner) -> None:
    given = told(phone="138 1234 1234")

    first = client.post("/report/", given)
    second = client.post("/report/", given)

    assert first["Location"] == second["Location"]
    with scope.acting(SYSTEM):
        assert Matter.objects.count() == 1
        assert Contact.objects.count() == 1


def test_another_report_from_a_kept_page_is_not_lost(client: Client, banner: Banner) -> None:
    uid = str(uuid.uuid4())
    first = send(client, uid=uid, text="门口路灯不亮")

    second = send(client, uid=uid, text="井盖没有了")
    again = send(client, uid=uid, text="井盖没有了")

    assert first != second
    assert second == again


def test_thanks_shows_number_receipt_and_code(client: Client, banner: Banner) -> None:
    answer = client.post("/report/", told(), follow=True)
    page = answer.content.decode()

    with scope.acting(SYSTEM):
        matter = Matter.objects.get()
    assert matter.number in page
    assert receipts.receipt(Entry.objects.get(event="concern.report")) in page
    assert re.search(r"\d{4}-\d{4}-\d<", page)
    assert "现在由试验旗 指挥中心坐席办理" in page


def test_phone_is_kept_sealed_and_nowhere_else(client: Client, banner: Banner) -> None:
    matter = send(client, phone="138 1234 1234")

    with scope.acting(SYSTEM):
        contact = Contact.objects.get(matter=matter)
        given = matter.steps_taken.get().given
    assert unseal(bytes(contact.phone_sealed)) == "13812341234"
    assert b"1381234" not in bytes(contact.phone_sealed)
    assert "phone" not in given


def test_wrong_phone_is_told_at_its_field(client: Client, banner: Banner) -> None:
    answer = client.post("/report/", told(phone="12345"))

    assert answer.status_code == 422
    assert "电话号码有误" in errors(answer)


def signed_in(client: Client, banner: Banner, role: str = "") -> Account:
    who = person("苏日娜")
    if role:
        Post.objects.create(person=who, role=role, division=banner.grid, valid=LONG_AGO)
    account = Account.objects.create(username=str(uuid.uuid4()), person=who)
    client.force_login(account)
    return account


def test_signed_in_reporter_is_known(client: Client, banner: Banner) -> None:
    account = signed_in(client, banner)

    matter = send(client)

    assert matter.raised_by_id == account.person_id
    assert matter.channel == Channel.APP


def test_grid_worker_reports_as_one(client: Client, banner: Banner) -> None:
    signed_in(client, banner, "grid_worker")

    assert send(client).channel == Channel.GRID


def test_signed_in_reporter_may_stay_unnamed(client: Client, banner: Banner) -> None:
    signed_in(client, banner)

    matter = send(client, anonymous="on")

    assert matter.raised_by is None
    assert Entry.objects.get(event="concern.report").actor is None


def test_category_that_needs_a_name_says_so(client: Client, banner: Banner) -> None:
    named = Category.objects.create(
        code="02000", name="举报", urgency=Urgency.ORDINARY, allows_anonymous=False
    )

    answer = client.post("/report/", told(category=named.code))

    assert answer.status_code == 422
    assert "需要实名" in errors(answer)


def test_category_that_is_not_public_is_for_those_involved(client: Client, banner: Banner) -> None:
    hidden = Category.objects.create(
        code="02000", name="家庭纠纷", urgency=Urgency.ORDINARY, is_public=False
    )

    matter = send(client, category=hidden.code)

    assert matter.visibility == Visibility.INVOLVED
    assert client.get(f"/follow/{matter.number}/").status_code == 200
    assert Client().get(f"/follow/{matter.number}/").status_code == 302


SQUARE = shapely.box(107.0, 40.0, 107.1, 40.1)


def outlined(place: Division) -> None:
    Division.objects.filter(pk=place.pk).update(outline=shapely.to_wkb(SQUARE))


def test_point_finds_its_grid(client: Client, banner: Banner) -> None:
    outlined(banner.grid)

    matter = send(client, lon="107.05", lat="40.05")

    assert matter.division == banner.grid
    assert (matter.lon, matter.lat) == (107.05, 40.05)


def test_point_outside_all_outlines_is_answered_in_words(client: Client, banner: Banner) -> None:
    outlined(banner.grid)

    answer = client.post("/report/", told(lon="108.0", lat="41.0"))

    assert answer.status_code == 422
    assert "不在本旗县范围内" in errors(answer)


def test_named_place_outweighs_a_point_elsewhere(client: Client, banner: Banner) -> None:
    outlined(banner.grid)

    matter = send(client, lon="108.0", lat="41.0", village=banner.village.pk)

    assert (matter.division, matter.lon) == (banner.village, None)


def test_point_within_the_named_village_finds_its_grid(client: Client, banner: Banner) -> None:
    outlined(banner.grid)

    matter = send(client, lon="107.05", lat="40.05", village=banner.village.pk)

    assert (matter.division, matter.lon) == (banner.grid, 107.05)


def test_two_counties_ask_for_a_place(client: Client, banner: Banner) -> None:
    division("邻旗", "150998000000", Level.COUNTY)

    answer = client.post("/report/", told())

    assert answer.status_code == 422
    assert "请选一个地点" in errors(answer)


def test_poster_code_fixes_the_place(client: Client, banner: Banner) -> None:
    address = f"/report/?grid={banner.grid.code}"
    page = client.get(address)

    answer = client.post(address, told())

    assert "甲苏木乙嘎查第一网格" in page.content.decode()
    assert "Guapeng-Keep" not in page
    with scope.acting(SYSTEM):
        assert Matter.objects.get(number=answer["Location"].split("/")[3]).division == banner.grid


def test_poster_of_a_grid_that_is_gone_is_answered_in_words(client: Client, banner: Banner) -> None:
    answer = client.post("/report/?grid=150999200201999", told())

    assert answer.status_code == 422
    assert "二维码上的网格" in errors(answer)


def test_poster_can_be_printed(client: Client, banner: Banner) -> None:
    page = client.get(f"/report/poster/{banner.grid.code}/").content.decode()

    assert "甲苏木乙嘎查第一网格" in page
    assert "<svg" in page
    assert client.get("/report/poster/150999200201999/").status_code == 404


def test_secretary_finds_the_posters_of_the_village(client: Client, banner: Banner) -> None:
    request = RequestFactory().get("/")
    request.actor = banner.secretary
    found = posters(request)
    request.actor = banner.dispatcher

    assert found == {"grids": [banner.grid]}
    assert posters(request) is None


def test_empty_page_may_be_kept_and_lists_townships(client: Client, banner: Banner) -> None:
    page = client.get("/report/")

    assert page["Guapeng-Keep"] == "yes"
    assert errors(page) == ""
    assert "甲苏木" in page.content.decode()
    assert "乙嘎查" not in page.content.decode()


def test_lists_go_down_without_scripts_and_keep_what_was_said(
    client: Client, banner: Banner
) -> None:
    page = client.post(
        "/report/", told(choose="yes", township=banner.township.pk), follow=True
    ).content.decode()

    assert "乙嘎查" in page
    assert "门口路灯不亮" in page
    with scope.acting(SYSTEM):
        assert Matter.objects.count() == 0


def test_lists_go_down_by_pieces(client: Client, banner: Banner) -> None:
    given = {"township": banner.township.pk, "village": banner.village.pk}

    piece = client.get("/report/places/", given).content.decode()

    assert "第一网格" in piece
    assert "<html" not in piece


def test_visitor_who_sends_too_much_is_asked_to_wait(client: Client, banner: Banner) -> None:
    for count in range(11):  # the first gives the browser its name
        send(client, text=f"第{count}盏路灯不亮")

    answer = client.post("/report/", told(text="又一盏路灯不亮"))

    assert answer.status_code == 429
    assert "次数太多了" in errors(answer)


def photo(colour: str = "green") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return SimpleUploadedFile("现场.jpg", out.getvalue(), content_type="image/jpeg")


def test_photo_alone_is_a_report_and_its_resend_adds_nothing(
    client: Client, banner: Banner
) -> None:
    uid = str(uuid.uuid4())

    first = send(client, uid=uid, text="", photos=photo())
    second = send(client, uid=uid, text="", photos=photo())

    assert first == second
    with scope.acting(SYSTEM):
        (kept,) = Attachment.objects.filter(matter=first).select_related("step_taken")
    assert kept.step_taken.step == "report"
    page = client.get(f"/follow/{first.number}/").content.decode()
    assert f"/files/{kept.pk}" in page
    assert f"/files/{kept.pk}" not in Client().get(f"/follow/{first.number}/").content.decode()


def test_what_is_no_photo_is_refused_by_name_and_nothing_is_kept(
    client: Client, banner: Banner
) -> None:
    fake = SimpleUploadedFile("现场.jpg", b"not a picture", content_type="image/jpeg")

    answer = client.post("/report/", told(photos=fake))

    assert answer.status_code == 422
    assert "现场.jpg" in errors(answer)
    with scope.acting(SYSTEM):
        assert Matter.objects.count() == 0
