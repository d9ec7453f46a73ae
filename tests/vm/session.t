#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The session of Documentation/start.rst: what it says is typed is typed, word for word and
# on a terminal, by a user who is new on a machine with the kernel $AIOS_KERNEL, and what it
# says comes of it is compared with what comes. This script boots the machine and runs
# itself there.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/../cli/machine.sh"
in_machine 1800

home=/home/alice
mkdir -p "$home"
getent passwd alice >/dev/null || echo "alice:x:4001:4001::$home:/bin/bash" >>/etc/passwd
chown 4001:4001 "$home"
chmod 0700 "$home"

# The commands of the page, each with a mark on the screen before it.
cat >page.py <<'END'
"""Usage: page.py PAGE session: the shell script of the page's session
       page.py PAGE compare SCREEN: TAP of each command beside what the screen shows
"""

import re
import sys

PROMPT, MORE = "alice$ ", "> "


def commands(path):
    """Yield each command with the lines that the page says come of it."""
    command, expected = None, []
    with open(path, encoding="utf-8") as page:
        for line in page.read().split("\n"):
            text = line[2:] if line.startswith("  ") else None
            if command and text is not None and text.startswith(MORE):
                command += "\n" + text[len(MORE):]
                continue
            if text is not None and not text.startswith(PROMPT):
                expected.append(text)
                continue
            if command:
                yield command, expected
            command, expected = None, []
            if text is not None:
                command = text[len(PROMPT):]


def same(lines):
    """Return lines without what differs from one machine and one time to the next."""
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    text = re.sub(r"\b\d+(\.\d+)?(us|ms|s|KiB|MiB|GiB)\b|\b\d+m\d\ds\b|\b\d+h\d\dm\b", "N", text)
    return re.sub(r" +", " ", text)


def main(path, what, screen=None):
    """Print the script, or compare."""
    session = list(commands(path))
    if what == "session":
        print('mark() { local status=$?; echo "@@$1"; return $status; }')
        for i, (command, _) in enumerate(session):
            print(f"mark {i}\n{command}")
        print(f"mark {len(session)}")
        return
    with open(screen, encoding="utf-8") as shown:
        parts = re.split(r"^@@\d+\n", shown.read().replace("\r", ""), flags=re.M)[1:]
    print(f"1..{len(session)}")
    for i, (command, expected) in enumerate(session):
        came = parts[i].split("\n") if i < len(parts) else ["nothing: the session ended before"]
        good = same(came) == same(expected)
        print("ok" if good else "not ok", i + 1, "-", command.split("\n")[0])
        if not good:
            print("".join(f"# expected: {line}\n" for line in expected) +
                  "".join(f"# came: {line}\n" for line in came), end="")


main(*sys.argv[1:])
END
page=$top/Documentation/start.rst
python3 page.py "$page" session >"$home/session.sh" || exit
chmod 0644 "$home/session.sh"
export TERM=dumb HOME=$home
cd "$home" || exit
timeout 1500 script -q -e -c "stty -opost cols 200; exec setpriv --reuid=4001 --regid=4001 --clear-groups \
	bash session.sh" "$scratch/screen" >/dev/null </dev/null
cd "$scratch" || exit
python3 page.py "$page" compare screen
