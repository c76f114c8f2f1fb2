"""The command line: `broadsheet` and `python -m bot` are this."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run one command of the command line and exit with its code."""
    # To look for garbage costs a tenth of the start: not before all is imported.
    gc.disable()
    from bot.terminal import execute

    sys.exit(execute(sys.argv[1:]))


if __name__ == "__main__":
    main()
