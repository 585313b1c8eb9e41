"""A group of commands of which one goes without its name: `crisis inquiry "TEXT"` is `crisis inquiry new "TEXT"`."""

from typing import Any

from typer.core import TyperGroup

from protocol.words import Remedy


class TakesText(TyperGroup):
    """What begins with none of its commands is the text of a new inquiry."""

    usual = "new"
    alone = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts the name of the usual command in front, where none is given."""
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        wanted = args if named or not (args or self.alone) else [self.usual, *args]
        return super().parse_args(ctx, wanted)


class ShowsSheet(TakesText):
    """What begins with none of its commands is the sheet of an incident, or of those that are open."""

    usual = "sheet"
    alone = True


class KnowsNumbers(TyperGroup):
    """A number where a command is due is that of an alarm: it says what can be done with it."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named. Raises Remedy for a number."""
        if args and args[0].isdecimal():
            raise Remedy(
                f"An alarm is not shown by itself: `crisis alarms` lists them all, and `crisis alarms answer {args[0]} "
                "real|false-alarm --member MEMBER` says what this one is."
            )
        return super().resolve_command(ctx, args)
