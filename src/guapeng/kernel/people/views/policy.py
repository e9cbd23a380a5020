"""The rules of signing in, for the security administrator."""

from typing import Any, Final

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from guapeng.kernel.people import actions
from guapeng.kernel.people.actions.policy import POLICIES
from guapeng.kernel.people.hooks import sets_policy
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.rules.models import Rule
from guapeng.kernel.rules.queries import in_force
from guapeng.web.answers import page, say, sent

_LABELS: Final = {
    "people.second_factor": gettext_lazy("第二重验证"),
    "people.password": gettext_lazy("密码"),
    "people.sign_in_lock": gettext_lazy("输错密码"),
    "people.sign_up": gettext_lazy("自己注册"),
    "required": gettext_lazy("能看到他人信息的岗位必须设置"),
    "grace_days": gettext_lazy("宽限天数"),
    "length": gettext_lazy("最少位数"),
    "kinds": gettext_lazy("大写、小写、数字、符号中的几种"),
    "failures": gettext_lazy("错几次锁定"),
    "minutes": gettext_lazy("锁定分钟数"),
    "open": gettext_lazy("任何人可以自己注册账号"),
}
_RANGES: Final = {
    "grace_days": (0, 90),
    "length": (8, 64),
    "kinds": (1, 4),
    "failures": (3, 20),
    "minutes": (5, 1440),
}


class PolicyForm(forms.Form):
    """The numbers of one rule, and by which text."""

    def __init__(self, rule: Rule, given: Any = None) -> None:
        """Ask for what the rule holds."""
        super().__init__(given, prefix=rule.key)
        for name, value in rule.value.items():
            self.fields[name] = _field(name, value)
        self.fields["source"] = forms.CharField(
            label=_("依据"), max_length=300, initial=rule.source
        )


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def policy(request: HttpRequest) -> HttpResponse:
    """Show the rules, each with its form; one is changed at a time."""
    if not sets_policy(request):
        raise PermissionDenied
    chosen, given = request.POST.get("key", ""), sent(request)
    rules = [in_force(key, on=localdate()) for key in POLICIES]
    forms_ = {rule.key: PolicyForm(rule, given if rule.key == chosen else None) for rule in rules}
    form = forms_.get(chosen)
    if form is not None and form.is_valid():
        value = dict(form.cleaned_data)
        source = value.pop("source")
        actions.set_policy(chosen, by=actor(request), at=timezone.now(), value=value, source=source)
        say(request, _("规则已修改，即日起执行"))
        return redirect("people:policy")
    told = {
        "title": _("登录规则"),
        "rules": [(rule.key, _LABELS[rule.key], forms_[rule.key]) for rule in rules],
    }
    return page(request, "people/policy.html", told, status=422 if form is not None else 200)


def _field(name: str, value: Any) -> forms.Field:
    if isinstance(value, bool):
        return forms.BooleanField(label=_LABELS[name], required=False, initial=value)
    least, most = _RANGES[name]
    return forms.IntegerField(label=_LABELS[name], min_value=least, max_value=most, initial=value)
