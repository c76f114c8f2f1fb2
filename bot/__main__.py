"""The command line: `broadsheet` and `python -m bot` are this."""

from __future__ import annotations

from bot.terminal import application


def main() -> None:
    """Run one command of the command line and exit with its code."""
    application()


if __name__ == "__main__":
    main()
