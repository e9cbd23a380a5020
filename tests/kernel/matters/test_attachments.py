"""Files of matters, from the phone of whoever gives them to whoever may see them."""

import io
import uuid
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.factories import pictures
from tests.factories.world import MONDAY, Banner, actor
from tests.kernel.matters.test_api import signed_in
from tests.kernel.matters.test_pages import text_of
from tests.stories.test_concern import dispatch, report

from guapeng.kernel.files import actions as files
from guapeng.kernel.files.models import Blob
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.journal.verify import verify
from guapeng.kernel.matters.attachments import actions, queries
from guapeng.kernel.matters.models import Attachment, Matter, StepTaken
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILES = str(tmp_path / "files")
    return tmp_path / "files"


def upload(content: bytes, name: str = "照片.jpg", claims: str = "image/jpeg") -> Any:
    return SimpleUploadedFile(name, content, claims)


def photos(count: int = 3) -> list[Any]:
    colours = [(200, 40 * number, 90) for number in range(count)]
    return [upload(pictures.photo(colour=colour), f"IMG_{colour[1]}.jpg") for colour in colours]


def attached(banner: Banner, *contents: bytes, **changes: object) -> Matter:
    """A concern of the resident with files."""
    matter = report(banner, **changes)
    with scope.acting(banner.resident):
        kept = [files.keep(io.BytesIO(one), name="照片.jpg", at=MONDAY) for one in contents]
        actions.attach(matter, kept, by=banner.resident, at=MONDAY)
    return matter


def attachments(matter: Matter) -> list[Attachment]:
    with scope.acting(SYSTEM):
        return list(queries.attachments_of(matter))


def opened(matter: Matter) -> list[Entry]:
    return list(Entry.objects.filter(subject=f"files:{matter.pk}", event="file.opened"))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def tell(client: Client, banner: Banner, **given: Any) -> Any:
    place = {"township": banner.township.pk, "village": banner.village.pk, "grid": banner.grid.pk}
    return client.post("/report/", {"uid": str(uuid.uuid4()), **place, **given}, follow=True)


def test_villager_adds_three_photos_to_a_report_and_a_stranger_cannot_open_them(
    banner: Banner,
) -> None:
    answer = tell(signed_in(banner.resident), banner, photos=photos())
    assert answer.status_code == 200

    with scope.acting(SYSTEM):
        matter = Matter.objects.get()
    first, *_others = found = attachments(matter)
    assert [one.name for one in found] == ["IMG_0.jpg", "IMG_40.jpg", "IMG_80.jpg"]
    assert {one.step_taken.step for one in found} == {"report"}
    for path in (f"/files/{first.pk}/", f"/files/{first.pk}/320.webp"):
        assert signed_in(banner.resident).get(path).status_code == 200
        assert signed_in(banner.dispatcher).get(path).status_code == 200
        assert signed_in(actor()).get(path).status_code == 404
        assert signed_in(banner.police_officer).get(path).status_code == 404
        assert Client().get(path).status_code == 404


def test_anonymous_reporter_sees_the_own_photos_by_the_browser_that_sent_them(
    banner: Banner,
) -> None:
    client = Client()
    tell(client, banner, photos=photos(1))

    with scope.acting(SYSTEM):
        (one,) = attachments(Matter.objects.get())
    assert one.by_id is None
    assert client.get(f"/files/{one.pk}/").status_code == 200
    assert opened(one.matter) == []
    assert Client().get(f"/files/{one.pk}/").status_code == 404


def test_report_sent_twice_holds_each_photo_once(banner: Banner) -> None:
    uid = str(uuid.uuid4())
    client = signed_in(banner.resident)

    for _ in range(2):
        tell(client, banner, uid=uid, text="路灯不亮", photos=photos(2))

    with scope.acting(SYSTEM):
        matter = Matter.objects.get()
    assert len(attachments(matter)) == 2
    assert Entry.objects.filter(event="file.attached").count() == 1


def test_photo_alone_is_a_report_and_what_is_no_photo_is_named(banner: Banner) -> None:
    fake = upload(pictures.PAGE, "井盖.jpg")

    answer = tell(signed_in(banner.resident), banner, photos=[*photos(1), fake])

    assert answer.status_code == 422
    assert "“井盖.jpg”的内容不是可以上传的类型" in text_of(answer)
    assert "还没有内容" not in text_of(answer)
    with scope.acting(SYSTEM):
        assert not Matter.objects.exists()
    assert not Blob.objects.exists()


def test_more_photos_than_asked_for_are_refused(banner: Banner) -> None:
    answer = tell(signed_in(banner.resident), banner, photos=photos(4))

    assert answer.status_code == 422
    assert "最多3个文件，您选了4个" in text_of(answer)


