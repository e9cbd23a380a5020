"""The root of the command line, and what every command has in common."""

import typer

from guapeng.command import database, demo, parts, serving, upkeep

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",  # sentences flow on; the others keep the breaks of the source
    pretty_exceptions_enable=False,  # its frames would print what variables hold: people's data
    help="Guapeng (瓜棚): one front door for a county's grassroots governance.",
    epilog=(
        "Exit status: 0 done; 1 something was found or is not right; 2 wrong use, or a file, "
        "port or database cannot be had. GUAPENG_HOME names the data folder, DATABASE_URL a "
        "PostgreSQL of your own, LANG the language of messages (en or zh)."
    ),
)
for own in (serving, upkeep, demo):
    parts.add(app, own)
parts.add(app, database, under="database")
parts.mount(app)


def main() -> None:
    """Run the command line."""
    app(prog_name="guapeng")
