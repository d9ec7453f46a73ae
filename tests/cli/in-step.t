#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# What aiosctl takes, its man pages, its three completions, the JSON schema and
# the ABI's header are in step: the command's own table of options is compared
# with each of them, in both directions.

import json
import os
import re
import subprocess
import sys

import jsonschema

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
CTL = os.path.join(os.environ.get("AIOS_BUILD", TOP + "/build"), "bin/aiosctl")
nr = 0
failed = 0


def read(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as f:
        return f.read()


def same(name, got, want):
    """A point: two sets are the same."""
    global nr, failed
    nr += 1
    got, want = set(got), set(want)
    if got == want:
        print(f"ok {nr} - {name}")
        return
    failed += 1
    print(f"not ok {nr} - {name}")
    print(f"# missing: {sorted(want - got)}")
    print(f"# too many: {sorted(got - want)}")


def options(command):
    return {o["name"] for o in command["options"] + command["shared_options"]}


def walk(commands, prefix=""):
    """All commands with their full names; those with subcommands as well."""
    for c in commands:
        yield prefix + c["name"], c
        yield from walk(c.get("commands", []), prefix + c["name"] + " ")


# ------------------------------------------------------------------ man pages
def page_of(name):
    """The page that describes a command."""
    first = name.split()[0]
    pages = {"submit": "run", "show": "list", "explain": "list",
             "undrain": "drain", "hold": "update", "release": "update", "suspend": "update", "resume": "update", "cancel": "update",
             "version": "", "help": ""}
    page = pages.get(first, first)
    return "aiosctl-" + page if page else "aiosctl"


def man_options(text):
    text = text.replace("\\-", "-")
    tagged = re.findall(r"^\.TP\n(\.[BI].*)$", text, re.M)
    return {o for line in tagged for o in re.findall(r"--([a-z][a-z-]*)", line)}


def check_man(table, common):
    by_page = {}
    for name, c in walk(table["commands"]):
        by_page.setdefault(page_of(name), set()).update(options(c))
    for page, want in sorted(by_page.items()):
        text = read("Documentation/man/man1", page + ".1")
        if page == "aiosctl":
            want = common | {"version", "cpus", "mem", "gpu-mem", "gpus", "io",
                             "net", "pids"}
        same(f"{page}(1) describes the options", man_options(text), want)
    main = read("Documentation/man/man1/aiosctl.1").replace("\\-", "-")
    section = main[main.index(".SH COMMANDS"):main.index(".SH OPTIONS")]
    section = re.sub(r"\\f[A-Z]", "", section)
    words = re.findall(r"[a-z]+", " ".join(re.findall(r"^\.TP\n(\.B.*)$", section, re.M)))
    top = {c["name"] for c in table["commands"]}
    same("aiosctl(1) lists the commands", set(words) & (top | set(words)), top)
    pages = {f[:-2] for f in os.listdir(TOP + "/Documentation/man/man1")
             if f.startswith("aiosctl")}
    same("there is a page for each command and no other", pages, set(by_page))
    for page in sorted(pages - {"aiosctl"}):
        text = read("Documentation/man/man1", page + ".1").replace("\\-", "-")
        for o in sorted(common):
            if f"--{o}" not in text:
                same(f"{page}(1) names --{o}", {}, {o})


# ---------------------------------------------------------------- completions
def bash(function, *arguments):
    """Words that a function of the bash completion prints."""
    script = 'complete() { :; }; . "$0"; f=$1; shift; "$f" "$@"'
    out = subprocess.run(["bash", "-c", script, TOP + "/cli/completion/aiosctl.bash",
                          function, *arguments], capture_output=True, text=True,
                         check=False).stdout
    return out.split()


def check_bash(table, common):
    same("bash completes the commands", bash("_aiosctl_commands", ""),
         [c["name"] for c in table["commands"]])
    for name, c in walk(table["commands"]):
        got = {o[2:] for o in bash("_aiosctl_options", name)}
        same(f"bash completes the options of {name}", got, options(c) | common)
        subs = [s["name"] for s in c.get("commands", [])]
        if subs:
            same(f"bash completes the commands of {name}",
                 bash("_aiosctl_commands", name), subs)
    for _, c in walk(table["commands"]):
        for o in c["options"] + c["shared_options"]:
            word = "--" + o["name"]
            script = f'complete() {{ :; }}; . "$0"; _aiosctl_groups() {{ :; }}; ' \
                     f'_aiosctl_argument {word} "" "" >/dev/null'
            takes = subprocess.run(["bash", "-c", script,
                                    TOP + "/cli/completion/aiosctl.bash"],
                                   check=False).returncode == 0
            wants = bool(o["argument"]) and o["argument"][0] != "["
            if takes != wants:
                same(f"bash knows whether {word} takes an argument", {takes}, {wants})


def check_zsh(table, common):
    text = read("cli/completion/_aiosctl")
    needs = text[text.index("needs=("):]
    needs = needs[:needs.index("\t)\n")]
    job = text[text.index("\tjob=("):]
    job = job[:job.index("\t)\n")]
    cases = text[text.index("case $command in"):]
    listed = re.findall(r"^\t\t['\"]([a-z]+):", text, re.M)
    same("zsh completes the commands", listed, [c["name"] for c in table["commands"]])
    found = {}
    for names, body in re.findall(r"^\t([a-z\" |]+)\)\s(.*?);;", cases, re.M | re.S):
        if "$job" in body:
            body += job
        if "$needs" in body:
            body += needs
        for name in names.split("|"):
            found[name.strip('"')] = body
    for name, c in walk(table["commands"]):
        body = found.get(name, "")
        got = set(re.findall(r"--([a-z][a-z-]*)[=\[}]", body))
        same(f"zsh completes the options of {name}", got, options(c))
        subs = [s["name"] for s in c.get("commands", [])]
        if subs:
            same(f"zsh completes the commands of {name}",
                 re.findall(r"_aiosctl_sub (.*?) *$", body, re.M)[0].split(), subs)
    same("zsh completes the common options",
         re.findall(r"--([a-z]+)[=\[}]", text[text.index("common=("):].split("\t)\n")[0]),
         common)


def check_fish(table, common):
    text = read("cli/completion/aiosctl.fish")
    same("fish completes the commands",
         re.findall(r"-n __aiosctl_none -a ([a-z]+) ", text),
         [c["name"] for c in table["commands"]])
    found = {}
    loop = None
    for line in text.splitlines():
        head = re.match(r"for command in (.*)", line)
        if head:
            loop = head[1].split()
        elif line == "end":
            loop = None
        option = re.search(r"^ *complete .* -l ([a-z-]+)", line)
        if not option:
            continue
        at = re.search(r"-n '__aiosctl_at ([a-z ]+?)( -)?'", line)
        names = [at[1]] if at else loop or [""]
        if "__aiosctl_none" in line:
            continue
        for name in names:
            name = "group create" if name == "group" and loop else name
            found.setdefault(name, set()).add(option[1])
    same("fish completes the common options", found.get("", ()), common)
    for name, c in walk(table["commands"]):
        same(f"fish completes the options of {name}", found.get(name, ()), options(c))
        subs = [s["name"] for s in c.get("commands", [])]
        if subs:
            same(f"fish completes the commands of {name}",
                 re.findall(rf"__aiosctl_at {name} -' -a ([a-z]+)", text), subs)


# --------------------------------------------------------- header and schema
def constants(prefix):
    """Names in the ABI's header, in lower case and without their prefix."""
    text = read("uapi/linux/aios.h")
    return [n.lower() for n in re.findall(rf"^#define {prefix}_([A-Z_0-9]+)\t", text, re.M)]


def check_words(table, schema):
    defs = schema["$defs"]
    states = constants("AIOS_STATE")
    same("the schema knows the states", defs["state"]["enum"], states)
    same("the schema knows the ends", defs["end"]["enum"], constants("AIOS_END") + [None])
    same("the schema knows how limits hold", defs["how"]["enum"], constants("AIOS_HOW"))
    by_name = dict(walk(table["commands"]))
    helps = {(n, o["name"]): o["help"] for n, c in by_name.items() for o in c["options"]}
    events = [e for e in constants("AIOS_EVENT")]
    for words, where in (
            (events, helps["events", "type"]),
            (events, " ".join(bash("_aiosctl_argument", "--type", "", ""))),
            (states, " ".join(bash("_aiosctl_argument", "--state", "", ""))),
            (constants("AIOS_BACKFILL"), helps["policy set", "backfill"]),
            (constants("AIOS_BACKFILL"), " ".join(bash("_aiosctl_argument", "--backfill", "", ""))),
            (constants("AIOS_OBJECTIVE"), helps["policy set", "objective"]),
            (constants("AIOS_OBJECTIVE"), helps["lp", "objective"]),
            (constants("AIOS_OBJECTIVE"),
             " ".join(bash("_aiosctl_argument", "--objective", "lp", ""))),
            (constants("AIOS_OBJECTIVE"), read("Documentation/man/man1/aiosctl-lp.1")),
            (constants("AIOS_OBJECTIVE"), read("cli/completion/_aiosctl")),
            (constants("AIOS_OBJECTIVE"), read("cli/completion/aiosctl.fish")),
            (states, read("Documentation/man/man1/aiosctl-list.1")),
            (events, read("Documentation/man/man1/aiosctl-events.1"))):
        same(f"every one of {', '.join(words[:3])}... is named",
             [w for w in words if re.search(rf"\b{w}\b", where)], words)
    policies = [p for p in constants("AIOS_POLICY") if not p.startswith(("set", "flags"))]
    for where in (helps["policy set", "policy"],
                  " ".join(bash("_aiosctl_argument", "--policy", "", ""))):
        same("every policy is named",
             [p for p in policies if re.search(rf"\b{p}\b", where)], policies)


def check_documents(schema, version):
    """What needs no module is valid; the rest is checked where there is one."""
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for arguments in (["help"], ["version"], ["doctor"], ["list"], ["nonsense"],
                      ["run", "--cpus", "x", "true"], ["group", "create"], []):
        r = subprocess.run([CTL, "--json", *arguments], capture_output=True,
                           text=True, check=False)
        text = r.stderr if arguments[:1] == ["run"] else r.stdout
        problems = [e.message for e in validator.iter_errors(json.loads(text))]
        same(f"--json {' '.join(arguments)} is a document of the schema", problems, [])
        same("on one line", {text.count("\n")}, {1})
        if "error" in json.loads(text):
            same("its status is the exit status",
                 {json.loads(text)["error"]["status"]}, {r.returncode})
    same("the schema's name is the command's",
         {schema["properties"]["schema"]["const"]}, {version["schema"]})
    broken = dict(version, abi="1")
    same("the schema refuses what it should",
         {validator.is_valid(broken)}, {False})


def document(*arguments):
    return json.loads(subprocess.run([CTL, "--json", *arguments], check=True,
                                     capture_output=True, text=True).stdout)


def main():
    if not os.access(CTL, os.X_OK):
        print(f"1..0 # SKIP no {CTL}")
        return 0
    table = document("help")
    common = {o["name"] for o in table["global_options"]}
    schema = json.loads(read("Documentation/json-schema/aiosctl.schema.json"))
    check_man(table, common)
    check_bash(table, common)
    check_zsh(table, common)
    check_fish(table, common)
    check_words(table, schema)
    check_documents(schema, document("version"))
    print(f"1..{nr}")
    return failed != 0


sys.exit(main())
