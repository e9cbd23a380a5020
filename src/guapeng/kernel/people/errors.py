"""Why fields of a person stay closed, in the words of whoever asked."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from guapeng.kernel.people.models import Field


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


def named(fields: Iterable[Field]) -> str:
    """Return the fields in words, in their own order: ``姓名、联系方式``."""
    asked = set(fields)
    return "、".join(str(field.label) for field in Field if field in asked)
