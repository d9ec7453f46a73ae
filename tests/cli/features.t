#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What describes a job to the predictor: numbers with names in any order, hashes of what it
# runs and of the shape of its arguments, and that nothing else is passed on. Against a
# scripted kernel, which says what it was asked.

# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# asked_for ARGUMENT...: what PREDICT was asked, as the kernel says.
asked_for()
{
	rm -f "$scratch/kernel/predicted"
	asked predict "$@"
	cat "$scratch/kernel/predicted"
}

# hash NAME ARGUMENT...: one of the two.
hash()
{
	local name=$1

	shift
	asked_for "$@" | tr ' ' '\n' | sed -n "s/^$name=//p"
}

kernel "set predict.run_duration_ns 720000000000" "set predict.low_duration_ns 120000000000" \
	"set predict.high_duration_ns 3600000000000" "set predict.most_duration_ns 7200000000000" \
	"set predict.expert 3" "set predict.nr_known 5" "set predict.nr_same 2"

like "numbers in the order of their names, those without behind" \
	"$(asked_for -f params=7e9,batch=32 -f -3 -f lr=5 true)" 'features=32,5,7000000000,-3 '
is "in any order they are the same" "$(asked_for -f a=1,b=2 -f c=3 true)" \
	"$(asked_for -f c=3 -f b=2,a=1 true)"
asked predict -f 0.5 true
is "a fraction is none" "$status" 2
like "which helps on" "$err" "'0.5' is not a whole number; of a fraction give thousandths"
asked predict -f a=1,a=2 true
like "a name is given once" "$err" "'a' is given twice"
asked predict -f =1 true
like "a name has a letter" "$err" "'=1' has no name"
asked predict -f 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17 true
like "there are sixteen" "$err" 'at most 16'
asked predict -f 0x10p1 true
is "nothing but decimals" "$status" 2

isnt()
{
	ok "$1" test "$2" != "$3"
}

# unlike NAME GOT TEXT
unlike()
{
	is "$1" "$(grep -F -- "$3" <<<"$2")" ""
}

is "the same program anywhere" "$(hash command /bin/sh -c x)" "$(hash command sh -c x)"
isnt "another is another" "$(hash command true)" "$(hash command false)"
isnt "of an interpreter the script counts" "$(hash command sh a.sh)" "$(hash command sh b.sh)"
is "not its place" "$(hash command sh /a/x.sh)" "$(hash command sh /b/x.sh)"
is "numbers are alike" "$(hash shape true --epochs=3 --lr 0.1)" \
	"$(hash shape true --epochs=50 --lr 1e-3)"
is "files of a kind are" "$(hash shape true a.png)" "$(hash shape true b.png)"
isnt "of another they are not" "$(hash shape true a.png)" "$(hash shape true a.json)"
isnt "options count" "$(hash shape true --fast)" "$(hash shape true --slow)"
isnt "so do names of numbers" "$(hash shape -f a=1 true)" "$(hash shape -f b=1 true)"

asked predict true
is "the answer" "$status" 0
like "is a sentence" "$out" \
	'predicted to run 12m.*, four times in five 2m.* to 1h.*, by the last job of its kind'
json predict true
like "for programs too" "$out" '"run_duration_ns":720000000000.*"expert":"same"'
kernel
asked predict true
like "nothing is known of nobody" "$out" 'nothing is known yet'
json predict true
like "which is null" "$out" '"run_duration_ns":null'
asked submit --dry-run true
unlike "who does not ask is told nothing" "$out" 'predict'
asked submit --dry-run --predict true
like "a dry run tells" "$out" 'nothing is known yet'
json submit --dry-run --predict true

kernel "attempt 1 100 1 train 1 0 60000000000" "attempt 4 102 2 test 3 9 0"
asked attempts
is "attempts are listed" "$status" 0
like "each" "$out" '100 .*train'
asked attempts --no-header 102
unlike "of a job" "$out" 'train'
json attempts
like "with all that was recorded" "$out" '"number":4,"job":102,"attempt":2'
kernel
json attempts
like "none" "$out" '"attempts":\[\]'
documents_are_valid
finish
