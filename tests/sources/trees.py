"""Folders of files as they turn up in real life."""

import os
from pathlib import Path


def touched(folder: Path, *names: str) -> None:
    """Make empty files below a folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def moved_too_deep(folder: Path) -> Path:
    """Move a folder so deep that names of up to five characters in it can be reached, no longer.

    The system looks into no path that long, whoever asks; into a folder that is only forbidden
    it lets an administrator.
    """
    deep = folder.parent
    longest = os.pathconf(folder, "PC_PATH_MAX") - 1
    while (room := longest - len(bytes(deep / folder.name / "five!"))) > 250:
        deep /= "x" * 200
    deep /= "x" * (room - 1)
    deep.mkdir(parents=True)
    return folder.rename(deep / folder.name)
