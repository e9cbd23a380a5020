import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.accounts import acting
from tests.factories.world import Banner, actor
from tests.kernel.people.conftest import PASSWORD, Entered, SignedIn

from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import actions, errors, scope
from guapeng.kernel.people.models import Account, Person, Post
from guapeng.kernel.people.roles import roles

NEW = {
    "name": "额尔登达来",
    "phone": "13812341234",
    "username": "erdeng",
    "role": "grid_worker",
    "division": "第一网格",
    "since": "2020-01-01",
}


@pytest.fixture
def keeper(enter: Entered, banner: Banner) -> Person:
    return enter("keeper", "system_admin", banner.county)


def invitation(page: Any) -> str:
    (link,) = re.findall(r"<code>(.*?)</code>", html.unescape(page.content.decode()))
    return str(link).removeprefix("http://testserver")


def choose_password(link: str, password: str = PASSWORD) -> Client:
    client = Client()
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    return client


def test_official_is_let_in_by_an_invitation_and_chooses_the_password(
    keeper: Person, sign_in: SignedIn
) -> None:
    page = sign_in(keeper).post("/people/accounts/new/", NEW)
    assert "72小时内有效" in page.content.decode()

    client = choose_password(invitation(page))

    words = client.get("/me/").content.decode()
    assert "额尔登达来" in words
    assert "第一网格 网格员" in words
    assert "开立账号" in words


def test_invitation_works_once(keeper: Person, sign_in: SignedIn) -> None:
    link = invitation(sign_in(keeper).post("/people/accounts/new/", NEW))
    choose_password(link)

    assert "链接已失效" in Client().get(link, follow=True).content.decode()


def test_new_account_is_that_of_the_person_whose_number_it_is(
    keeper: Person, sign_in: SignedIn, banner: Banner
) -> None:
    known = actions.enrol(at=timezone.now(), name="额尔登达来", phone=NEW["phone"])

    sign_in(keeper).post("/people/accounts/new/", NEW)

    assert Account.objects.get(username="erdeng").person == known


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "KEEPER"}, "这个登录名已有人使用"),
        ({"username": "1x"}, "以字母开头"),
        ({"division": "没有的地方"}, "没有这个区划"),
        ({"phone": "123"}, "电话"),
        ({"until": "2019-12-31"}, "最后一天不能早于开始"),
        ({"role": "emperor"}, "emperor"),
    ],
    ids=str,
)
def test_wrong_form_writes_nothing_and_says_why(
    keeper: Person, sign_in: SignedIn, changes: dict[str, str], words: str
) -> None:
    page = sign_in(keeper).post("/people/accounts/new/", NEW | changes)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert Account.objects.count() == 1
    assert Person.objects.filter(name="额尔登达来").count() == 0


def test_renewed_sign_in_ends_password_factors_and_sessions(
    keeper: Person, enter: Entered, sign_in: SignedIn
) -> None:
    person = enter("bagen")
    theirs = Client()
    theirs.post("/accounts/login/", {"login": "bagen", "password": PASSWORD})
    assert theirs.get("/me/").status_code == 200

    page = sign_in(keeper).post(f"/people/accounts/{person.account.pk}/renew/")

    assert theirs.get("/me/").status_code == 302
    assert not Account.objects.get(username="bagen").has_usable_password()
    mine = choose_password(invitation(page), "Another-shed-8")
    assert "重置登录方式，发出邀请" in mine.get("/me/").content.decode()


def test_closed_account_signs_in_no_more(keeper: Person, enter: Entered, sign_in: SignedIn) -> None:
    person = enter("bagen")

    sign_in(keeper).post(f"/people/accounts/{person.account.pk}/close/")

    page = Client().post("/accounts/login/", {"login": "bagen", "password": PASSWORD})
    assert page.status_code == 200


def test_post_given_and_ended_counts_at_once(
    keeper: Person, enter: Entered, sign_in: SignedIn, banner: Banner
) -> None:
    person = enter("bagen")
    desk, given = sign_in(keeper), {"role": "dispatcher", "division": banner.county.code}
    desk.post(f"/people/accounts/{person.account.pk}/posts/", given | {"since": "2020-01-01"})
    assert acting(person).holds("dispatcher")

    desk.post(f"/people/posts/{Post.objects.get(person=person).pk}/end/")

    assert not acting(person).posts
    assert [entry.says for entry in Entry.objects.filter(subject=f"person:{person.pk}")] == [
        "任职：试验旗 指挥中心坐席",
        "免职：试验旗 指挥中心坐席",
    ]


def test_post_of_today_is_taken_back_altogether(
    keeper: Person, enter: Entered, banner: Banner
) -> None:
    person, now = enter("bagen"), timezone.now()
    post = actions.give_post(
        person,
        by=acting(keeper),
        at=now,
        role="dispatcher",
        division=banner.county,
        since=timezone.localdate(now),
    )

    actions.end_post(post, by=acting(keeper), at=now)

    assert not Post.objects.filter(person=person).exists()


@pytest.mark.parametrize("role", [key for key in roles() if key != "system_admin"])
def test_nobody_else_keeps_accounts(
    enter: Entered, sign_in: SignedIn, banner: Banner, role: str
) -> None:
    somebody = enter("somebody", role, banner.county)
    client = sign_in(somebody)

    assert client.get("/people/accounts/").status_code == 403
    assert client.post("/people/accounts/new/", NEW).status_code == 403
    with pytest.raises(errors.NotYourAccounts):
        actions.renew_sign_in(enter("other").account, by=acting(somebody), at=timezone.now())


