"""Second factors: authenticator apps, passkeys, recovery codes; required by ``ONEWINDOW_SECOND_FACTOR``."""
