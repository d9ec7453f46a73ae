# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cells of a notebook that are jobs: %load_ext pyaios, then %%job --cpus 2:8 --mem 4G:16G."""
from __future__ import annotations

import argparse
import shlex
from typing import Any, Dict, NoReturn

from .inside import job
from .quantity import KEYWORDS


class _Parser(argparse.ArgumentParser):
    """It raises what is wrong, as a notebook has no process to end."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(f"%%job: {message}")


def _parser() -> _Parser:
    parser = _Parser(prog="%%job", add_help=False)
    for keyword in KEYWORDS:
        parser.add_argument(f"--{keyword.replace('_', '-')}", metavar="REQUEST:LIMIT")
    for word in ("name", "group"):
        parser.add_argument(f"--{word}")
    for word in ("weight", "priority"):
        parser.add_argument(f"--{word}", type=int)
    for word in ("timeout", "expected", "time_limit"):
        parser.add_argument(f"--{word.replace('_', '-')}", type=float, metavar="SECONDS")
    for word in ("strict", "exclusive", "required"):
        parser.add_argument(f"--{word}", action="store_true", default=None)
    return parser


def options_of(line: str) -> Dict[str, Any]:
    """The options of job() that a line states as aiosctl takes them; raises ValueError."""
    given = _parser().parse_args(shlex.split(line))
    return {name: value for name, value in vars(given).items() if value is not None}


def load(shell: Any) -> None:
    """Register the magic with a shell of IPython."""
    def run(line: str, cell: str) -> None:
        with job(**options_of(line)):
            result = shell.run_cell(cell)
        result.raise_error()

    shell.register_magic_function(run, "cell", "job")
