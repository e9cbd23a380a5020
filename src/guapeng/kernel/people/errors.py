"""Why fields of a person stay closed, in the words of whoever asked."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from guapeng.kernel.people.models import Field
from guapeng.web import words


class PrivacyRefused(Exception):
    """Nothing was opened or changed. ``status`` is the HTTP answer that fits."""

    status = 403

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoPurpose(PrivacyRefused):
    """Whoever looks says why."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("查看个人信息须写明目的"))


class NoBasis(PrivacyRefused):
    """Whoever looks names a legal basis in force."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("查看个人信息须选择现行有效的依据"))


class NothingAsked(PrivacyRefused):
    """Whoever looks says which fields."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("请选择要查看的信息"))


class BeyondBasis(PrivacyRefused):
    """The legal basis does not cover all fields asked for."""

    def __init__(self, *, label: str, fields: Iterable[Field]) -> None:
        super().__init__(
            _("“%(basis)s”不包括：%(fields)s") % {"basis": label, "fields": named(fields)}
        )


class NotYourPeople(PrivacyRefused):
    """No post of the looker opens these fields of this person."""

    def __init__(self) -> None:
        super().__init__(_("您的岗位不能查看此人的这些信息"))


class NotConsented(PrivacyRefused):
    """The legal basis is consent, and there is none, or not for all fields, or no longer."""

    def __init__(self, *, fields: Iterable[Field]) -> None:
        super().__init__(_("本人没有同意使用：%(fields)s") % {"fields": named(fields)})


class LawIsTheBasis(PrivacyRefused):
    """A law allows it already; asking for consent would pretend that there is a choice."""

    status = 409

    def __init__(self, *, clause: str) -> None:
        super().__init__(_("此项依法使用，不需要同意：%(clause)s") % {"clause": clause})


class OnlyThePerson(PrivacyRefused):
    """A consent is given and withdrawn by the person alone."""

    def __init__(self) -> None:
        super().__init__(_("同意和撤回只能由本人办理"))


class GuardianNeeded(PrivacyRefused):
    """The person is too young to agree alone."""

    def __init__(self, *, age: int) -> None:
        super().__init__(_("不满%(age)s周岁的，由监护人同意") % {"age": age})


class HeldBySomebodyElse(PrivacyRefused):
    """A number is one person's alone."""

    status = 409

    def __init__(self, *, field: Field) -> None:
        super().__init__(_("这个%(field)s已登记在另一人名下，请核对") % {"field": named([field])})


class NotYourHouseholds(PrivacyRefused):
    """The ledger of a grid is kept by its grid worker."""

    def __init__(self) -> None:
        super().__init__(_("住户台账由本网格的网格员登记"))


class OwnRecord(PrivacyRefused):
    """Whoever decides on records does not decide on their own."""

    def __init__(self) -> None:
        super().__init__(_("本人的信息须由另一位负责人更正或删除"))


class StillInOffice(PrivacyRefused):
    """Who holds a post acts for everybody under their name."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("此人现在任职，任职期间不能删除姓名"))


class AccountRefused(Exception):
    """No account or post was changed. ``status`` is the HTTP answer that fits."""

    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotYourAccounts(AccountRefused):
    """Accounts are kept by the system administrator of the place."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("账号和任职由所辖范围的系统管理员办理"))


class OwnAccount(AccountRefused):
    """Nobody lets themself in."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("不能为本人任免岗位或重置登录，请由另一位系统管理员办理"))


class LoginTaken(AccountRefused):
    """Log-in names are one person's each."""

    def __init__(self) -> None:
        super().__init__(_("这个登录名已有人使用"))


class HasAccount(AccountRefused):
    """One person, one account."""

    def __init__(self) -> None:
        super().__init__(_("此人已有账号"))


class HeldAlready(AccountRefused):
    """The same post twice at a time means nothing."""

    def __init__(self) -> None:
        super().__init__(_("此人在这段时间已任此岗位"))


class BegunBefore(AccountRefused):
    """The instance has a system administrator."""

    def __init__(self) -> None:
        super().__init__(_("已有系统管理员，其他账号由系统管理员开立"))


class NotYourPolicy(AccountRefused):
    """The rules of signing in are set by the security administrator."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("登录规则由安全管理员修改"))


class NoCounty(AccountRefused):
    """Posts need places."""

    def __init__(self) -> None:
        super().__init__(_("还没有区划，请先导入：guapeng import divisions"))


class NoColleague(AccountRefused):
    """Whoever stands in knows the place and its cases already."""

    def __init__(self) -> None:
        super().__init__(_("替岗人须已在本嘎查（社区）或本苏木乡镇任职"))


class SeparatedRoles(AccountRefused):
    """Some posts check each other and are never one person's."""

    def __init__(self, *, held: str, wanted: str) -> None:
        super().__init__(
            _("已任“%(held)s”，不能再任“%(wanted)s”：相互制约的岗位须由不同的人担任")
            % {"held": held, "wanted": wanted}
        )


def named(fields: Iterable[Field]) -> str:
    """Return the fields in words, in their own order: ``姓名、联系方式``."""
    asked = set(fields)
    return words.listed(str(field.label) for field in Field if field in asked)
