#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# aiosctl at a terminal, on the kernel $AIOS_KERNEL: job control of an
# interactive shell works on run, signals reach the command once, and the keys
# of top do what its help says. This script boots a machine and runs itself
# there.
#
# Kernels: 6.1 6.12

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import time
import fcntl
import termios

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
PATIENCE = 600

sys.dont_write_bytecode = True
sys.path.insert(0, TOP + "/tests")
from tap import done, ok  # noqa: E402


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, *argv):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ.update(TERM="xterm", PS1="$ ", LC_ALL="C.UTF-8")
            os.execvp(argv[0], argv)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if ready:
            try:
                self.seen += os.read(self.fd, 65536).decode(errors="replace")
            except OSError:
                return False
        return True

    def expect(self, name, pattern, send=""):
        """A point: after sending, the pattern comes."""
        self.seen = ""
        self.send(send)
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, self.seen) and time.monotonic() < end:
            if not self.read(0.2):
                break
        ok(name, re.search(pattern, self.seen), repr(self.seen[-600:]))

    def send(self, text):
        os.write(self.fd, text.encode())

    def status(self):
        """Of the program, when it has ended."""
        while self.read(0.2):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def busy(self):
        """Whether the shell has given the terminal to a command."""
        return os.tcgetpgrp(self.fd) != self.pid


def jobs(*arguments):
    out = subprocess.run(["aiosctl", "list", "--json", *arguments], check=True,
                         capture_output=True, text=True).stdout
    return json.loads(out)["jobs"]


def job(name):
    return next((j for j in jobs("--all") if j["name"] == name), None)


def comes(title, look, wanted):
    """A point: what one looks at is wanted, however long that takes."""
    end = time.monotonic() + PATIENCE
    found = look()
    while not wanted(found) and time.monotonic() < end:
        time.sleep(0.2)
        found = look()
    ok(title, wanted(found), found)


def becomes(name, state):
    comes(f"job {name} becomes {state}", lambda: job(name),
          lambda found: found and found["state"] == state)


def process_states(name):
    """One letter for each process of that command line."""
    out = subprocess.run(["ps", "-eo", "stat=,args="], check=True,
                         capture_output=True, text=True).stdout
    return sorted(line.split()[0][0] for line in out.splitlines()
                  if line.rstrip().endswith(name))


def check_job_control():
    shell = Terminal("bash", "--norc", "--noprofile", "-i")
    shell.send("bind 'set enable-bracketed-paste off'\n")
    shell.send("aiosctl run -c 0.5 -n stopped -- sleep 111111\n")
    becomes("stopped", "running")
    shell.expect("^Z stops it for the shell", r"Stopped", "\x1a")
    comes("and the command with it", lambda: process_states("sleep 111111"),
          lambda states: states == ["T", "T"])
    shell.expect("bg continues it", r"&", "bg\n")
    comes("and the command with it", lambda: process_states("sleep 111111"),
          lambda states: len(states) == 2 and "T" not in states)
    shell.expect("fg takes it back", r"aiosctl run", "fg\n")
    comes("and gives it the terminal", shell.busy, bool)
    shell.send("\x03")
    shell.expect("^C ends it", r"status 130", "echo status $?\n")
    becomes("stopped", "failed")

    shell.send("aiosctl run -c 0.5 -n reader -- cat\n")
    becomes("reader", "running")
    shell.expect("the command reads from the terminal", r"hello\r\nhello", "hello\n")
    shell.send("\x04")
    becomes("reader", "done")

    shell.send("aiosctl run -c 2 -n hog -- sleep 222222 &\n")
    becomes("hog", "running")
    shell.expect("a job that waits says so", r"waits at position 1",
                 "aiosctl run -c 2 -n waits -- true\n")
    shell.expect("^Z stops it while it waits", r"Stopped", "\x1a")
    ok("and it stays in the queue", job("waits")["state"] == "queued")
    shell.expect("fg takes it back", r"aiosctl run", "fg\n")
    comes("and gives it the terminal", shell.busy, bool)
    shell.expect("^C cancels it", r"cancelled", "\x03")
    becomes("waits", "cancelled")
    shell.expect("with the status of the signal", r"status 130", "echo status $?\n")
    shell.send("kill %1; exit\n")
    shell.send("exit\n")
    shell.status()
    becomes("hog", "failed")


