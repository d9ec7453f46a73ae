# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of aiosctl for bash: commands, options, and the jobs, groups and
# devices that the machine has at the moment. A test holds it to the help.

_aiosctl_jobs()
{
	aiosctl list --no-header --columns id 2>/dev/null
}

_aiosctl_groups()
{
	aiosctl group list --no-header --columns path 2>/dev/null
}

_aiosctl_devices()
{
	aiosctl devices list --no-header --columns id 2>/dev/null
}

# Options of a command, and of a command below it.
_aiosctl_options()
{
	local needs="--cpus --mem --gpus --gpu-mem --io --net --pids"
	local job="$needs --group --name --weight --priority --time --strict
		--exclusive --feature --adopt --threads --hold --deadline --gang --gang-size
		--retry-oom --after --afterok --afterany --afternotok --dry-run"

	case $1 in
	'')		echo "--version" ;;
	run)		echo "$job --timeout" ;;
	submit)		echo "$job --output --error --chdir" ;;
	list)		echo "--all --group --user --state --sort --columns --no-header --start" ;;
	limit)		echo "$needs --weight --strict --work-conserving" ;;
	update)		echo "$needs --weight --priority --time --deadline" ;;
	wait)		echo "--timeout --until --any" ;;
	top)		echo "--batch --iterations --delay --sort --group --user" ;;
	events)		echo "--count --timeout --type --job" ;;
	drain)		echo "--at --reason --show" ;;
	lp)		echo "--timeout --objective --resources" ;;
	simulate)	echo "--policy --backfill --protocol --procs --capacity
			--window --rows --load --runtimes --group-by
			--resume-cost --quantum --aging --half-life --guard
			--group-policy --drain --queueing --timeline --verbose" ;;
	"group create")	echo "$needs --weight --owner --owner-group --mode" ;;
	"group list")	echo "--columns --no-header" ;;
	"devices list")	echo "--columns --no-header" ;;
	"devices add")	echo "--mem" ;;
	"devices set")	echo "--mem --offline --online" ;;
	"policy show")	echo "--group" ;;
	"policy set")	echo "--policy --backfill --objective --quantum --aging --half-life --guard --guard-floor --group --inherit" ;;
	esac
	echo "--json --color --quiet --help"
}

_aiosctl_commands()
{
	case $1 in
	'')	echo "run submit list show explain limit group update hold release
			suspend resume cancel wait top events devices policy
			drain undrain metrics doctor lp simulate version help" ;;
	group)	echo "list show create remove" ;;
	devices) echo "list add remove set" ;;
	policy)	echo "show set" ;;
	esac
}

# Words that the option $1 of the command $2 takes; 1 when it takes none.
_aiosctl_argument()
{
	case $1 in
	--color)	echo "auto always never" ;;
	--group)	_aiosctl_groups ;;
	--after|--afterok|--afterany|--afternotok)
		_aiosctl_jobs || return 0 ;;
	--user|--owner)	compgen -u ;;
	--owner-group)	compgen -g ;;
	--state|--until) echo "queued admitted running suspended done failed cancelled" ;;
	--policy)	echo "priority fifo sjf saf f1 wfp3 smallest edf tetris
			drf fairshare rr las srtf" ;;
	--backfill)	echo "none easy conservative" ;;
	--protocol)	echo "p1 p2" ;;
	--runtimes)	echo "requested true predicted" ;;
	--group-by)	echo "none user group vc" ;;
	--objective)
		if [ "$2" = lp ]; then
			echo "utility maxmin drf proportional"
		else
			echo "utility"
		fi ;;
	--guard)	echo "none" ;;
	--type)		echo "submitted admitted started granted suspended
			resumed ended limit oom group_created group_removed device
			held released retried drain" ;;
	--sort)		echo "id name group user state priority weight cpu mem
			gpu wait run position" ;;
	--cpus|--mem|--gpus|--gpu-mem|--io|--net|--pids|--name|--weight|\
	--priority|--time|--feature|--timeout|--columns|--iterations|--delay|\
	--resources|--count|--mode|--job|--procs|--capacity|--window|--rows|--load|\
	--at|--reason|--deadline|--gang|--gang-size|--retry-oom|--resume-cost|--quantum|--aging|--half-life|--guard-floor|\
	--drain|--group-policy)
		;;
	--output|--error|--chdir|--adopt|--timeline)
		compgen -f -- "$3" ;;
	*)	return 1 ;;
	esac
}

_aiosctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
	local command='' subs i words

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-*)	continue ;;
		esac
		if [ -z "$command" ]; then
			command=${COMP_WORDS[i]}
		elif [ -n "$(_aiosctl_commands "$command")" ]; then
			command="$command ${COMP_WORDS[i]}"
			break
		elif [ "$command" = run ] || [ "$command" = submit ]; then
			# what follows an option's argument or -- is a command
			if [ "${COMP_WORDS[i-1]}" = -- ]; then
				if declare -F _command_offset >/dev/null; then
					_command_offset "$i"
				fi
				return
			fi
		fi
	done

	if words=$(_aiosctl_argument "$before" "$command" "$word"); then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
		return
	fi
	case $word in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "$(_aiosctl_options "$command")" -- "$word")
		return ;;
	esac
	subs=$(_aiosctl_commands "$command")
	case $command in
	show|explain|update|hold|release|suspend|resume|cancel|wait)
		subs=$(_aiosctl_jobs) ;;
	limit)
		subs="$(_aiosctl_jobs) $(_aiosctl_groups)" ;;
	"group show"|"group remove"|"group create")
		subs=$(_aiosctl_groups) ;;
	"devices remove"|"devices set")
		subs=$(_aiosctl_devices) ;;
	help)
		subs=$(_aiosctl_commands '') ;;
	run|submit)
		mapfile -t COMPREPLY < <(compgen -c -- "$word")
		return ;;
	lp|simulate)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$subs" -- "$word")
}

complete -F _aiosctl aiosctl
