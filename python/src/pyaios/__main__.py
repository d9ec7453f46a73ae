# SPDX-License-Identifier: LGPL-2.1-or-later
"""python -m pyaios: what this process is granted, or what the machine has."""
import argparse
import json
import sys
from typing import Dict, List

from .errors import AiosError
from .handle import Job
from .inside import current
from .machine import Machine
from .quantity import format_amount


def _job_rows(job: Job) -> List[Dict[str, str]]:
    status, how = job.status(), job.details().how
    return [{"resource": name, "grant": format_amount(name, status.grant[name]),
             "request": format_amount(name, status.request[name]),
             "limit": format_amount(name, status.limit[name]),
             "use": format_amount(name, status.use[name]), "how": how[name]}
            for name in status.grant]


def _machine_rows() -> List[Dict[str, str]]:
    with Machine() as machine:
        return [{"resource": r.name, "capacity": format_amount(r.name, r.capacity),
                 "requested": format_amount(r.name, r.charged),
                 "granted": format_amount(r.name, r.granted), "how": r.how}
                for r in machine.resources().values()]


def _table(rows: List[Dict[str, str]]) -> str:
    if not rows:
        return "nothing is stated, so that nothing is limited but by the group"
    lines = [[key.upper() for key in rows[0]]] + [list(row.values()) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(word.ljust(width) for word, width in zip(line, widths)).rstrip()
                     for line in lines)


def _sentence(error: BaseException) -> str:
    return error.args[1] if len(error.args) > 1 else str(error)


def main(arguments: List[str]) -> int:
    """Print it as a table, or as one JSON document."""
    parser = argparse.ArgumentParser(
        prog="python -m pyaios", description="Show what this process is granted; of a process "
        "that is no job, what the machine has.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    try:
        job = current()
        rows = _machine_rows() if job.inert else _job_rows(job)
    except (AiosError, OSError) as error:
        print(f"pyaios: {_sentence(error)}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({"job": None if job.inert else job.id, "resources": rows}))
        return 0
    print("no job: this process is limited by nobody, and the machine has" if job.inert else
          f"job {job.id}, {job.status().state}")
    print(_table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
