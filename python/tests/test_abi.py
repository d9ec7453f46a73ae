# SPDX-License-Identifier: GPL-2.0
"""What the package knows of the C headers is what the headers say."""
import ctypes
import os
import subprocess
import sys

from conftest import TOP

from pyaios import _abi, _library

STRUCTS = [kind for kind in vars(_abi).values()
           if isinstance(kind, type) and issubclass(kind, ctypes.Structure)
           and kind is not ctypes.Structure]


def c_name(kind):
    return "aios" + "".join(f"_{c.lower()}" if c.isupper() else c for c in kind.__name__)


def test_written_by_generate():
    made = subprocess.run([sys.executable, os.path.join(TOP, "python/generate"), "--print"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    with open(_abi.__file__, encoding="utf-8") as file:
        assert file.read() == made, "run python/generate"


def test_offsets_are_those_of_c(tmp_path):
    lines, expected = [], []
    for kind in STRUCTS:
        lines.append(f'printf("%zu\\n", sizeof(struct {c_name(kind)}));')
        expected.append(ctypes.sizeof(kind))
        for field, *_ in kind._fields_:
            member = f"((struct {c_name(kind)} *)0)->{field}"
            lines.append(f'printf("%zu %zu\\n", offsetof(struct {c_name(kind)}, {field}), '
                         f"sizeof({member}));")
            place = getattr(kind, field)
            expected.append((place.offset, place.size))
    assert len(expected) > 300
    source, program = tmp_path / "offsets.c", tmp_path / "offsets"
    source.write_text("#include <aios.h>\n#include <stdio.h>\nint main(void)\n{\n" +
                      "\n".join(lines) + "\nreturn 0;\n}\n")
    subprocess.run([os.environ.get("CC", "gcc"), f"-I{TOP}/uapi", f"-I{TOP}/lib", "-o",
                    str(program), str(source)], check=True)
    said = subprocess.run([str(program)], stdout=subprocess.PIPE, text=True,
                          check=True).stdout.splitlines()
    assert [tuple(map(int, line.split())) for line in said] == \
        [e if isinstance(e, tuple) else (e,) for e in expected]


def test_constants_are_those_of_c(tmp_path):
    names = [name for name, value in vars(_abi).items()
             if name.isupper() and isinstance(value, int)]
    assert len(names) > 200
    source, program = tmp_path / "numbers.c", tmp_path / "numbers"
    source.write_text("#include <aios.h>\n#include <stdio.h>\nint main(void)\n{\n" + "\n".join(
        f'printf("%lld\\n", (long long)(AIOS_{name}));' for name in names) + "\nreturn 0;\n}\n")
    subprocess.run([os.environ.get("CC", "gcc"), f"-I{TOP}/uapi", f"-I{TOP}/lib", "-o",
                    str(program), str(source)], check=True)
    said = subprocess.run([str(program)], stdout=subprocess.PIPE, text=True, check=True).stdout
    signed = [ctypes.c_int64(getattr(_abi, name)).value for name in names]
    assert [int(line) for line in said.split()] == signed


def test_every_function_is_in_the_library():
    lib = _library.library()
    for name in _library.PROTOTYPES:
        assert getattr(lib, name).argtypes is not None
