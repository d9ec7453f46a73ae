#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# What aiosctl takes, its man pages, the completions that it prints, the JSON
# schema and the ABI's header are in step: the command's own table of options is
# compared with each of them, in both directions.

import json
import os
import re
import shutil
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
    pages = {"submit": "run", "rerun": "run", "show": "list", "explain": "list",
             "predict": "run", "attempts": "predict", "undrain": "drain", "restore": "save",
             "hold": "update", "release": "update", "suspend": "update", "resume": "update", "cancel": "update",
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
    limit = next(c for c in table["commands"] if c["name"] == "limit")
    resources = {o["name"] for o in limit["options"] if o["argument"] == "LIMIT"}
    same("each resource of the ABI has an option", {len(resources)},
         {len(set(constants("AIOS_RESOURCE")) - {"max", "elastic", "sticky", "limit_only"})})
    for page, want in sorted(by_page.items()):
        text = read("Documentation/man/man1", page + ".1")
        if page == "aiosctl":
            want = common | {"version"} | resources
        elif resources <= want:
            # They stand in one place, to which the page leads.
            same(f"{page}(1) leads to the resources", re.findall("AMOUNTS", text), {"AMOUNTS"})
            want = want - resources
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
def completion(shell):
    """The script that aiosctl prints for a shell."""
    return subprocess.run([CTL, "completion", shell], check=True, capture_output=True,
                          text=True).stdout


def bash(function, *arguments):
    """Words that a function of the bash completion prints."""
    script = 'complete() { :; }; eval "$0"; f=$1; shift; "$f" "$@"'
    out = subprocess.run(["bash", "-c", script, completion("bash"),
                          function, *arguments], capture_output=True, text=True,
                         check=False).stdout
    return out.split()


def bash_takes(pairs):
    """Of pairs of a command and an option, those whose option takes an argument."""
    script = 'complete() { :; }; eval "$0"; _aiosctl_groups() { :; }; ' \
             '_aiosctl_jobs() { :; }; _aiosctl_devices() { :; }; ' \
             'while IFS=: read -r c o; do if _aiosctl_argument "$o" "$c" "" >/dev/null; ' \
             'then echo "$c:$o"; fi; done'
    out = subprocess.run(["bash", "-c", script, completion("bash")], check=True,
                         input="".join(f"{c}:{o}\n" for c, o in pairs),
                         capture_output=True, text=True).stdout
    return [tuple(line.split(":")) for line in out.splitlines()]


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
    pairs, want = [], []
    for name, c in walk(table["commands"]):
        for o in c["options"] + c["shared_options"] + table["global_options"]:
            words = ["--" + o["name"]] + (["-" + o["letter"]] if o["letter"] else [])
            pairs += [(name, w) for w in words]
            if o["argument"] and o["argument"][0] != "[":
                want += [(name, w) for w in words]
    same("bash knows which options take an argument", bash_takes(pairs), want)


def zsh_options(body):
    """Long options of specifications, with whether each has an argument."""
    found = set()
    for name, equals in re.findall(r"--([a-z][a-z-]*)(=-?)?(?:\}'\[|\[)", body):
        found.add((name, bool(equals)))
    return found


def check_zsh(table, common):
    text = completion("zsh")
    commands = text[text.index("\tcommands=("):]
    commands = commands[:commands.index("\n\t)\n")]
    same("zsh completes the commands",
         re.findall(r"^\t\t'([a-z]+):", commands, re.M), [c["name"] for c in table["commands"]])
    summaries = {c["name"]: c["summary"] for c in table["commands"]}
    same("zsh tells what they do",
         re.findall(r"^\t\t'([a-z]+:.*)'$", commands.replace("'\\''", "\1"), re.M),
         [f"{n}:{s}".replace("'", "\1") for n, s in summaries.items()])
    cases = text[text.index("case $command in"):]
    found = dict(re.findall(r'^\t"([a-z ]+)"\)\n(.*?) ;;$', cases, re.M | re.S))
    for name, c in walk(table["commands"]):
        same(f"zsh completes the options of {name}", zsh_options(found[name]),
             {(o["name"], bool(o["argument"])) for o in c["options"] + c["shared_options"]})
        subs = [s["name"] for s in c.get("commands", [])]
        if subs:
            same(f"zsh completes the commands of {name}",
                 re.findall(r"^\t\t\t'([a-z]+):", found[name], re.M), subs)
    same("zsh knows no other command", found, [n for n, _ in walk(table["commands"])])
    same("zsh completes the common options",
         {n for n, _ in zsh_options(text[text.index("common=("):].split("\t)\n")[0])}, common)


def check_fish(table, common):
    text = completion("fish")
    same("fish completes the commands",
         re.findall(r"-n '__aiosctl_none' -a ([a-z]+) ", text),
         [c["name"] for c in table["commands"]])
    found = {}
    for line in text.splitlines():
        option = re.search(r"^complete .* -l ([a-z-]+)( -[xr])?", line)
        if not option or "__aiosctl_none" in line:
            continue
        at = re.search(r"-n '__aiosctl_at ([a-z ]+)'", line)
        found.setdefault(at[1] if at else "", set()).add((option[1], bool(option[2])))
    same("fish completes the common options", {n for n, _ in found.get("", ())}, common)
    for name, c in walk(table["commands"]):
        same(f"fish completes the options of {name}", found.get(name, ()),
             {(o["name"], bool(o["argument"]) and o["argument"][0] != "[")
              for o in c["options"] + c["shared_options"]})
        subs = [s["name"] for s in c.get("commands", [])]
        if subs:
            same(f"fish completes the commands of {name}",
                 re.findall(rf"'__aiosctl_at {name} -' -a ([a-z]+)", text), subs)


def shell_words(shell, line):
    """What an installed shell offers for a line; None where it is not installed."""
    if not shutil.which(shell):
        return None
    script = 'eval "$0"; COMP_WORDS=($1 ""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); ' \
             '_aiosctl; printf "%s\\n" "${COMPREPLY[@]}"'
    if shell == "fish":
        script = "eval (string collect -- $argv[1]); complete -C \"$argv[2] \""
    command = [shell, "-c", script, completion(shell), line]
    if shell == "fish":
        command = [shell, "--no-config", "-c", script, completion(shell), line]
    out = subprocess.run(command, check=True, capture_output=True, text=True,
                         env=dict(os.environ, PATH=os.path.dirname(CTL) + ":" +
                                  os.environ["PATH"])).stdout
    return [w.split("\t")[0] for w in out.splitlines()]


def check_shells(policies):
    """The scripts run in the shells that this machine has, and are well-formed there."""
    for shell in ("bash", "zsh", "fish"):
        if not shutil.which(shell):
            continue
        r = subprocess.run([shell, "-n"], input=completion(shell), capture_output=True,
                           text=True, check=False)
        same(f"{shell} can read its script", {r.returncode, r.stderr}, {0, ""})
    for shell in ("bash", "fish"):
        words = shell_words(shell, "aiosctl policy set --policy")
        if words is not None:
            same(f"{shell} offers the policies", words, policies)


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
            (events, " ".join(bash("_aiosctl_argument", "--type", "events", ""))),
            (states, " ".join(bash("_aiosctl_argument", "--state", "list", ""))),
            (constants("AIOS_BACKFILL"), helps["policy set", "backfill"]),
            (constants("AIOS_BACKFILL"),
             " ".join(bash("_aiosctl_argument", "--backfill", "policy set", ""))),
            (constants("AIOS_OBJECTIVE"), helps["policy set", "objective"]),
            (constants("AIOS_OBJECTIVE"), helps["lp", "objective"]),
            (constants("AIOS_OBJECTIVE"),
             " ".join(bash("_aiosctl_argument", "--objective", "lp", ""))),
            (constants("AIOS_OBJECTIVE"), read("Documentation/man/man1/aiosctl-lp.1")),
            (constants("AIOS_OBJECTIVE"), completion("zsh")),
            (constants("AIOS_OBJECTIVE"), completion("fish")),
            (states, read("Documentation/man/man1/aiosctl-list.1")),
            (events, read("Documentation/man/man1/aiosctl-events.1"))):
        same(f"every one of {', '.join(words[:3])}... is named",
             [w for w in words if re.search(rf"\b{w}\b", where)], words)
    return [p for p in constants("AIOS_POLICY") if not p.startswith(("set", "flags"))]