COUNT_SIGNALS = """
import os, signal, time
# print() in a handler may interrupt itself
def say(word):
    os.write(1, word.encode() + b"\\n")
for name in ("SIGUSR1", "SIGTERM", "SIGHUP", "SIGWINCH", "SIGINT"):
    signal.signal(getattr(signal, name), lambda s, f: say(signal.Signals(s).name))
say("ready")
while True:
    time.sleep(0.1)
"""


def check_signals():
    p = subprocess.Popen(["aiosctl", "run", "-c", "0.5", "-n", "signals", "--",
                          "/usr/bin/python3", "-c", COUNT_SIGNALS],
                         stdout=subprocess.PIPE, text=True)
    ok("the command runs", p.stdout.readline() == "ready\n")
    for name in ("SIGUSR1", "SIGTERM", "SIGHUP", "SIGWINCH", "SIGINT"):
        p.send_signal(getattr(signal, name))
        ok(f"{name} is forwarded", p.stdout.readline() == name + "\n")
    p.send_signal(signal.SIGQUIT)
    rest = p.stdout.read()
    ok("each once", rest == "", rest)
    ok("SIGQUIT ends it", p.wait() == 128 + signal.SIGQUIT, p.returncode)


def check_top():
    for name, cpus in (("burn", "0.5:2"), ("calm", "0.5"), ("later", "2")):
        subprocess.run(["aiosctl", "submit", "-c", cpus, "-n", name, "-o",
                        "/dev/null", "--", "sleep", "333333"], check=True,
                       stdout=subprocess.DEVNULL)
    becomes("burn", "running")
    top = Terminal("aiosctl", "top", "-d", "300ms", "--sort", "id", "--color", "always")
    top.expect("top draws the bars of resources and the jobs",
               r"(?s)cpu.*\[.*granted of.*later")
    top.expect("h shows the keys", r"suspend the job under the cursor", "h")
    top.expect("a key goes back", r"burn", " ")
    top.expect("e explains the job under the cursor", r"verdict", "e")
    top.expect("a key goes back", r"calm", " ")
    burn = [j["name"] for j in jobs("--sort", "id")].index("burn")
    for _ in range(burn):
        top.send("\x1bOB")
    top.expect("z suspends it", r"suspend job \d+: done", "z")
    becomes("burn", "suspended")
    # the key before makes it read the states anew
    top.send(" z")
    becomes("burn", "running")
    # what follows is drawn whole only over another line
    top.expect("h shows the keys", r"suspend the job under the cursor", "h")
    top.expect("a key goes back", r"burn", " ")
    top.send("\x1bOB\x1bOB")
    top.expect("k asks", r"cancel job \d+\? \(y/n\)", "k")
    top.expect("n is heeded", r"s sort", "n")
    ok("and nothing is cancelled", job("later")["state"] == "queued")
    top.expect("k asks again", r"cancel job", "k")
    top.expect("y cancels", r"cancel job \d+: done|done", "y")
    becomes("later", "cancelled")
    top.expect("s sorts", r"sorted by", "s")
    top.expect("S reverses", r"reversed", "S")
    top.send("q")
    ok("q quits", top.status() == 0)
    subprocess.run(["aiosctl", "cancel", *(str(j["id"]) for j in jobs())], check=True)


def main():
    if "AIOS_VM" not in os.environ:
        kernel = os.environ.get("AIOS_KERNEL", "6.1")
        if not os.path.exists(f"{TOP}/build/kernels/{kernel}/release"):
            print(f"1..0 # SKIP no kernel {kernel}")
            return 0
        vm = TOP + "/scripts/vm"
        os.execv(vm, [vm, "--kernel", kernel, "--timeout", "3600", "--",
                      os.path.abspath(__file__)])
    check_job_control()
    check_signals()
    check_top()
    return done()


sys.exit(main())
