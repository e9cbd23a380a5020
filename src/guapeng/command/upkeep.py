"""Commands that keep an instance in order."""

import typer

from guapeng.plain.terminal import _

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring the database to the present version and load the shipped rules.

    Exit status: 0 done, 2 the database cannot be had.

    Example: guapeng migrate
    """
    from django.core.management import call_command  # after Django is set up

    call_command("migrate", interactive=False)


@app.command()
def check() -> None:
    """Check the settings, the step tables and that no migration is missing.

    Exit status: 0 all well, 1 something is wrong, 2 the database is of another version (`guapeng
    migrate` first) or cannot be had.

    Example: guapeng check
    """
    from django.core.management import CommandError, call_command  # after Django is set up

    try:
        call_command("makemigrations", check=True, dry_run=True)
        call_command("check", fail_level="WARNING", databases=["default"])
    except CommandError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except SystemExit as ended:  # a migration is missing, and has been told
        raise typer.Exit(int(ended.code or 0)) from None
    typer.echo(_("一切正常"))
