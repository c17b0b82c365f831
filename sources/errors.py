"""The one error a user sees: which file, where in it, what is wrong, how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class InputError(Exception):
    """Input that cannot be used, told so that it can be mended.

    Parameters
    ----------
    file : path or short name of what was read.
    where : the key, row, line or column; empty when the whole file is meant.
    fault : what is wrong, as a clause.
    mend : what the reader should do, as an imperative.

    Examples
    --------
    >>> print(InputError("settings.yaml", "key areaa, line 3", "unknown key", "write area"))
    settings.yaml: key areaa, line 3: unknown key. Mend: write area.
    """

    def __init__(self, file: str | Path, where: str, fault: str, mend: str) -> None:
        self.file, self.where, self.fault, self.mend = str(file), where, fault, mend
        super().__init__(str(self))

    def __reduce__(self):  # worker processes hand the error back whole
        return InputError, (self.file, self.where, self.fault, self.mend)

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: {self.fault}. Mend: {self.mend}."


def nearest(word: str, choices: Iterable[str]) -> str:
    """The mend for a misspelt *word*: its nearest right spelling, or all of them.

    >>> nearest("horzon", ["horizon", "seed"])
    'write horizon'
    """
    known = sorted(choices)
    match = difflib.get_close_matches(word, known, n=1)
    return f"write {match[0]}" if match else f"use one of {', '.join(known)}"
