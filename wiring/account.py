"""The account that runs this program."""

import getpass


def account_name() -> str:
    """Its name, as the operating system knows it; `unknown` where it knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that no account has
        return "unknown"
