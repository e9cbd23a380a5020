"""Following a concern by number and code, and saying “me too”, through HTTP."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from tests.concerns.test_reporting import errors, send, signed_in
from tests.factories.world import MONDAY, Banner, take

from guapeng.apps.concerns.models import Category, Seconding
from guapeng.apps.concerns.reporting.codes import NotACode, follow_code, opens
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters.models import Matter, Urgency, Verdict
from guapeng.kernel.notices.kinds import kind
from guapeng.kernel.notices.models import Notice
from guapeng.kernel.notices.rounds import deliver
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.plain.numbers import MatterNumber


def answered(matter: Matter, banner: Banner) -> None:
    """Take the concern to where its asker is asked."""
    now = timezone.now()
    take(
        "dispatch",
        matter,
        banner.dispatcher,
        now,
        lead=banner.water,
        assisting=[],
        category=banner.pipes,
        urgency=Urgency.ORDINARY,
    )
    take("sign_in", matter, banner.water_officer, now)
    result = {"result": "已换灯泡，费用自理", "summary": "已换灯泡", "cause": "老化"}
    take("give_result", matter, banner.water_officer, now, **result)
    take("verify", matter, banner.dispatcher, now, holds=True, found="")


def page_of(client: Client, matter: Matter) -> str:
    answer = client.get(f"/follow/{matter.number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def try_code(client: Client, matter: Matter, code: str) -> tuple[int, str]:
    answer = client.post("/follow/", {"number": matter.number, "code": code})
    return answer.status_code, errors(answer)


def wrong_code(matter: Matter) -> str:
    """Return a code that has the right shape and belongs to another matter."""
    other = matter.uid.__class__(int=matter.uid.int ^ 1)
    return follow_code(other)


def test_anybody_reads_what_happened_who_has_it_and_until_when(
    client: Client, banner: Banner
) -> None:
    matter = send(client)
    now = timezone.now()
    give = {"lead": banner.water, "assisting": [], "category": banner.pipes}
    take("dispatch", matter, banner.dispatcher, now, **give, urgency=Urgency.ORDINARY)

    page = page_of(Client(), matter)

    assert "已交水利局牵头办理" in page
    assert "现在由水利局办理" in page
    assert re.search(r"最迟\d+月\d+日", page)
    assert "门口路灯不亮" not in page


def test_asker_without_a_name_judges_from_the_same_browser(client: Client, banner: Banner) -> None:
    matter = send(client)
    answered(matter, banner)

    assert f"/m/{matter.number}/judge/" in page_of(client, matter)
    assert "已换灯泡，费用自理" in page_of(client, matter)
    answer = client.post(f"/m/{matter.number}/judge/", {"solved": "yes"})

    assert answer.status_code == 302
    with scope.acting(SYSTEM):
        assert Verdict.objects.get(matter=matter).solved is True
        assert Matter.objects.get(pk=matter.pk).state == "closed"


def test_others_cannot_judge_and_do_not_read_the_result(client: Client, banner: Banner) -> None:
    matter = send(client)
    answered(matter, banner)
    other = Client()

    assert "judge" not in page_of(other, matter)
    assert "费用自理" not in page_of(other, matter)
    assert other.post(f"/m/{matter.number}/judge/", {"solved": "yes"}).status_code == 403


def test_code_opens_the_concern_on_another_device(client: Client, banner: Banner) -> None:
    matter = send(client)
    answered(matter, banner)
    other = Client()

    status, _ = try_code(other, matter, follow_code(matter.uid))

    assert status == 302
    assert f"/m/{matter.number}/judge/" in page_of(other, matter)
    assert matter.number in other.get("/follow/").content.decode()


def test_wrong_code_opens_nothing(client: Client, banner: Banner) -> None:
    matter = send(client)
    answered(matter, banner)
    other = Client()

    status, says = try_code(other, matter, wrong_code(matter))

    assert (status, "没有查到" in says) == (422, True)
    assert "judge" not in page_of(other, matter)


def test_misheard_code_is_told_from_a_wrong_one(client: Client, banner: Banner) -> None:
    matter = send(client)

    status, says = try_code(Client(), matter, "12")

    assert (status, "查询码是9位数字" in says) == (422, True)


def test_misheard_number_is_told_at_its_field(client: Client, banner: Banner) -> None:
    answer = client.post("/follow/", {"number": "152224-261124-00017-4"})

    assert answer.status_code == 422
    assert "请核对每一位数字" in errors(answer)


def test_guessing_codes_is_stopped_even_before_the_right_one(
    client: Client, banner: Banner
) -> None:
    matter = send(client)
    guesser = Client()
    for _ in range(10):
        try_code(guesser, matter, wrong_code(matter))

    status, says = try_code(guesser, matter, follow_code(matter.uid))

    assert (status, "次数太多了" in says) == (429, True)


def test_hidden_concern_and_no_concern_answer_alike(client: Client, banner: Banner) -> None:
    hidden = Category.objects.create(
        code="02000", name="家庭纠纷", urgency=Urgency.ORDINARY, is_public=False
    )
    matter = send(client, category=hidden.code)
    other = Client()

    there = other.post("/follow/", {"number": matter.number})
    nowhere = other.post("/follow/", {"number": str(MatterNumber("150999", MONDAY.date(), 1))})

    assert errors(there) == errors(nowhere) != ""


def test_person_who_shows_a_code_stays_unnamed(client: Client, banner: Banner) -> None:
    matter = send(client)
    answered(matter, banner)
    signed_in(client, banner)

    client.post(f"/m/{matter.number}/judge/", {"solved": "no"})

    with scope.acting(SYSTEM):
        assert Verdict.objects.get(matter=matter).by is None
        assert matter.steps_taken.get(step="judge").by is None
    assert Entry.objects.get(event="concern.judge").actor is None


def stands(matter: Matter) -> int:
    with scope.acting(SYSTEM):
        return Seconding.objects.filter(matter=matter, withdrawn_at__isnull=True).count()


@pytest.mark.parametrize("named", [True, False])
def test_me_too_counts_once_and_makes_no_second_report(
    client: Client, banner: Banner, *, named: bool
) -> None:
    matter = send(client)
    other = Client()
    if named:
        signed_in(other, banner)

    for _ in range(2):
        answer = other.post("/me-too/", {"number": matter.number, "instead": "yes"}, follow=True)

    assert "另有1人也遇到" in answer.content.decode()
    assert stands(matter) == 1
    assert Entry.objects.filter(event="concern.seconded").count() == 1
    assert matter.number in other.get("/follow/").content.decode()
    with scope.acting(SYSTEM):
        assert Matter.objects.count() == 1


def test_me_too_can_be_taken_back_and_said_again(client: Client, banner: Banner) -> None:
    matter = send(client)
    other = Client()
    given = {"number": matter.number}
    other.post("/me-too/", given)

    other.post("/me-too/", given | {"undo": "yes"})
    taken_back = stands(matter)
    other.post("/me-too/", given)

    assert (taken_back, stands(matter)) == (0, 1)
    assert Entry.objects.filter(event="concern.unseconded").count() == 1


def test_two_people_count_twice_and_nobody_reads_who(client: Client, banner: Banner) -> None:
    matter = send(client)
    for _ in range(2):
        signed_in(other := Client(), banner)
        other.post("/me-too/", {"number": matter.number})

    assert stands(matter) == 2
    for reader in (banner.dispatcher, banner.water_officer, banner.resident):
        with scope.acting(reader):
            assert Seconding.objects.count() == 0


def test_person_who_seconds_hears_how_it_ended(client: Client, banner: Banner) -> None:
    matter = send(client)
    account = signed_in(other := Client(), banner)
    other.post("/me-too/", {"number": matter.number})
    answered(matter, banner)

    client.post(f"/m/{matter.number}/judge/", {"solved": "yes"})
    deliver(at=timezone.now())

    with scope.acting(SYSTEM):
        notice = Notice.objects.get(person_id=account.person_id)
    assert kind(notice.kind).says(notice.params) == "您也遇到的“供水管道”：已办结"
    assert notice.url == f"/follow/{matter.number}/"


def test_nobody_seconds_what_is_their_own(client: Client, banner: Banner) -> None:
    matter = send(client)

    client.post("/me-too/", {"number": matter.number})

    assert stands(matter) == 0


def test_seconding_a_concern_that_may_not_be_seen_is_no_way_to_see_it(
    client: Client, banner: Banner
) -> None:
    hidden = Category.objects.create(
        code="02000", name="家庭纠纷", urgency=Urgency.ORDINARY, is_public=False
    )
    matter = send(client, category=hidden.code)

    Client().post("/me-too/", {"number": matter.number})

    assert stands(matter) == 0


def test_code_is_digits_with_a_check(banner: Banner, client: Client) -> None:
    code = follow_code(send(client).uid)

    assert re.fullmatch(r"\d{4}-\d{4}-\d", code)
    slipped = code[:-3] + str((int(code[-3]) + 1) % 10) + code[-2:]
    with pytest.raises(NotACode):
        opens(slipped, Matter().uid)