def test_unit_gives_its_result_with_a_picture_and_a_paper(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    officer = signed_in(banner.water_officer)
    officer.post(f"/m/{matter.number}/sign_in/")

    given = [*photos(1), upload(pictures.PDF, "验收单.pdf")]
    answer = officer.post(
        f"/m/{matter.number}/give_result/",
        {"result": "已修", "summary": "已修", "evidence": given},
        follow=True,
    )

    shown = text_of(answer)
    assert "照片1，反馈结果时附上" in shown
    assert "验收单.pdf" in shown
    asker = text_of(signed_in(banner.resident).get(f"/m/{matter.number}/"))
    assert "验收单.pdf" in asker
    stranger = text_of(signed_in(actor()).get(f"/m/{matter.number}/"))
    assert "验收单.pdf" not in stranger
    assert "/files/" not in stranger


def test_step_that_is_refused_keeps_no_file(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    sent = {"result": "已修", "summary": "已修", "evidence": photos(1)}

    answer = signed_in(banner.water_officer).post(f"/m/{matter.number}/give_result/", sent)

    assert answer.status_code == 409
    assert attachments(matter) == []
    assert not Blob.objects.exists()


def test_matter_holds_no_more_files_than_the_rule_allows(banner: Banner, folder: Path) -> None:
    matter = attached(
        banner, *(pictures.photo(colour=(number, 0, 0)) for number in range(0, 150, 5))
    )
    with scope.acting(banner.resident):
        kept = [files.keep(io.BytesIO(pictures.PDF), name="一.pdf", at=MONDAY)]
        with pytest.raises(actions.TooManyFiles, match="最多30个"):
            actions.attach(matter, kept, by=banner.resident, at=MONDAY)

    assert len(attachments(matter)) == 30


def test_step_with_one_file_too_many_is_not_taken_and_keeps_nothing(
    banner: Banner, folder: Path
) -> None:
    many = (pictures.photo(colour=(number, 0, 0)) for number in range(0, 150, 5))
    matter = dispatch(banner, attached(banner, *many))
    officer = signed_in(banner.water_officer)
    officer.post(f"/m/{matter.number}/sign_in/")
    before = Blob.objects.count()

    sent = {"result": "已修", "summary": "已修", "evidence": [upload(pictures.PDF, "一.pdf")]}
    answer = officer.post(f"/m/{matter.number}/give_result/", sent)

    assert answer.status_code == 422
    assert "一件事最多30个附件" in text_of(answer)
    assert Blob.objects.count() == before
    with scope.acting(SYSTEM):
        assert not StepTaken.objects.filter(step="give_result").exists()


def test_opening_is_journalled_and_the_asker_reads_who_it_was(banner: Banner) -> None:
    matter = attached(banner, pictures.photo())
    (one,) = attachments(matter)

    signed_in(banner.resident).get(f"/files/{one.pk}/")
    signed_in(banner.dispatcher).get(f"/files/{one.pk}/320.webp")
    assert opened(matter) == []
    signed_in(banner.dispatcher).get(f"/files/{one.pk}/")
    signed_in(banner.secretary).get(f"/files/{one.pk}/1280.webp")

    first, second = opened(matter)
    assert (first.actor, second.actor) == (banner.dispatcher.person_id, banner.secretary.person_id)
    assert first.acting_as == f"role:dispatcher@{banner.county.pk}"
    assert orjson.loads(first.data) == {"attachment": one.pk}
    assert first.says == ""
    shown = text_of(signed_in(banner.resident).get(f"/m/{matter.number}/"))
    assert "试验旗 指挥中心坐席" in shown
    assert "乙嘎查 嘎查村（社区）书记" in shown
    verify(lambda _done, _all: None)


def test_player_that_asks_for_the_rest_has_opened_the_film_once(banner: Banner) -> None:
    matter = report(banner)
    with scope.acting(banner.resident):
        kept = [files.keep(io.BytesIO(pictures.FILM), name="现场.mp4", at=MONDAY)]
        (one,) = actions.attach(matter, kept, by=banner.resident, at=MONDAY)
    client = signed_in(banner.dispatcher)

    whole = client.get(f"/files/{one.pk}/", headers={"range": "bytes=0-"})
    rest = client.get(f"/files/{one.pk}/", headers={"range": "bytes=100-149"})
    none = client.get(f"/files/{one.pk}/", headers={"range": "bytes=9999-"})

    assert (whole.status_code, body(whole)) == (200, pictures.FILM)
    assert (rest.status_code, body(rest)) == (206, pictures.FILM[100:150])
    assert rest["Content-Range"] == f"bytes 100-149/{len(pictures.FILM)}"
    assert none.status_code == 416
    assert len(opened(matter)) == 1


def test_whoever_asks_for_the_rest_alone_has_opened_the_file(banner: Banner) -> None:
    matter = attached(banner, pictures.photo())
    (one,) = attachments(matter)

    signed_in(banner.dispatcher).get(f"/files/{one.pk}/", headers={"range": "bytes=1-"})
    signed_in(banner.secretary).get(f"/files/{one.pk}/", headers={"range": "bytes=1-"})

    assert [entry.actor for entry in opened(matter)] == [
        banner.dispatcher.person_id,
        banner.secretary.person_id,
    ]


def test_file_arrives_as_what_it_is_and_cannot_run_anything(banner: Banner) -> None:
    matter = attached(banner, pictures.photo())
    (one,) = attachments(matter)

    answer = signed_in(banner.resident).get(f"/files/{one.pk}/")

    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == "inline; filename*=UTF-8''%E7%85%A7%E7%89%87.jpg"
    assert "private" in answer["Cache-Control"]
    assert "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert body(answer) == pictures.photo()


def test_document_is_saved_not_shown(banner: Banner) -> None:
    matter = report(banner)
    with scope.acting(banner.resident):
        kept = [files.keep(io.BytesIO(pictures.PDF), name="单据.pdf", at=MONDAY)]
        (one,) = actions.attach(matter, kept, by=banner.resident, at=MONDAY)

    answer = signed_in(banner.resident).get(f"/files/{one.pk}/")

    assert answer["Content-Disposition"].startswith("attachment;")
    assert signed_in(banner.resident).get(f"/files/{one.pk}/320.webp").status_code == 404


def test_thumb_is_small_and_tells_nothing_of_place_or_phone(banner: Banner) -> None:
    matter = attached(banner, pictures.photo(2000, 1000))
    (one,) = attachments(matter)

    for longest in (320, 1280):
        answer = signed_in(banner.dispatcher).get(f"/files/{one.pk}/{longest}.webp")
        content = body(answer)
        assert answer["Content-Type"] == "image/webp"
        assert set(answer["Cache-Control"].split(", ")) == {"private", "max-age=3600"}
        assert "Cookie" in answer["Vary"]
        with Image.open(io.BytesIO(content)) as drawn:
            assert drawn.size == (longest, longest // 2)
            assert dict(drawn.getexif()) == {}
        assert b"SecretPhoneMaker" not in content
    assert signed_in(banner.dispatcher).get(f"/files/{one.pk}/999.webp").status_code == 404


def publish(by: Actor, one: Attachment, **given: str) -> Any:
    return signed_in(by).post(f"/files/{one.pk}/publish/", given, follow=True)


def test_public_sees_a_photo_only_once_somebody_who_handles_it_has_published_it(
    banner: Banner,
) -> None:
    matter = attached(banner, pictures.photo())
    (one,) = attachments(matter)
    small, large = f"/files/{one.pk}/320.webp", f"/files/{one.pk}/1280.webp"
    assert Client().get(small).status_code == 404

    assert publish(banner.resident, one).status_code == 403
    assert publish(actor(), one).status_code == 404
    assert publish(banner.dispatcher, one).status_code == 200

    before = len(opened(matter))
    page = text_of(Client().get(f"/m/{matter.number}/"))
    assert small in page
    assert large in page
    assert f'href="/files/{one.pk}/"' not in page
    assert b"SecretPhoneMaker" not in body(Client().get(large))
    assert Client().get(f"/files/{one.pk}/").status_code == 404
    assert len(opened(matter)) == before

    publish(banner.dispatcher, one, undo="yes")
    assert Client().get(small).status_code == 404
    events = Entry.objects.filter(subject=f"files:{matter.pk}").order_by("seq")
    assert [entry.event for entry in events] == ["file.attached", "file.published", "file.withheld"]


def test_photo_of_a_matter_that_is_not_public_cannot_be_published(banner: Banner) -> None:
    matter = attached(banner, pictures.photo(), visibility="involved")
    (one,) = attachments(matter)

    assert publish(banner.dispatcher, one).status_code == 422
    assert Client().get(f"/files/{one.pk}/320.webp").status_code == 404


def test_journal_holds_the_hashes_of_what_was_attached(banner: Banner) -> None:
    matter = attached(banner, pictures.photo())
    (one,) = attachments(matter)
    with scope.acting(SYSTEM):
        step = StepTaken.objects.get(matter=matter)

    entry = Entry.objects.get(event="file.attached")

    assert orjson.loads(entry.data) == {"attachments": [one.pk], "step": step.pk}
    assert entry.says == "附上1个文件"
    assert bytes(entry.digest) != bytes(32)
    assert "照片" not in entry.data + entry.says


def test_database_hides_files_from_whoever_is_not_involved(banner: Banner) -> None:
    attached(banner, pictures.photo())

    with scope.acting(actor()):
        assert not Attachment.objects.exists()
    with scope.acting(banner.resident):
        assert Attachment.objects.count() == 1
        assert Attachment.objects.update(name="x") == 0


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_files_takes_the_same_queries_however_many(
    banner: Banner, count: int, django_assert_num_queries: Any
) -> None:
    from guapeng.kernel.matters.attachments.shown import shown

    matter = attached(banner, *(pictures.photo(colour=(n, 0, 0)) for n in range(0, count * 9, 9)))

    with scope.acting(banner.dispatcher), django_assert_num_queries(4):
        shown(matter, by=banner.dispatcher, at=MONDAY)
