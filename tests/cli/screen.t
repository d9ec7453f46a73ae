#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What people read: tables fit the terminal by leaving out what matters least and saying
# so, files and pipes keep all, top is whole at every width from 40 on, and explain and
# group show say in sentences what their figures mean. The kernel is one that answers as
# the test says.

# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# shown COLUMNS ARGUMENT...: on a terminal of that width; sets out, without colours.
shown()
{
	local columns=$1
	shift

	printf '%q ' env TERM=dumb "${scripted[@]}" "$full" "$@" >command.sh
	out=$(script -qec "stty cols $columns; sh $scratch/command.sh" /dev/null </dev/null |
		tr -d '\r' | sed 's/\x1b\[[0-9;]*m//g')
}

# widest: of the lines in out.
widest()
{
	awk '{ if (length > most) most = length } END { print most + 0 }' <<<"$out"
}

# ----------------------------------------------------------------------- list
kernel 'job 4 train-resnet-with-a-long-name /team-vision/language 3 0 12500' \
	'job 5 evaluate /team-vision 1 1 500'
asked list
is "a pipe gets all columns" "$(head -n 1 <<<"$out" | xargs)" \
	"ID NAME GROUP USER STATE POS CPU MEM GPU WAIT RUN"
is "and no line more" "$(wc -l <<<"$out")" 3
for columns in 80 72 66; do
	shown "$columns" list
	ok "list fits $columns columns" test "$(widest)" -le "$columns"
	like "$columns columns: id, name and state are there" "$out" '^ID +NAME .* STATE '
	like "$columns columns: it says what is left out" "$out" '^left out to fit: .*GPU'
	like "$columns columns: and how to see it" "$(tr '\n' ' ' <<<"$out")" \
		'\-\-columns chooses, a file or a pipe gets all $'
done
like "what says nothing goes first" "$out" '^left out to fit: .*MEM, GPU'
shown 200 list
is "a wide terminal gets all" "$(grep -c 'left out' <<<"$out")" 0
is "and every column" "$(head -n 1 <<<"$out" | xargs)" \
	"ID NAME GROUP USER STATE POS CPU MEM GPU WAIT RUN"
shown 30 list --columns id,name,group,user
is "columns that were named are not left out" "$(head -n 1 <<<"$out" | xargs)" "ID NAME GROUP USER"
kernel 'job 5 evaluate /team-vision 1 1 500' 'set explain.why.code 3' 'set explain.why.asked 4'
shown 60 list --start
ok "a sentence goes on in lines below" test "$(widest)" -le 60
like "under its column" "$out" '^ {20,}[a-z]'

# ------------------------------------------------------------------- simulate
printf 'submit_s,run_s,procs\n0,100,1\n1,100,1\n2,10,2\n' >one.csv
asked simulate --procs 2 one.csv
like "a pipe gets all figures" "$out" '^POLICY .* MEDIAN .* MAKESPAN .* DECISIONS/S +MEMORY$'
for columns in 80 60; do
	shown "$columns" simulate --procs 2 one.csv
	ok "simulate fits $columns columns" test "$(widest)" -le "$columns"
	like "$columns columns: that jobs starved is never left out" "$out" '^POLICY +BACKFILL +BSLD .* STARVED$'
	like "$columns columns: it says what is" "$(tr '\n' ' ' <<<"$out")" ' left out to fit: .*MEMORY; '
done

# -------------------------------------------------------------------- explain
explained()
{
	kernel 'group 1 / 0 0' 'job 4 train / 3 0 0' 'set explain.state 3' 'set explain.weight 100' \
		'set explain.goal 0' 'set explain.goal_set 0' "${@:2}"
	asked explain 4
	like "explain: $1" "$out" "^verdict +$1\$"
}
explained 'it has its limits: it asks for no more than it requests'
explained 'it has its requests only: nothing is left to distribute of cpu of group /' 'row 0 0 500 50'
explained 'it has its requests only: what it could take is worth more to others' 'row 900 900 500 50'
explained 'it has its limits: there is room for all' 'set explain.x 16777216' 'row 900 500 500 0'

# ----------------------------------------------------------------- group show
q32()
{
	awk -v v="$1" 'BEGIN { printf "%.0f", v * 4294967296 }'
}
kernel 'group 1 / 0 0' 'set queueing.servers 4' 'set queueing.estimated 1' \
	"set queueing.gap_scv $(q32 4.2)" "set queueing.service_scv $(q32 1)" \
	'set queueing.mm1.violations 36' 'set queueing.mm1.wq_duration_ns 29000000000' \
	'set queueing.mmc.violations 4' 'set queueing.mmc.wq_duration_ns 12000000000' \
	'set queueing.ggc.wq_duration_ns 31000000000'
asked group show /
like "bursts are named" "$out" "^arrivals come in bursts \(variation 4.2\), so M/M/1's 29.0s and M/M/c's 12.0s are not to be trusted$"
like "and that a model has one server" "$out" "^4 jobs can run at a time and the model knows one, so M/M/1's 29.0s is not to be trusted$"
like "and what can be trusted" "$out" '^nothing speaks against G/G/c: a job waits 31.0s on average'
kernel 'group 1 / 0 0' 'set queueing.servers 1'
asked group show /
like "that too little is known is said" "$out" '^too few jobs have come and ended to expect anything$'
asked group show / --json
is "JSON has the figures alone" "$(grep -c 'too few' <<<"$out")" 0

# ------------------------------------------------------------------------ top
if ! command -v tmux >/dev/null; then
	skip "top" "no tmux"
	finish
fi
kernel 'job 4 train-resnet-with-a-long-name /team-vision/language 3 0 12500' \
	'job 5 evaluate /team-vision 1 1 500'
mux=(tmux -f /dev/null -S "$scratch/tmux")
trap '"${mux[@]}" kill-server 2>/dev/null; rm -rf "$scratch"' EXIT
"${mux[@]}" new-session -d -x 40 -y 12 \
	"env ${scripted[*]} $full top -d 300ms"

# screen REGEX: the screen comes to match; it is left in out.
screen()
{
	local i

	for ((i = 0; i < 600; i++)); do
		out=$("${mux[@]}" capture-pane -p)
		grep -qE -- "$1" <<<"$out" && return
		sleep 0.1
	done
	return 1
}

# at COLUMNS HEADINGS: top has these there, a line for each job, and breaks none.
at()
{
	"${mux[@]}" resize-window -x "$1" -y 12
	screen "^ +${2// / +}\$"
	is "top at $1 columns has its headings" "$?" 0
	is "top at $1 columns has a line for each job" "$(grep -cE '^ +[45] (train|evaluate)' <<<"$out")" 2
	is "top at $1 columns has nothing else" "$(grep -cE '[^ ]' <<<"$out")" 5
	like "top at $1 columns shows its keys" "$out" '^q quit  h help  s sort'
}
at 40 'ID NAME STATE CPU'
like "with the bar of grant and use" "$out" '^ +4 train-resn running +\[:{10}\]'
at 50 'ID NAME STATE CPU TIME'
at 80 'ID NAME STATE CPU GRANT MEM TIME'
at 120 'ID NAME GROUP USER STATE CPU GRANT MEM GRANT TIME'
at 60 'ID NAME STATE CPU TIME'
"${mux[@]}" send-keys h
screen 'suspend the job under the cursor'
is "h shows the keys" "$?" 0
"${mux[@]}" send-keys Space
at 40 'ID NAME STATE CPU'
"${mux[@]}" send-keys q
finish
