#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Python package without the module: its tests over the real library and a scripted
# kernel, with coverage; its types and style; that wheel and sdist build and can be installed.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

python=$top/build/python/venv/bin/python
cd "$top" || exit
ok "the virtual environment is there" scripts/python-env
export AIOS_BUILD=$top/build LIBAIOS=$top/build/lib/libaios.so PYTHONDONTWRITEBYTECODE=1
export COVERAGE_FILE=$scratch/coverage

PYTHONPATH=$top/python/src "$python" -m pytest -p no:cacheprovider python/tests \
	--cov=pyaios --cov-config=python/pyproject.toml --cov-report=term-missing \
	>"$scratch/pytest" 2>&1
is "the tests pass" "$?" "0"
diag "$(tail -n 40 "$scratch/pytest")"
covered=$(sed -n 's/^TOTAL.* \([0-9]*\)%$/\1/p' "$scratch/pytest")
ok "at least 95 % of the lines and branches are run: $covered %" test "${covered:-0}" -ge 95

# A copy, so that what building leaves behind lies there.
cp -r python "$scratch/source"
ok "wheel and sdist build" "$python" -m build -q --no-isolation -o "$scratch/dist" \
	"$scratch/source"
ok "the wheel installs" "$python" -m pip install -q --no-deps --no-index --target \
	"$scratch/installed" "$scratch"/dist/*.whl
run env PYTHONPATH="$scratch/installed" /usr/bin/python3 -W error::UserWarning -c \
	'import pyaios, os; print(pyaios.__version__, os.path.exists(pyaios.__path__[0] + "/py.typed"))'
is "what was installed is the package, with its types" "$out" "$(sed -n \
	's/^VERSION := //p' Makefile) True"
run tar -tf "$scratch"/dist/*.tar.gz
like "the sdist has the sources" "$out" "src/pyaios/follower.py"
finish
