#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the header promises of errors is what tests/kselftest/errors_*.c try: of each call each
# errno, and no other. An errno that several calls share is tried at one of them at least.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit

compare='
import glob, re, sys
header = open("uapi/linux/aios.h").read()
tried = set()
for path in glob.glob("tests/kselftest/errors_*.c"):
    tried |= set(re.findall(r"\{ \"([A-Z_]+)\", (E[A-Z0-9]+), \w+ \}", open(path).read()))
promised, nr = set(), 0
for part in re.split(r"\n/\*\*\n", header)[1:]:
    comment, _, rest = part.partition("*/")
    calls = re.findall(r"#define AIOS_IOC_([A-Z_]+)\s+_IO\(", rest)
    if "\n * Errors, beside" not in comment or not calls:
        continue
    errors = comment.split("\n * Errors, beside", 1)[1]
    names = set()
    for item in re.findall(r"\n \*  - ([^:]+):", errors):
        names |= set(re.findall(r"E[A-Z0-9]+", item))
    nr += 1
    for name in sorted(names):
        if not any((call, name) in tried for call in calls):
            print("nobody tries", name, "of", ", ".join(calls))
        promised |= {(call, name) for call in calls}
    if "of every job call" in errors.split(":", 1)[0]:
        for call in calls:
            for name in ("ECANCELED", "EPERM"):
                promised.add((call, name))
                if (call, name) not in tried:
                    print("nobody tries", name, "of", call)
for call, name in sorted(tried - promised):
    print("the header does not promise", name, "of", call)
print(nr, "lists,", len(tried), "tried", file=sys.stderr)
'
run python3 -c "$compare"
is "each errno of each call is tried" "$out" ""
like "of all lists" "$err" '^2[0-9] lists, [0-9]+ tried$'
finish
