#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench/lp reads models in free MPS, tells which it cannot take, agrees with its
# peers and prints one row of CSV for each.

set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/lib.sh
. tests/lib.sh

for package in libglpk-dev coinor-libclp-dev liblpsolve55-dev; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
		skip_all "$package is not installed"
done

# model NAME SENSE ROWS RHS: x, y, z at most 1 in two rows of one kind.
model()
{
	cat >"$scratch/$1.mps" <<-EOF
	NAME $1
	$2
	ROWS
	 N obj
	 $3 c1
	 $3 c2
	COLUMNS
	 x obj ${5-3} c1 1
	 x c2 4
	 y obj ${6-2} c2 3
	 z obj ${7-5} c1 2
	 z c2 1
	RHS
	 R c1 2 c2 $4
	BOUNDS
	 UP B x 1
	 UP B y 1
	 UP B z ${8-1}
	ENDATA
	EOF
}

model largest $'OBJSENSE\n MAX' L 6
model least "* minimise" L 6 -3 -2 -5
model above $'OBJSENSE\n MAX' G 6
model floors $'OBJSENSE\n MAX' L -1
echo nonsense >"$scratch/nonsense.mps"

# Coefficients over twelve orders of magnitude: a peer may end its process there.
/usr/bin/python3 - "$scratch/wide.mps" <<'EOF'
import random, sys
r = random.Random(2)
columns, rows = range(100), range(40)
a = [[int(10 ** r.uniform(0, 12)) for _ in rows] for _ in columns]
top = [int(10 ** r.uniform(0, 3)) for _ in columns]
with open(sys.argv[1], "w") as f:
    print("NAME wide\nOBJSENSE\n MAX\nROWS\n N obj", file=f)
    for k in rows:
        print(f" L r{k}", file=f)
    print("COLUMNS", file=f)
    for i in columns:
        print(f" x{i} obj {int(10 ** r.uniform(0, 9))}", file=f)
        for k in rows:
            print(f" x{i} r{k} {a[i][k]}", file=f)
    print("RHS", file=f)
    for k in rows:
        whole = sum(a[i][k] * top[i] for i in columns)
        print(f" R r{k} {int(whole * r.uniform(0.3, 0.8))}", file=f)
    print("BOUNDS", file=f)
    for i in columns:
        print(f" UP B x{i} {top[i]}", file=f)
    print("ENDATA", file=f)
EOF

files=()
for name in largest least above floors nonsense wide; do
	files+=("$scratch/$name.mps")
done
run bench/lp "${files[@]}"
is "a file that cannot be read is an error" "$status" 1
row()
{
	grep "/$1\.mps," <<<"$out"
}
is "a row for each file below the names" "$(wc -l <<<"$out")" 7
is "all with the same number of fields" \
	"$(awk -F, '{ print NF }' <<<"$out" | sort -u | wc -l)" 1
like "the names" "$out" '^file,rows,cols,status,objective,gap,violations,cold_us,'
like "a maximum" "$(row largest)" ',2,3,optimal,7\.28571428[0-9]*,[^,]*,0,[0-9.]+,7\.285714'
like "a minimum of negative costs" "$(row least)" \
	',2,3,optimal,-7\.28571428[0-9]*,[^,]*,0,[0-9.]+,-7\.285714'
like "a row from below is outside the family" "$(row above)" ',2,3,outside,,'
like "and the reason is told" "$err" 'above\.mps is outside the family: '
like "no room at all" "$(row floors)" ',infeasible,'
is "numbers that lie far apart are solved" "$(row wide | awk -F, '
	{ print $4, $7, ($6 <= 1e-6 * $5 ? "close" : $6 / $5) }')" "optimal 0 close"
like "what is no model" "$(row nonsense)" ',,,unreadable,'

# What is not understood is refused with its line, and nothing is left out without a word.
# changed NAME SED: a model that is not quite "largest".
changed()
{
	sed -E "$2" "$scratch/largest.mps" >"$scratch/$1.mps"
	run bench/lp "$scratch/$1.mps"
}
misread()
{
	changed changed "$2"
	like "$1 is refused" "$(row changed)" ',,,unreadable,'
	like "$1: with the line" "$err" "changed\\.mps:$3"
}
misread "a line behind ENDATA" 's/^ENDATA/ENDATA\n UP B x 2/' '[0-9]+: there is a line behind ENDATA'
misread "no ENDATA" '/^ENDATA/d' '[0-9]+: .*unexpected end'
misread "an unknown section" 's/^ENDATA/QUADOBJ\nENDATA/' '20: invalid indicator'
misread "RANGES behind BOUNDS" 's/^ENDATA/RANGES\n G c1 1\nENDATA/' '20: invalid use of RANGES'
misread "an unknown kind of bound" 's/UP B y/SC B y/' '18: invalid bound type'
misread "a bound twice" 's/UP B y/UP B x/' '18: duplicate upper bound'
misread "a coefficient twice" 's/^ x c2 4/ x c1 4/' '[0-9]+: .*'
misread "fields too many" 's/^ x c2 4/ x c2 4 c1 1 c3 2/' '[0-9]+: .*'
misread "a number with something behind it" 's/^ x c2 4/ x c2 4abc/' "10: cannot convert '4abc'"
misread "another sense" 's/^ MAX/ MAXI/' '3: the sense of the objective is neither'
misread "the sense twice" 's/^ MAX/ MAX\n MIN/' '4: .*twice'
misread "no sense" '/^ MAX/d' '3: the section OBJSENSE before this says nothing'
misread "a zero byte" 's/^ x c2 4/ x c2 4\x00/' '10: there is a zero byte'
changed second 's/^ N obj/ N obj\n N other/'
like "a second objective is left out" "$(row second)" ',optimal,7\.28571'
like "and that is said" "$err" 'beside the objective are left out: 1'
changed ranges 's/^BOUNDS/RANGES\n G c1 1\nBOUNDS/'
like "RANGES are outside" "$(row ranges)" ',outside,'
changed below 's/^ UP B y 1/ UP B y -1/'
like "so is an upper bound below 0 alone" "$(row below)" ',outside,'
changed dos 's/$/\r/'
like "carriage returns do no harm" "$(row dos)" ',2,3,optimal,7\.28571'
changed upper 's/^ MAX/ MAXIMISE/'
like "the sense in full" "$(row upper)" ',2,3,optimal,7\.28571'
changed constant 's/^ R c1 2/ R obj -7\n R c1 2/'
like "a constant of the objective counts" "$(row constant)" ',2,3,optimal,14\.28571'

finish
