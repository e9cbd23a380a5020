import datetime as dt
import html
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone
from tests.factories.world import MONDAY, Banner
from tests.kernel.people.conftest import PASSWORD, Entered, SignedIn

from guapeng.kernel.people import actions, signing
from guapeng.kernel.people.models import Account, FailedSignIn, Person
from guapeng.kernel.rules.models import Rule

LOGIN = "/accounts/login/"


def try_in(client: Client, username: str, password: str) -> Any:
    return client.post(LOGIN, {"login": username, "password": password})


def confirm(client: Client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def long_ago(person: Person) -> Person:
    Account.objects.filter(person=person).update(created_at=MONDAY - dt.timedelta(days=400))
    return person


def change_rule(key: str, **changes: object) -> None:
    rule = Rule.objects.get(key=key)
    rule.value = rule.value | changes
    rule.save()


def with_totp(person: Person) -> str:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(person.account, secret)
    return secret


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_sign_in_and_out(enter: Entered) -> None:
    enter("bagen")
    client = Client()

    assert try_in(client, "bagen", PASSWORD).headers["Location"] == "/"
    assert is_in(client)

    client.post("/accounts/logout/")
    assert not is_in(client)


def test_wrong_password_is_told_in_words(enter: Entered) -> None:
    enter("bagen")

    page = try_in(Client(), "bagen", "wrong")

    assert "还没有提交，请先改正" in page.content.decode()
    assert not is_in(Client())


def test_fifth_wrong_password_locks_the_name_for_the_rules_minutes(
    enter: Entered, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter("bagen")
    for _ in range(5):
        try_in(Client(), "bagen", "wrong")

    client = Client()
    try_in(client, "BAGEN", PASSWORD)
    try_in(client, "bagen", PASSWORD)
    assert not is_in(client)

    FailedSignIn.objects.update(at=timezone.now() - dt.timedelta(minutes=15, seconds=1))
    try_in(client, "bagen", PASSWORD)
    assert is_in(client)
    assert not FailedSignIn.objects.exists()


def test_lock_of_one_name_leaves_others_alone(enter: Entered) -> None:
    enter("bagen")
    enter("saren")
    for _ in range(5):
        try_in(Client(), "bagen", "wrong")

    client = Client()
    try_in(client, "saren", PASSWORD)

    assert is_in(client)


def test_lock_keeps_no_name_in_the_open(db: None) -> None:
    signing.count_failure("my-secret-password", at=MONDAY)

    assert b"secret" not in bytes(FailedSignIn.objects.get().name_hash)


def test_flood_from_one_address_is_stopped(db: None) -> None:
    answers = [try_in(Client(), f"nobody{number}", "wrong").status_code for number in range(31)]

    assert FailedSignIn.objects.count() == 30
    assert answers[0] == answers[-1] == 200


def test_nobody_makes_their_own_account_unless_the_rule_opens_it(db: None) -> None:
    given = {"username": "new", "name": "新人", "password1": PASSWORD}
    closed = Client().post("/accounts/signup/", given)

    assert "账号由窗口办理" in closed.content.decode()
    assert not Account.objects.exists()

    change_rule("people.sign_up", open=True)
    from django.core.cache import cache

    cache.clear()
    client = Client()
    client.post("/accounts/signup/", given)
    assert is_in(client)
    assert Account.objects.get().person.name == "新人"


@pytest.mark.parametrize("weak", ["Short1!", "onlysmallletters", "password123A"])
def test_weak_password_is_refused_by_the_rule(enter: Entered, sign_in: SignedIn, weak: str) -> None:
    person = enter("bagen")
    weak = "abcdefgh" if weak == "onlysmallletters" else weak
    given = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}

    sign_in(person).post("/accounts/password/change/", given)

    assert Account.objects.get().check_password(PASSWORD) is (weak != "password123A")


def test_forgotten_password_without_mail_leads_to_the_administrator(
    db: None, settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    words = Client().get("/accounts/password/reset/").content.decode()
    assert "请系统管理员重置" in words
    assert "<input" not in words.split("忘记密码</h1>")[1].split("</main>")[0]

    settings.EMAIL_HOST = "mail.example"
    assert "发送链接" in Client().get("/accounts/password/reset/").content.decode()


def test_other_ways_to_sign_in_are_shown_only_where_they_are_set_up(
    db: None, settings: Any
) -> None:
    assert "用其他方式登录" not in Client().get(LOGIN).content.decode()

    app = {"client_id": "x", "secret": "y"}
    oidc = app | {
        "provider_id": "oidc",
        "name": "统一身份认证",
        "settings": {"server_url": "https://id.example"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [oidc]},
        "weixin": {"APPS": [app]},
    }

    words = Client().get(LOGIN).content.decode()
    assert "统一身份认证" in words
    assert "/accounts/oidc/oidc/login/" in words
    assert "/accounts/weixin/login/" in words


class TestSecondFactor:
    """The rule people.second_factor."""

    @pytest.fixture
    def worker(self, enter: Entered, banner: Banner) -> Person:
        return enter("worker", "grid_worker", banner.grid)

    def test_new_official_works_during_the_days_of_grace_and_is_reminded(
        self, worker: Person, sign_in: SignedIn
    ) -> None:
        assert "请设置第二重验证" in sign_in(worker).get("/me/").content.decode()

    def test_official_without_one_is_led_to_set_it_up(
        self, worker: Person, sign_in: SignedIn
    ) -> None:
        Rule.objects.filter(key="people.second_factor").update(
            valid=DateRange(dt.date(2020, 1, 1), None)
        )
        client = sign_in(long_ago(worker))

        assert client.get("/me/").headers["Location"] == "/accounts/2fa/"
        assert "须先设置第二重验证" in client.get("/accounts/2fa/").content.decode()

        with_totp(worker)
        assert is_in(client)

    def test_resident_needs_none(self, enter: Entered, sign_in: SignedIn) -> None:
        assert is_in(sign_in(long_ago(enter("bagen"))))

    def test_rule_switched_off_asks_nobody(self, worker: Person, sign_in: SignedIn) -> None:
        change_rule("people.second_factor", required=False)

        assert is_in(sign_in(long_ago(worker)))

    def test_demo_asks_nobody(self, worker: Person, sign_in: SignedIn, settings: Any) -> None:
        settings.DEMO = True

        assert is_in(sign_in(long_ago(worker)))

    def test_code_of_the_app_is_asked_after_the_password(self, worker: Person) -> None:
        secret, client = with_totp(worker), Client()

        assert (
            try_in(client, "worker", PASSWORD).headers["Location"] == "/accounts/2fa/authenticate/"
        )
        assert not is_in(client)
        assert "验证器" in client.get("/accounts/2fa/authenticate/").content.decode()

        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert not is_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
        assert is_in(client)

    def test_secret_is_sealed_in_the_database(self, worker: Person) -> None:
        secret = with_totp(worker)

        assert secret not in str(Authenticator.objects.get().data)

    def test_last_factor_stays_with_those_who_must_have_one(
        self, worker: Person, enter: Entered
    ) -> None:
        resident = enter("bagen")
        for person in (worker, resident):
            with_totp(person)
        adapter = signing.FactorAdapter()

        kept = {
            a.user.username: adapter.can_delete_authenticator(a)
            for a in Authenticator.objects.all()
        }

        assert kept == {"worker": False, "bagen": True}

    @pytest.mark.usefixtures("worker")
    def test_pages_of_setting_up_open(self) -> None:
        client = Client()
        try_in(client, "worker", PASSWORD)
        confirm(client)

        page = client.get("/accounts/2fa/totp/activate/").content.decode()
        assert "用验证器应用扫一扫" in page
        assert "otpauth://totp/" in html.unescape(page)
        secret = page.split("<code>")[1].split("</code>")[0]
        done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
        assert done.headers["Location"] == "/accounts/2fa/recovery-codes/"
        assert "抄在纸上" in client.get("/accounts/2fa/recovery-codes/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/sessions/",
        "/accounts/3rdparty/",
        "/accounts/logout/",
    ],
)
def test_page_of_the_account_is_in_chinese_without_inline_script(
    enter: Entered, address: str
) -> None:
    enter("bagen")
    client = Client()
    try_in(client, "bagen", PASSWORD)
    assert client.get("/accounts/reauthenticate/").status_code == 200
    confirm(client)

    page = client.get(address)
    words = page.content.decode()

    assert page.status_code == 200
    assert "<script>" not in words
    assert "style=" not in words
    for english in ("Password", "Security Key", "Sessions", "Authenticator", "Sign"):
        assert english not in words, english


def test_other_devices_are_signed_out_with_one_press(enter: Entered) -> None:
    enter("bagen")
    phone, desk = Client(headers={"user-agent": "Android Chrome"}), Client()
    for client in (phone, desk):
        try_in(client, "bagen", PASSWORD)
    assert "Android · Chrome" in desk.get("/accounts/sessions/").content.decode()

    desk.post("/accounts/sessions/")

    assert is_in(desk)
    assert not is_in(phone)


def test_passkey_log_in_offers_a_challenge(db: None) -> None:
    answer = Client().get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})

    assert answer.json()["request_options"]["publicKey"]["challenge"]


