# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# The documents that tests of aiosctl have kept are what the schema says. Sourced by bash
# scripts, with $documents set.

documents_are_valid()
{
	local check='
import json, sys, jsonschema
v = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
for line in open(sys.argv[2]):
    if line.strip():
        for e in v.iter_errors(json.loads(line)):
            print(line[:300], list(e.absolute_path), e.message)'
	local schema=$top/Documentation/json-schema/aiosctl.schema.json

	ok "there are documents to check" test -s "$documents"
	is "every document is valid" \
		"$(/usr/bin/python3 -W ignore -c "$check" "$schema" "$documents" 2>&1)" ""
}