def check_policies(table, policies):
    """The policies of the header stand, with what each does, wherever they are listed."""
    by_name = dict(walk(table["commands"]))
    helps = {(n, o["name"]): o["help"] for n, c in by_name.items() for o in c["options"]}
    for where in (helps["policy set", "policy"], helps["simulate", "policy"],
                  " ".join(bash("_aiosctl_argument", "--policy", "policy set", "")),
                  " ".join(bash("_aiosctl_argument", "--policy", "simulate", "")),
                  completion("zsh"), completion("fish")):
        same("every policy is named",
             [p for p in policies if re.search(rf"\b{p}\b", where)], policies)
    listed = re.search(r"X\(priority\).*", read("module/core/policy/list.h"), re.S)[0]
    same("the list of policies has the order of their numbers",
         enumerate(re.findall(r"X\((\w+)\)", listed)), enumerate(policies))
    page = read("Documentation/man/man1/aiosctl-policy.1").replace("\\-", "-")
    told = re.findall(r"^\.TP 11\n\.B (\w+)\n(.*)$", page, re.M)
    fish = re.search(r"__aiosctl_at policy set' -l policy -x -a '(.*)' -d", completion("fish"))[1]
    same("aiosctl-policy(1) tells what each is, as the completions do", told,
         [(w, a.replace("\\'", "'")) for w, a in re.findall(r'(\w+)\\t"(.*?)"', fish)])
    same("and has all of them", [w for w, _ in told], policies)
    group = re.search(r"by (.*?), with", helps["simulate", "group-policy"])[1]
    text = page[page.index("It can be any but"):page.index("which suspend jobs")]
    same("it tells which ones a group cannot have",
         set(re.findall(r"\w+", text)) & set(policies), set(policies) - set(re.findall(r"\w+", group)))


def check_documents(schema, version):
    """What needs no module is valid; the rest is checked where there is one."""
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for arguments in (["help"], ["version"], ["doctor"], ["completion", "zsh"], ["list"], ["nonsense"],
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
    policies = check_words(table, schema)
    check_policies(table, policies)
    check_shells(policies)
    check_documents(schema, document("version"))
    print(f"1..{nr}")
    return failed != 0


sys.exit(main())
