"""The commands that belong to no part in particular; parts bring their own."""

import typer

from guapeng.command.django import set_up

app = typer.Typer(no_args_is_help=True, add_completion=False, help="瓜棚：一个旗县的基层治理系统")


@app.command()
def migrate() -> None:
    """Bring the database to the present version and load the shipped rules.

    Example: guapeng migrate
    """
    set_up()
    from django.core.management import call_command  # after Django is set up

    call_command("migrate", interactive=False)


@app.command()
def check() -> None:
    """Check the settings, the step tables and that no migration is missing.

    Exit status: 0 all well, 1 something is wrong.

    Example: guapeng check
    """
    set_up()
    from django.core.management import CommandError, call_command  # after Django is set up

    try:
        call_command("makemigrations", check=True, dry_run=True)
        call_command("check", fail_level="WARNING")
    except CommandError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except SystemExit as ended:
        raise typer.Exit(int(ended.code or 0)) from None


def main() -> None:
    """Run the command line."""
    app()
