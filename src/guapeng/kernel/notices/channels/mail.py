"""E-mail, where the instance has a server for it (``GUAPENG_MAIL``)."""

from collections.abc import Collection, Iterator

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.kernel.notices.channels import Letter, Way, channel
from guapeng.kernel.people.models import Account


def _ways(person_ids: Collection[int]) -> Iterator[Way]:
    accounts = Account.objects.filter(person_id__in=person_ids, is_active=True).exclude(email="")
    for person_id, email in accounts.values_list("person_id", "email"):
        yield Way(person_id=person_id, address={"email": email})


@channel("mail", label=gettext_lazy("邮件"), ways=_ways, is_ready=lambda: bool(settings.EMAIL_HOST))
def send(letter: Letter) -> None:
    """Send the letter; its Message-ID is stable, so that mailboxes can tell a repetition."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    EmailMessage(
        subject=f"{letter.words} {letter.number}".strip(),
        body="\n\n".join((letter.words, settings.SITE + letter.url, _how_to_stop())),
        to=[letter.address["email"]],
        headers={"Message-ID": f"<{letter.id}@{host}>", "Auto-Submitted": "auto-generated"},
    ).send()


def _how_to_stop() -> str:
    return _("不想收邮件，可在“通知设置”里关闭。")
