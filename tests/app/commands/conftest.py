"""A terminal at the sample company."""

from tests.fakes.loaded import any_terminal, loaded_home, loaded_rows, new_database, terminal

__all__ = ["any_terminal", "loaded_home", "loaded_rows", "new_database", "terminal"]
