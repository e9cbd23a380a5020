"""Who there is: persons with as little about them as will do, bodies, posts, and who looked."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, ClassVar

import orjson
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection, models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Division


class Person(models.Model):
    """A natural person: a name, a way to reach them, a home. Nothing that no service needs.

    Phone and identity number are stored as cipher text beside a keyed hash for equality look-up
    (``people.sealed``); they are never keys and never stand in an address.
    """

    name = models.CharField(_("姓名"), max_length=100)
    name_keys = ArrayField(models.CharField(max_length=200), default=list)
    phone_sealed = models.BinaryField(null=True)
    phone_hash = models.BinaryField(max_length=32, null=True)
    identity_sealed = models.BinaryField(null=True)
    identity_hash = models.BinaryField(max_length=32, null=True)
    home = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("人员")
        constraints = [
            models.UniqueConstraint(fields=["phone_hash"], name="person_phone_once"),
            models.UniqueConstraint(fields=["identity_hash"], name="person_identity_once"),
        ]
        indexes = [GinIndex(fields=["name_keys"], name="person_by_name_key")]

    def __str__(self) -> str:
        return f"person {self.pk}"


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their log-in name, each with its person: every page names who is there."""

    def get_queryset(self) -> models.QuerySet["Account"]:
        """Return accounts with their persons."""
        return super().get_queryset().select_related("person")

    def get(self, *args: Any, **kwargs: Any) -> "Account":
        """Return one account, as Django does; by its id, as every request asks, ten times faster.

        Then it brings along ``held_today``, for the next question is which posts somebody holds.

        Raises:
            Account.DoesNotExist: nobody's account.
        """
        id_ = kwargs.get("pk")
        if args or len(kwargs) > 1 or not isinstance(id_, int):
            return super().get(*args, **kwargs)
        at_hand = _AT_HAND.get()
        if at_hand and at_hand.pk == id_:
            return at_hand
        with connection.cursor() as cursor:
            cursor.execute(account_query("%s"), [timezone.localdate(), id_])
            row = cursor.fetchone()
        if row is None:
            raise Account.DoesNotExist
        return account_of(row)

    def create_account(self, *, username: str, person: Person, password: str) -> "Account":
        """Create the account of ``person``; the password is stored as an Argon2 hash."""
        account = self.model(username=username, person=person)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """How a person signs in."""

    username = models.CharField(_("登录名"), max_length=40, unique=True)
    email = models.EmailField(_("邮箱"), blank=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    held_today: list[list[Any]] | None = None  # rows of HELD, where the manager has asked for them

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.username


HELD = """
select p.role, p.division_id, d.lineage, d.formerly, p.body_id, d.name,
       coalesce(b.short_name, '') as unit
from people_post p
join divisions_division d on d.id = p.division_id
left join people_body b on b.id = p.body_id
where p.person_id = {person} and p.valid @> %s::date
"""
"""The posts that a person holds on a day, with all that permission needs to know of each."""


@cache
def account_query(id_: str) -> str:
    """Return the statement that Django makes of the question for one account, and its posts.

    ``id_`` is an expression for the account's id; the statement is given a day and then that.
    """
    account, _given = Account.objects.filter(pk=0).query.sql_with_params()
    held = HELD.format(person="found.person_id")
    row = "json_build_array(role, division_id, lineage, formerly, body_id, name, unit)"
    posts = f"select coalesce(json_agg({row}), '[]')::text from ({held}) held"  # noqa: S608  # ours
    return f"select found.*, ({posts}) from ({account.replace('%s', id_)}) found"  # noqa: S608  # ours


def account_of(row: tuple[Any, ...]) -> Account:
    """Return the account of a row of ``account_query``, with its person and ``held_today``."""
    own, persons = _columns(Account), _columns(Person)
    account = Account.from_db("default", own, row[: len(own)])
    account.person = Person.from_db("default", persons, row[len(own) : -1])
    account.held_today = orjson.loads(row[-1])
    return account


_AT_HAND: ContextVar[Account | None] = ContextVar("account_at_hand", default=None)


@contextmanager
def at_hand(account: Account | None) -> Iterator[None]:
    """Let a question for this account within the block be answered by it: it was just read."""
    token = _AT_HAND.set(account)
    try:
        yield
    finally:
        _AT_HAND.reset(token)


@cache
def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


class BrowserSession(AbstractBaseSession):
    """A browser that somebody uses, and with which account, if with one."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("会话")

    def __str__(self) -> str:
        return f"{self.account_id}"

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        """Return what reads and writes sessions."""
        from guapeng.kernel.people.sessions import SessionStore  # it needs this model

        return SessionStore


class FailedSignIn(models.Model):
    """Somebody typed a wrong password for a log-in name; kept while the rule's minutes run.

    The name is kept as a fingerprint, because people type passwords where names belong.
    """

    name_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["name_hash", "at"], name="failed_sign_in_by_name"),
            models.Index(fields=["at"], name="failed_sign_in_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at}"


class Body(models.Model):
    """A unit: department, committee, branch, school, company, cooperative."""

    class Kind(models.TextChoices):
        """What sort of unit it is."""

        DEPARTMENT = "department", _("部门")
        TOWNSHIP = "township", _("苏木乡镇街道")
        COMMITTEE = "committee", _("嘎查村（居）民委员会")
        CENTRE = "centre", _("指挥中心")
        PARTY = "party", _("党组织")
        COMPANY = "company", _("企业")
        SCHOOL = "school", _("学校")
        COOPERATIVE = "cooperative", _("合作社")

    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    division = models.ForeignKey(Division, models.PROTECT, related_name="bodies")
    superior = models.ForeignKey("self", models.PROTECT, null=True, related_name="subordinates")
    phone = models.CharField(_("值班电话"), max_length=30, blank=True)
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("单位")
        constraints = [
            models.UniqueConstraint(fields=["division", "name"], name="body_name_once_a_place")
        ]

    def __str__(self) -> str:
        return self.short_name


class Duty(models.Model):
    """A line of a unit's power and duty list (权责清单): what is its job, by which clause."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="duties")
    number = models.CharField(_("编号"), max_length=20)
    title = models.CharField(_("事项"), max_length=200)
    kind = models.CharField(_("类型"), max_length=40)
    basis = models.TextField(_("依据"))
    valid = DateRangeField(_("适用时间"))

    class Meta:
        verbose_name = _("权责事项")
        constraints = [
            ExclusionConstraint(
                name="duty_number_one_at_a_time",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Post(models.Model):
    """A person holds a role, for a unit or a place, for a time. All permission comes from here."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    role = models.CharField(_("岗位"), max_length=30)
    division = models.ForeignKey(Division, models.PROTECT, related_name="posts")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="posts")
    valid = DateRangeField(_("任期"))

    class Meta:
        verbose_name = _("任职")
        constraints = [
            ExclusionConstraint(
                name="post_held_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("division", RangeOperators.EQUAL),
                    (Coalesce("body", 0), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]
        indexes = [models.Index(fields=["role", "division"], name="post_by_role")]

    def __str__(self) -> str:
        return f"{self.role}@{self.division_id}"


class Household(models.Model):
    """People who live and eat together at one address, in a grid where there is one.

    ``uid`` is made by the client: sent again, it is the same household. ``members`` is how many
    they say they are; who they are is told by ``HouseholdMember`` alone, where somebody is known.
    ``version`` rises with every change, so that no writer covers what they have not seen.
    """

    class Kind(models.TextChoices):
        """What they live from, as far as a grid must know it."""

        ORDINARY = "ordinary", _("普通户")
        HERDING = "herding_household", _("牧户")

    uid = models.UUIDField(unique=True)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", db_index=False)
    address = models.CharField(_("住址"), max_length=200)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    members = models.PositiveSmallIntegerField(_("人数"), null=True)
    valid = DateRangeField(_("居住时间"))
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        verbose_name = _("户")
        constraints = [
            models.CheckConstraint(name="household_has_address", condition=~models.Q(address="")),
            models.CheckConstraint(
                name="household_is_not_empty",
                condition=models.Q(members=None) | models.Q(members__gte=1),
            ),
        ]
        indexes = [
            models.Index(fields=["division", "address", "id"], name="household_by_address"),
            models.Index(
                fields=["valid"],
                name="household_ended",
                condition=models.Q(valid__upper_inf=False),
            ),
        ]

    def __str__(self) -> str:
        return f"household {self.pk}"


class HouseholdMember(models.Model):
    """A person lives in a household, for a time. Others read a masked name, or nothing."""

    uid = models.UUIDField(unique=True, db_default=RandomUUID())
    household = models.ForeignKey(Household, models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, models.PROTECT, related_name="households")
    valid = DateRangeField(_("居住时间"))

    class Meta:
        verbose_name = _("住户成员")
        constraints = [
            ExclusionConstraint(
                name="member_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("household", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.household_id}"


class HouseholdCount(models.Model):
    """How many households of a division have not ended, kept by the database itself.

    ``people`` adds the ``members`` of those that tell; ``untold`` is how many do not.
    """

    place = models.OneToOneField(
        Division, models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    households = models.PositiveIntegerField()
    herding = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    untold = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("户数汇总")

    def __str__(self) -> str:
        return f"{self.place_id}: {self.households}"


class Field(models.TextChoices):
    """What is held about a person, in the groups for which a law or a consent is needed."""

    NAME = "name", _("姓名")
    PHONE = "phone", _("联系方式")
    IDENTITY = "identity", _("身份证号码")
    HOME = "home", _("居住地")


class Lookup(models.Model):
    """Somebody opened fields of a person: which, why, by what law. The database never forgets it.

    The person reads it, and so do the privacy officer and the audit administrator; nobody else.

    Attributes:
        acting_as: the key of the post that opened the fields, ``title`` the post in words.
        purpose: why, in the looker's own words.
        basis: key of the legal basis (``people.bases``), ``clause`` its text on that day.
        met_in: the subject in which looker and person meet, e.g. ``matter:17``, if there is one.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="lookups")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    acting_as = models.CharField(max_length=120)
    title = models.CharField(_("岗位"), max_length=200)
    at = models.DateTimeField(_("时间"))
    purpose = models.CharField(_("目的"), max_length=200)
    basis = models.CharField(max_length=60)
    clause = models.TextField(_("依据"))
    fields = ArrayField(models.CharField(max_length=12, choices=Field))
    met_in = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("调阅记录")
        indexes = [models.Index(fields=["person", "-id"], name="lookup_by_person")]
        constraints = [
            models.CheckConstraint(
                name="lookup_says_why",
                condition=~models.Q(purpose="") & ~models.Q(basis="") & ~models.Q(fields=[]),
            )
        ]

    def __str__(self) -> str:
        return f"lookup {self.pk}"


class Consent(models.Model):
    """A person lets one group of fields be used for one purpose, until they withdraw it.

    ``purpose`` is the key of a legal basis that rests on consent; where a law is the basis no
    consent is asked, for it would be pretended (PIPL arts. 13, 15).
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    purpose = models.CharField(_("目的"), max_length=60)
    field = models.CharField(_("信息"), max_length=12, choices=Field)
    given_at = models.DateTimeField(_("同意时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)

    class Meta:
        verbose_name = _("授权同意")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "field"],
                condition=models.Q(withdrawn_at=None),
                name="consent_open_once",
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after_given",
                condition=models.Q(withdrawn_at=None)
                | models.Q(withdrawn_at__gte=models.F("given_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"
