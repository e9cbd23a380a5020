"""Who the visitor of the demo can be: one account a role."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from guapeng.demo.places import COUNTY
from guapeng.demo.scene import Scene
from guapeng.kernel.people import actions
from guapeng.kernel.people.models import Account, Person
from guapeng.kernel.people.roles import roles

PASSWORD: Final = "demo"  # noqa: S105  # no secret: it opens invented data, in demo mode alone
_GRID: Final = "152530100001001"


@dataclass(frozen=True)
class Login:
    """A log-in of the demo: the role, where to find who holds it, and what it is good for."""

    username: str
    role: str
    where: str
    icon: str
    says: str


LOGINS: Final = (
    Login("resident", "resident", "", "me", "反映问题、看进展、作评价"),
    Login("grid", "grid_worker", _GRID, "place", "当场解决、核查结果"),
    Login("grid_leader", "grid_leader", _GRID[:12], "place", "看本社区的网格"),
    Login("secretary", "village_secretary", _GRID[:12], "home", "吹哨、核查、评价结果"),
    Login("town", "township_leader", _GRID[:9] + "000", "unit", "审核吹哨、看本镇事项"),
    Login("dispatcher", "dispatcher", COUNTY, "send", "受理、派单、合并、回访"),
    Login("desk_lead", "dispatch_lead", COUNTY, "flag", "裁定异议、批延期、督办"),
    Login("housing", "department_officer", "housing", "unit", "住建局：牵头办理"),
    Login("urban", "department_officer", "urban", "unit", "综合执法局：牵头和协办"),
    Login("heat", "department_officer", "heat", "unit", "供热公司：应哨和办理"),
    Login("petition", "petition_liaison", COUNTY, "send", "接收移交的信访事项"),
    Login("privacy", "privacy_officer", COUNTY, "shield", "看谁调阅了个人信息"),
    Login("audit", "audit_admin", COUNTY, "shield", "看日志和调阅记录"),
    Login("security", "security_admin", COUNTY, "shield", "安全策略"),
    Login("system", "system_admin", COUNTY, "key", "开立账号、给岗位"),
)


def open_all(scene: Scene, *, at: dt.datetime) -> dict[str, int]:
    """Open the accounts, none of which has a password of its own; return their ids by name."""
    keeper = scene.actor("system_admin", COUNTY)
    return {
        login.username: actions.open_account(
            person(scene, login), by=keeper, at=at, username=login.username
        ).pk
        for login in LOGINS
    }


def person(scene: Scene, login: Login) -> Person:
    """Return who signs in: the first holder of the role there, or the first resident."""
    if login.role == "resident":
        return scene.residents[0]
    return scene.holders[login.role, login.where][0]


def label(login: Login) -> str:
    """Return the role in words."""
    return roles()[login.role].label


def names() -> dict[str, str]:
    """Return what the people are called who sign in, by log-in."""
    accounts = Account.objects.filter(username__in=[login.username for login in LOGINS])
    return dict(accounts.values_list("username", "person__name"))
