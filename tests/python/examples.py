# SPDX-License-Identifier: GPL-2.0
"""The examples of Documentation/python.rst, which the tests in machines run."""
import os
import re
import subprocess
import sys
import textwrap

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))


def examples():
    """Each example of the page, in its order."""
    with open(f"{TOP}/Documentation/python.rst", encoding="utf-8") as file:
        page = file.read()
    found = re.findall(r"^\.\. code-block:: python\n\n((?:   .*\n|\n)+)", page, re.M)
    return [textwrap.dedent(text) for text in found]


def run(text, names):
    """Run an example that finds these names; what it has raised, or None."""
    if "__main__" in text:
        path = f"/tmp/example-{os.getpid()}.py"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        ran = subprocess.run([sys.executable, "-W", "error", path], capture_output=True,
                             text=True, check=False)
        os.unlink(path)
        print("# " + ran.stdout.strip())
        return None if ran.returncode == 0 and ran.stdout else ran
    try:
        exec(compile(text, "Documentation/python.rst", "exec"), dict(names))
    except Exception as error:  # whatever it is, the test has to tell
        return error
    return None