def test_person_whose_name_is_erased_signs_in_no_more(enter: Entered, banner: Banner) -> None:
    person = enter("bagen")
    client = Client()
    try_in(client, "bagen", PASSWORD)
    officer = enter("officer", "privacy_officer", banner.county)
    from guapeng.kernel.people.actors import actor_of
    from guapeng.kernel.people.models import Field

    by = actor_of(officer.account, on=timezone.localdate())
    actions.erase(person, by=by, at=timezone.now(), fields=list(Field))

    assert not is_in(client)
    assert not is_in(Client())


class TestPolicy:
    """The rules of signing in are the security administrator's."""

    NEW = {
        "key": "people.password",
        "people.password-length": "12",
        "people.password-kinds": "4",
        "people.password-source": "县网信办通知",
    }

    def test_security_administrator_changes_a_rule_from_today(
        self, enter: Entered, sign_in: SignedIn, banner: Banner
    ) -> None:
        client = sign_in(enter("security", "security_admin", banner.county))
        assert "最少位数" in client.get("/people/policy/").content.decode()

        assert client.post("/people/policy/", self.NEW).status_code == 302

        before, now = Rule.objects.filter(key="people.password").order_by("valid")
        assert (before.value["length"], now.value["length"]) == (8, 12)
        assert before.valid.upper == now.valid.lower == timezone.localdate()
        assert now.source == "县网信办通知"

    def test_number_out_of_range_changes_nothing(
        self, enter: Entered, sign_in: SignedIn, banner: Banner
    ) -> None:
        client = sign_in(enter("security", "security_admin", banner.county))

        page = client.post("/people/policy/", self.NEW | {"people.password-length": "4"})

        assert page.status_code == 422
        assert Rule.objects.filter(key="people.password").count() == 1

    @pytest.mark.parametrize("role", ["system_admin", "audit_admin", "dispatcher"])
    def test_nobody_else_does(
        self, enter: Entered, sign_in: SignedIn, banner: Banner, role: str
    ) -> None:
        client = sign_in(enter("somebody", role, banner.county))

        assert client.post("/people/policy/", self.NEW).status_code == 403
        assert Rule.objects.filter(key="people.password").count() == 1
