#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who has an accelerator that CUDA may know gets libaios-cuda.so preloaded, where it is
# installed: against a scripted kernel.

# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# Whether this machine has it or not.
library=$(strings -a "$full" | grep -x '/.*/libaios-cuda\.so')
has=("device 3 1000" "there $library")

# preloaded OPTION...: what a job has preloaded besides the scripted kernel.
preloaded()
{
	# shellcheck disable=SC2016
	asked run "$@" -- /bin/sh -c 'echo "$LD_PRELOAD"'
	out=${out#"$scratch/kernel.so"}
	out=${out#:}
}

kernel "${has[@]}" "place 3"
preloaded
is "it is preloaded, after what was before" "$status $out" "0 $library"
preloaded --no-preload
is "unless it is switched off" "$status $out" "0 "
# shellcheck disable=SC2016
run env "${scripted[@]}" "LD_PRELOAD=$scratch/kernel.so:$library" "$full" run -- \
	/bin/sh -c 'echo "$LD_PRELOAD"'
is "once is enough" "$out" "$scratch/kernel.so:$library"

kernel "${has[@]}"
preloaded
is "nor is it for a job without an accelerator" "$status $out" "0 "

kernel "device 3 1000" "place 3" "lacks $library"
preloaded
is "nor where it is not installed" "$status $out" "0 "

kernel "there $library"
asked doctor
like "doctor finds it" "$out" "cuda +ok +$library holds CUDA programs"
kernel "lacks $library" "lacks /proc/driver/nvidia/version"
asked doctor
like "and does not miss it without a driver" "$out" "cuda +ok +no driver of NVIDIA"
kernel "lacks $library" "there /proc/driver/nvidia/version"
asked doctor
like "but with one" "$out" "cuda +warning +there is no $library"
like "and says what to do" "$out" "^cuda: run 'make install-user'"
finish
