"""The first account, the key of persons' fields, and the permission page, from the command line."""

from pathlib import Path
from typing import Annotated

import typer

from guapeng.plain.terminal import _

app = typer.Typer(
    no_args_is_help=True, help="Accounts, sealed fields, and the page of permissions."
)
importers = typer.Typer()

_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@importers.command("bodies")
def import_bodies(file: _File) -> None:
    """Import units (CSV, CSV.GZ, XLSX): name, short_name, perhaps kind, division (code), phone.

    Without a division a unit belongs to the county. Kinds: department, township, committee,
    centre, party, company, school, cooperative. What is said again changes nothing.

    Exit status: 0 imported; 1 the file is not right (nothing was imported); 2 wrong use, or the
    file cannot be had.

    Example: guapeng import bodies units.xlsx
    """
    _import("import_bodies", file)


@importers.command("duties")
def import_duties(file: _File) -> None:
    """Import power and duty lists (CSV, CSV.GZ, XLSX): body, number, title, kind, basis.

    A line that says something else than before begins today, and the old one is kept.

    Exit status: 0 imported; 1 the file is not right (nothing was imported); 2 wrong use, or the
    file cannot be had.

    Example: guapeng import duties duties.csv
    """
    _import("import_duties", file)


def _import(name: str, file: Path) -> None:
    from django.utils import timezone  # after Django is set up

    from guapeng.kernel.people import unit_lists

    taken = getattr(unit_lists, name)(file, on=timezone.localdate())
    typer.echo(_("新增{new}，变更{changed}，不变{known}").format(**taken._asdict()))


@app.command("seal-anew")
def seal_anew() -> None:
    """Bring sealed phones and identity numbers to the present cipher and key, all or none.

    Run it after GUAPENG_FIELD_CIPHER or GUAPENG_FIELD_KEY was changed and before anybody works:
    until then nobody is found by an old number. Keep the old key's file: backups need it.

    Exit status: 0 done; 1 a key is missing or does not fit, nothing was changed.

    Example: GUAPENG_FIELD_KEY=2 guapeng people seal-anew
    """
    from guapeng.kernel.people import actions  # after Django is set up
    from guapeng.kernel.people.sealed import WrongKey

    try:
        changed = actions.seal_anew()
    except WrongKey as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(_("已重新加密 {count} 人").format(count=changed))


@app.command("administrator")
def administrator(
    username: Annotated[str, typer.Argument(help="Log-in name.")],
    name: Annotated[str, typer.Argument(help="The person's name.")],
) -> None:
    """Let the first system administrator in: prints an address by which to choose a password.

    The address opens once and for 72 hours; GUAPENG_ORIGINS says where the product is reached.

    Exit status: 0 done; 1 there is one already, or no divisions yet; 2 a name will not do.

    Example: guapeng people administrator batu 巴图
    """
    from django.conf import settings  # after Django is set up
    from django.urls import reverse
    from django.utils import timezone

    from guapeng.kernel.people import actions
    from guapeng.kernel.people.errors import AccountRefused

    name, username = _fit("name", name), _fit("username", username)
    try:
        key = actions.appoint_first(at=timezone.now(), name=name, username=username)
    except AccountRefused as refusal:
        typer.echo(refusal.message, err=True)
        raise typer.Exit(1) from refusal
    uid, _dash, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    typer.echo(f"{settings.SITE}{path}")


def _fit(field: str, given: str) -> str:
    """Return a name as the page for new accounts would take it; end with 2 if it would not."""
    from django.core.exceptions import ValidationError  # after Django is set up

    from guapeng.kernel.people.forms import AccountForm

    meant = AccountForm.base_fields[field]
    try:
        return str(meant.clean(given))
    except ValidationError as error:
        typer.echo(f"{meant.label}：{''.join(error.messages)}", err=True)
        raise typer.Exit(2) from None


@app.command("permissions")
def permissions(
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path(
        "docs/reference/permissions.md"
    ),
) -> None:
    """Write the permission matrix as a page.

    Exit status: 0 written, 2 not.

    Example: guapeng people permissions --out docs/reference/permissions.md
    """
    from guapeng.kernel.people.permissions import permissions_page  # after Django is set up

    out.write_text(permissions_page(), encoding="utf-8")
