# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the scripts share: where things lie, how to complain, and how to fetch a
# Debian package without installing it. Sourced by bash scripts, which set $me.

top=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kernels=$top/build/kernels

say()
{
	echo "$me: $*" >&2
}

die()
{
	say "$@"
	exit "${die_status:-1}"
}

# Run a command quietly, and show what it said only when it failed.
quietly()
{
	local out

	out=$("$@" 2>&1 </dev/null) && return
	printf '%s\n' "$out" >&2
	return 1
}

# The options that point apt at lists and a cache of our own below build/apt/.
# The machine's trust (Signed-By, trusted.gpg.d) and proxies keep their force.
apt_private()
{
	local dir=$top/build/apt/$1

	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/parts"
	apt_options=(-o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir/cache"
		-o APT::Sandbox::User=root -o Acquire::Languages=none)
}

# apt_machine: the machine's own sources, with fresh lists below build/.
apt_machine()
{
	apt_private machine
	quietly apt-get "${apt_options[@]}" -qq update
}

# apt_foreign ARCH: the Debian sources of this machine, for another architecture beside
# its own, and as if nothing were installed.
apt_foreign()
{
	local dir=$top/build/apt/$1 key=/usr/share/keyrings/debian-archive-keyring.gpg

	[ -r "$key" ] || die "missing $key: install debian-archive-keyring"
	apt_private "$1"
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(SITE) $(REPO_URI) $(RELEASE) $(COMPONENT) $(LABEL)' \
		'Created-By: Packages' | sort -u |
		awk -v "sign=[arch=$1,$(dpkg --print-architecture) signed-by=$key]" \
			'$5 ~ /^Debian/ { print "deb", sign, $2, $3, $4 }' >"$dir/sources.list"
	[ -s "$dir/sources.list" ] || die "no Debian mirror in this machine's apt sources"
	apt_options+=(-o "Dir::Etc::SourceList=$dir/sources.list"
		-o "Dir::Etc::SourceParts=$dir/parts" -o Dir::State::status=/dev/null
		-o "APT::Architectures::=$1")
	quietly apt-get "${apt_options[@]}" -qq update
}

# apt_suite SUITE...: other suites of the mirror that this machine uses.
apt_suite()
{
	local dir mirror key=/usr/share/keyrings/debian-archive-keyring.gpg suite

	# shellcheck disable=SC2016
	mirror=$(apt-get indextargets --format '$(LABEL) $(SITE)' \
		'Created-By: Packages' | sed -n 's/^Debian //p' | sort -u | head -n 1)
	[ -n "$mirror" ] || die "no Debian mirror in this machine's apt sources"
	[ -r "$key" ] || die "missing $key: install debian-archive-keyring"

	apt_private "$1"
	dir=$top/build/apt/$1
	for suite; do
		echo "deb [signed-by=$key] $mirror $suite main"
	done >"$dir/sources.list"
	apt_options+=(-o "Dir::Etc::SourceList=$dir/sources.list"
		-o "Dir::Etc::SourceParts=$dir/parts"
		-o Dir::State::status=/dev/null)
	quietly apt-get "${apt_options[@]}" -qq update
}

# apt_names REGEX: the names of the packages known to the chosen sources.
apt_names()
{
	apt-cache "${apt_options[@]}" pkgnames 2>/dev/null | grep -xE -- "$1" || :
}

# apt_fetch DIR NAME...: download packages; apt checks signature and checksum.
apt_fetch()
{
	local dir=$1
	shift

	mkdir -p "$dir"
	(cd "$dir" && quietly apt-get "${apt_options[@]}" \
		-o APT::Sandbox::User=root -qq download "$@")
}
