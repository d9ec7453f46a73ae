# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The same environment for every test, whatever the one has who runs it: what he has set
# for his language, his terminal, his shell and his programs, or was given by a job of
# aios that he is in. Sourced before anything else, by whatever starts a test.

unset "${!LC_@}" LANGUAGE CDPATH ENV BASH_ENV POSIXLY_CORRECT COLUMNS LINES NO_COLOR \
	CLICOLOR CLICOLOR_FORCE GREP_OPTIONS GREP_COLOR GREP_COLORS LS_COLORS MAKEFLAGS \
	MFLAGS MAKELEVEL MAKEOVERRIDES PYTHONPATH PYTHONHOME PYTHONSTARTUP MANROFFOPT \
	AIOS_JOB_ID AIOS_JOB_FD AIOS_DEVICES AIOS_ATTEMPT
export LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC TERM=dumb
umask 022