def test_nobody_gives_themself_a_post_or_renews_their_own_sign_in(
    keeper: Person, sign_in: SignedIn, banner: Banner
) -> None:
    client, pk = sign_in(keeper), keeper.account.pk
    given = {"role": "dispatcher", "division": banner.county.code, "since": "2020-01-01"}

    page = client.post(f"/people/accounts/{pk}/posts/", given)
    assert "不能为本人任免岗位" in page.content.decode()
    assert client.post(f"/people/accounts/{pk}/renew/").status_code == 403
    assert Post.objects.filter(person=keeper).count() == 1


def test_keeper_of_a_township_gives_no_post_outside_it(enter: Entered, banner: Banner) -> None:
    keeper = enter("keeper", "system_admin", banner.township)
    given = {"by": acting(keeper), "at": timezone.now(), "since": dt.date(2020, 1, 1)}
    person = enter("bagen")

    actions.give_post(person, role="grid_worker", division=banner.grid, **given)
    with pytest.raises(errors.NotYourAccounts):
        actions.give_post(person, role="dispatcher", division=banner.county, **given)


@pytest.mark.parametrize(
    "roles_held",
    [
        ("system_admin", "security_admin"),
        ("audit_admin", "dispatcher"),
        ("grid_worker", "system_admin"),
        ("archive_clerk", "archive_approver"),
    ],
)
def test_posts_that_check_each_other_are_never_one_persons(
    keeper: Person, enter: Entered, banner: Banner, roles_held: tuple[str, str]
) -> None:
    held, wanted = roles_held
    person = enter("bagen", held, banner.county)

    with pytest.raises(errors.SeparatedRoles):
        actions.give_post(
            person,
            by=acting(keeper),
            at=timezone.now(),
            role=wanted,
            division=banner.county,
            since=dt.date(2020, 1, 1),
        )

    assert Post.objects.filter(person=person).count() == 1


def test_posts_that_do_not_are_held_together(
    keeper: Person, enter: Entered, banner: Banner
) -> None:
    person = enter("bagen", "archive_clerk", banner.county)
    given = {"by": acting(keeper), "at": timezone.now(), "since": dt.date(2020, 1, 1)}

    actions.give_post(person, role="grid_worker", division=banner.grid, **given)

    assert Post.objects.filter(person=person).count() == 2


def test_same_post_twice_is_refused(keeper: Person, enter: Entered, banner: Banner) -> None:
    person = enter("bagen", "dispatcher", banner.county)

    with pytest.raises(errors.HeldAlready):
        actions.give_post(
            person,
            by=acting(keeper),
            at=timezone.now(),
            role="dispatcher",
            division=banner.county,
            since=dt.date(2021, 1, 1),
        )


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_see_no_content_and_open_nobody(
    enter: Entered, sign_in: SignedIn, banner: Banner, role: str
) -> None:
    administrator = enter("administrator", role, banner.county)
    client = sign_in(administrator)

    assert acting(administrator).areas == ()
    assert client.get("/people/").status_code == 403
    other = actions.enrol(at=timezone.now(), name="萨仁", home=banner.grid)
    assert client.get(f"/people/{other.pk}/").status_code == 404


@pytest.mark.parametrize("role", roles())
def test_log_of_look_ups_is_read_by_those_who_oversee_and_changed_by_nobody(
    enter: Entered, sign_in: SignedIn, banner: Banner, role: str
) -> None:
    other = actions.enrol(at=timezone.now(), name="萨仁", home=banner.grid)
    with scope.acting(banner.grid_worker):
        actions.look_up(
            other,
            by=banner.grid_worker,
            at=timezone.now(),
            purpose="核实",
            basis="answer_request",
            fields=["phone"],
        )
    client = sign_in(enter("somebody", role, banner.county))
    oversees = "c" in roles()[role].cells["access_log"]

    page = client.get("/people/lookups/")

    assert page.status_code == (200 if oversees else 403)
    assert ("看了萨仁的联系方式" in page.content.decode()) is oversees
    assert client.post("/people/lookups/").status_code == 405


def test_list_of_accounts_takes_as_many_queries_for_one_as_for_three(
    keeper: Person, enter: Entered, sign_in: SignedIn, banner: Banner
) -> None:
    client, counts = sign_in(keeper), []
    for names in (("a1",), ("a2", "a3")):
        for name in names:
            enter(name, "grid_worker", banner.grid, banner.water)
        client.get("/people/accounts/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/people/accounts/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_list_of_accounts_comes_in_pages_and_is_searched(
    keeper: Person, enter: Entered, sign_in: SignedIn
) -> None:
    for number in range(31):
        enter(f"u{number:02}", name=f"巴根{number}")
    client = sign_in(keeper)

    first = client.get("/people/accounts/").content.decode()
    assert "u28" in first
    assert "u29" not in first
    second = client.get("/people/accounts/?after=u28").content.decode()
    assert "u30" in second

    assert "u07" in client.get("/people/accounts/?q=U07").content.decode()
    assert "u07" in client.get("/people/accounts/?q=巴根7").content.decode()
    assert "没有找到账号" in client.get("/people/accounts/?q=zzz").content.decode()


def test_account_of_somebody_with_a_post_keeps_the_name(enter: Entered, banner: Banner) -> None:
    officer = actor("privacy_officer", banner.county)
    person = enter("worker", "grid_worker", banner.grid)

    with pytest.raises(errors.StillInOffice):
        actions.erase(person, by=officer, at=timezone.now(), fields=["name"])

    Post.objects.filter(person=person).delete()
    actions.erase(person, by=officer, at=timezone.now(), fields=["name"])
    assert Person.objects.get(pk=person.pk).name == ""
