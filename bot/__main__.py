"""The command line: `broadsheet` and `python -m bot` are this."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run one command of the command line and exit with its code."""
    # Nothing that is imported is ever garbage; looking for some costs a tenth of the start.
    gc.disable()
    from bot.terminal import execute

    gc.enable()
    sys.exit(execute(sys.argv[1:]))


if __name__ == "__main__":
    main()
