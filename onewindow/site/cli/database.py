"""Commands for the database: bring it to the present shape, say where it is."""

import argparse
from typing import Any

from onewindow.site import embedded, environment


def register(commands: Any) -> None:
    """`migrate`, `database-url`."""
    migrate = commands.add_parser("migrate", help="bring the database to the shape that this version needs")
    migrate.add_argument("--quiet", action="store_true", help="say nothing when all goes well")
    migrate.set_defaults(run=_migrate, needs="owner")

    where = commands.add_parser(
        "database-url", help="print the database URL in use (starts the embedded one)"
    )
    where.add_argument("--owner", action="store_true", help="the URL of the role that owns the tables")
    where.set_defaults(run=_url, needs="nothing")


def _migrate(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    from onewindow.site import grants

    call_command("migrate", interactive=False, verbosity=0 if options.quiet else 1)
    grants.apply()


def _url(options: argparse.Namespace) -> None:
    outside = environment.text("ONEWINDOW_DATABASE_URL")
    if outside:
        urls = embedded.Urls(app=environment.text("ONEWINDOW_APP_DATABASE_URL", outside), owner=outside)
    else:
        # Left running: whoever asks for the address is about to use it.
        urls = embedded.ensure_running(environment.data_dir())
    print(urls.owner if options.owner else urls.app)
