# SPDX-License-Identifier: GPL-2.0
"""Cells that are jobs, in a real shell of IPython."""
import pytest

import pyaios
from pyaios import inside, notebook

IPython = pytest.importorskip("IPython")


@pytest.fixture
def shell(monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    made = IPython.core.interactiveshell.InteractiveShell.instance()
    made.run_line_magic("load_ext", "pyaios")
    yield made
    made.run_line_magic("unload_ext", "pyaios")
    made.clear_instance()


def test_cell(kernel, shell, monkeypatch):
    monkeypatch.setattr(inside.Stay, "_leave", lambda self: None)
    shell.run_cell_magic("job", "--cpus 1:4 --mem 1G --name 'a cell' --time-limit 60 --strict",
                         "import pyaios\nwas = pyaios.current().grant.cpus\n")
    assert shell.user_ns["was"] == 4 and pyaios.current().inert
    assert kernel.asked.texts[0] == b"a cell"
    assert (kernel.asked.max_runtime_ns, kernel.asked.flags) == (60 * 10 ** 9, 2)
    with pytest.raises(ZeroDivisionError):
        shell.run_cell_magic("job", "--cpus 1", "1 / 0")


@pytest.mark.parametrize("line, says", [("--cups 2", "unrecognized arguments: --cups"),
                                        ("--weight much", "invalid int value")])
def test_wrong_lines(line, says):
    with pytest.raises(ValueError, match=says):
        notebook.options_of(line)
