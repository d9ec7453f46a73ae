#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What aiosctl reads from files, traces and linear programs, it reads as it is meant or
# refuses with the line: nothing is mended and nothing is left out without a word.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

ctl=${AIOS_BUILD:-$top/build}/bin/aiosctl
[ -x "$ctl" ] || skip_all "no $ctl"
[ ! -e /dev/aios ] || skip_all "the module is loaded"
cd "$scratch" || exit

# value FIELD...: of the last document; a number indexes an array.
value()
{
	printf '%s' "$out" | python3 -c '
import json, sys
v = json.load(sys.stdin)
for f in sys.argv[1:]:
    v = v[int(f)] if f.isdigit() else v[f]
print(f"{v:.6g}" if isinstance(v, float) else v)' "$@" 2>&1
}

# trace TEXT: simulates it on four processors.
trace()
{
	printf '%b' "$1" >trace
	run "$ctl" --json simulate --procs 4 trace
}

# taken NAME TEXT JOBS MAKESPAN: in seconds; nothing is said.
taken()
{
	trace "$2"
	is "$1" "$(value traces 0 runs 0 jobs) $(value traces 0 runs 0 makespan_duration_ns) $err" \
		"$3 ${4}000000000 "
}

# refused NAME TEXT MESSAGE
refused()
{
	printf '%b' "$2" >trace
	run "$ctl" simulate --procs 4 trace
	is "$1: status" "$status" 1
	like "$1: message" "$err" "trace$3"
	is "$1: nothing else" "$out" ""
}

# noted NAME TEXT JOBS MAKESPAN MESSAGE
noted()
{
	trace "$2"
	is "$1" "$(value traces 0 runs 0 jobs) $(value traces 0 runs 0 makespan_duration_ns)" \
		"$3 ${4}000000000"
	like "$1: which is said" "$err" "$5"
}

# ------------------------------------------------------------ CSV: RFC 4180
two='1,0,10,2\n2,5,10,2\n'
head='job_id,submit_s,run_s,procs\n'
named='job_id,submit_s,run_s,procs,name\n'
taken "plain rows" "$head$two" 2 15
taken "a quoted name of two lines, the second looks like a job" \
	"${named}1,0,10,2,\"train\n2,5,10,2,all\"\n3,6,10,2,c\n" 2 16
taken "a quoted name in the second column" \
	'job_id,name,submit_s,run_s,procs\n1,"train\nall",0,10,2\n2,b,5,10,2\n' 2 15
taken "quotation marks and commas within one" "${named}1,0,10,2,\"a \"\"b\"\", c\"\n" 1 10
taken "an empty one" "${named}1,0,10,2,\"\"\n2,5,10,2,\n" 2 15
taken "headings and numbers in quotation marks" '"submit_s","run_s"\n"0","10"\n' 1 10
taken "headings that go over lines" '"a\nb",submit_s,run_s,procs\n1,0,10,2\n' 1 10
taken "carriage returns, and none at the end" 'submit_s,run_s,procs\r\n0,10,2\r\n5,10,2\r' 2 15
taken "no line feed at the end" 'submit_s,run_s,procs\n0,10,2' 1 10
taken "a mark of UTF-8" "\357\273\277$head$two" 2 15
taken "a mark of UTF-8 before a quotation mark" '\357\273\277"submit_s",run_s,procs\n0,10,2\n' 1 10
taken "notes and empty lines above the headings" "# a note, with \"\n\n; another\n$head$two" 2 15
taken "empty lines between rows" "$head\n1,0,10,2\n\n \n2,5,10,2\n\n" 2 15
taken "blanks around fields" 'submit_s , run_s\t, procs\n 0 ,\t10, "2" \n' 1 10
taken "a row that begins with #" "${head}#1,0,10,2\n2,5,10,2\n" 2 15
taken "a row that begins with a semicolon" "${head};1,0,10,2\n2,5,10,2\n" 2 15
refused "a note below the headings" "$head# a note\n$two" ':2: 1 fields for 4 columns: below the headings each line is a row'
refused "a quotation mark that is never closed" "${head}1,0,10,2\n2,5,10,\"2\n3,6,1,1\n" ':3: its quotation mark is never closed'
refused "one at the end" "${head}1,0,10,\"2" ':2: its quotation mark is never closed'
refused "text behind a closing quotation mark" "${head}1,0,\"10\"000,2\n" ":2: '000,2' stands behind a closing"
refused "the same over lines" "${named}1,0,10,2,\"a\nb\"c\n" ":3: 'c' stands behind a closing"
refused "a quotation mark within a field" "${head}1,0,1\"0,2\n" ':2: a quotation mark stands within'
refused "a quotation mark behind a field" "${head}1,0,10\",2\n" ':2: a quotation mark stands within'
refused "a lone carriage return" 'submit_s,run_s\r0,10\r5,10\r' ':1: a carriage return stands within'
refused "two carriage returns" "${head}1,0,10,2\r\r\n" ':2: a carriage return stands within'
refused "a zero byte" "${head}1,0,10,2\0000\n" ':2: there is a zero byte'
refused "a zero byte in a quoted field" "${named}1,0,10,2,\"\na\0000\n\"\n" ':3: there is a zero byte'
refused "semicolons" 'submit_s;run_s\n0;10\n' ':1: .*not by semicolons'
refused "tabs" 'submit_s\trun_s\n0\t10\n' ':1: .*not by tabs'
refused "no headings" '0,10,2\n5,10,2\n' ":1: column 'submit_s' is missing"
refused "a column that is missing" 'submit_s,procs\n0,2\n' ":1: column 'run_s' is missing"
refused "a column twice" 'submit_s,run_s,"run_s"\n0,1,2\n' ":1: there are two columns 'run_s'"
refused "a field too many" "${head}1,0,10,2,\n" ':2: 5 fields for 4 columns'
refused "an unquoted thousands separator" "${head}1,0,1,000,2\n" ':2: 5 fields for 4 columns'
refused "columns beyond all bounds" "submit_s,run_s$(printf ',%.0s' {1..300})\n" ':1: there are more than 256 fields'
refused "a line beyond all bounds" "$head$(printf '%070000d' 0),0,1,1\n" ':2: the line is longer'
refused "a quotation mark that swallows the rest" "${named}1,0,10,2,\"$(printf 'x\\n%.0s' {1..40000})" \
	':2: the row is longer than 65535 bytes: a quotation mark may never be closed'

# What Python writes and reads again is what is read here.
python3 - <<'END'
import csv, random
r = random.Random(7)
with open("random.csv", "w", newline="") as f:
    w = csv.writer(f, lineterminator="\n", quoting=csv.QUOTE_ALL)
    w.writerow(["user", "submit_s", "run_s", "procs"])
    for i in range(400):
        name = "".join(r.choice("ab\",\n ;#") for _ in range(r.randrange(8)))
        w.writerow([f"{i % 50}{name}" if i < 50 else "later", i, 1, 1])
with open("random.csv", newline="") as f:
    names = [row["user"] for row in csv.DictReader(f, strict=True)]
with open("names", "w", newline="") as f:
    f.write("\0".join(dict.fromkeys(names)))
END
"$ctl" --json simulate --procs 4 --queueing --group-by user random.csv | python3 -c '
import json, sys
run = json.load(sys.stdin)["traces"][0]["runs"][0]
with open("names", newline="") as f:
    want = f.read().split("\0")
print(run["jobs"], [s["group"] for s in run["stations"] if s["group"] is not None] == want)' >same
is "400 rows of random names are those that Python reads" "$(<same)" "400 True"

# ------------------------------------------------------- times beyond others
noted "jobs before time 0" 'submit_s,run_s,procs\n-1000,10,2\n0,10,2\n' 2 1010 \
	'submitted 1000 s before time 0: times are counted from there'
noted "of which the first comes later" 'submit_s,run_s,procs\n-0.5,10,2\n5,10,2\n-10,1,2\n' 3 25 \
	'submitted 10 s before time 0'
noted "a request longer than any time" 'submit_s,run_s,procs,req_s\n0,10,2,1e11\n5,10,2,20\n' 2 15 \
	'requested times longer .*: 1, the first in line 2'
noted "a deadline later than any" 'submit_s,run_s,procs,deadline_s\n0,10,2,20\n5,10,2,1e11\n' 2 15 \
	'deadlines later .*: 1, the first in line 3'
refused "but no such run time" 'submit_s,run_s\n0,1e11\n' ":2: run_s '1e11' is too large"
without()
{
	printf 'submit_s,run_s,procs%s\n0,10,1%s\n5,10,2%s\n' "$1" "$2" "$2" >trace
	shift 2
	run "$ctl" simulate --procs 2 "$@" trace
}
without '' '' --backfill conservative
like "no requests: nothing can be backfilled, which is said" "$err" 'no job says .* requests, so that none'
without '' '' --backfill easy --runtimes predicted
like "no requests and no users: nor predicted" "$err" 'requests or whose it is, so that none'
without ,user ,a --backfill easy --runtimes predicted
is "no requests: users are enough for that" "$err" ""
without ,req_s ,10 --backfill easy --runtimes predicted
is "requests too" "$err" ""
without '' '' --backfill easy --runtimes true
is "and true run times" "$err" ""

# ------------------------------------------------------------------ numbers
for n in 10 +10 10.0 1e1 1E+1 1.0e01 100e-1 010 .1e2 10.; do
	taken "$n is ten" "submit_s,run_s,procs\n0,$n,2\n" 1 10
done
for n in 1_0 0x10 10s '1 0' inf 1e 1e+ e1 . + 1.2.3 --1 '"1,000"' '" 10"' 1e1.0 ١; do
	refused "$n is no number" "submit_s,run_s,procs\n0,$n,2\n" ':2: run_s .* is no number'
done
refused "-2 is negative" 'submit_s,run_s\n0,-2\n' ":2: run_s '-2' is negative"
refused "so is -0x1, if anything" 'submit_s,run_s\n0,-0x1\n' ":2: run_s '-0x1' is no number"
refused "a number beyond 64 bits" 'submit_s,run_s\n0,99999999999999999999\n' ":2: run_s '9*' is too large"
refused "an exponent beyond all" 'submit_s,run_s\n0,1e999999999999\n' ':2: run_s .* is too large'
taken "an exponent below all is nothing" 'submit_s,run_s,procs\n0,10,2\n1e-999999999999,10,2\n' 2 10
gang='submit_s,run_s,gang,gang_size\n'
taken "a whole number may be 2.0" "${gang}0,10,a,2.0\n0,10,a,2\n" 2 10
refused "and not 2.5" "${gang}0,10,a,2.5\n" ":2: gang_size '2.5' is not whole"
depends='job_id,submit_s,run_s,after\n'
taken "another job is 1.0" "${depends}1,0,10,\n2,0,10,1.0\n" 2 10
refused "and not 1.5" "${depends}1,0,10,\n2,0,10,1.5\n" ":3: after '1.5' is no number of a job"
refused "nor is a job called so" "${depends}1.5,0,10,\n" ":2: job_id '1.5' is no number"
refused "two amounts of one thing" 'submit_s,run_s,procs,cpu_milli\n0,1,2,1000\n' ':2: procs and cpu_milli'
taken "which may be said twice" 'submit_s,run_s,procs,cpu_milli\n0,10,2,2000\n' 1 10
noted "a priority of another scale" 'submit_s,run_s,procs,priority\n0,10,2,high\n0,10,2,2000\n0,10,2,2.5\n0,10,2,-5\n' \
	4 20 'priorities that are no whole numbers .*: 3, the first in line 2'
noted "sizes in a column of another name" 'submit_s,run_s,num_procs\n0,10,4\n0,10,4\n' 2 10 \
	"columns that are not looked at: 'num_procs'"
printf 'submit_s,run_s,procs,app\n0,10,2,x\n' >trace
run "$ctl" simulate -v --procs 4 trace
like "such columns are told with --verbose" "$err" "not looked at: 'app'"
for mib in 68720 1048576 1000000.5; do
	printf 'submit_s,run_s,procs,mem_mib\n0,10,1,%s\n' "$mib" >trace
	run "$ctl" --json simulate --capacity cpu=2,memory=4096G trace
	is "a job may take $mib MiB" "$(value traces 0 runs 0 jobs)" 1
done
run "$ctl" simulate --capacity cpu=1,cpu=2 trace
is "a resource twice is refused" "$status" 2
like "and said" "$err" 'names cpu twice'

# ---------------------------------------------------------------------- SWF
swf='; MaxProcs: 4\n'
line()
{
	printf '%s\\n' "$1 $2 -1 $3 ${4-2} -1 -1 ${4-2} ${5-100} -1 ${6-1} 1 1 1 1 1 -1 -1"
}
taken "SWF" "$swf$(line 1 0 10)$(line 2 5 10)" 2 15
taken "SWF with tabs, carriage returns and comments" \
	"$swf# a note\n\n$(line 1 0 10 | sed 's/ /\\t/g; s/\\n/\\r\\n/')\n; a comment\n$(line 2 5 10)" 2 15
taken "SWF without a line feed at the end" "$swf$(line 1 0 10 | sed 's/\\n$//')" 1 10
taken "two sizes that say the same" "$swf;MaxProcs:4 (two nodes)\n$(line 1 0 10)" 1 10
refused "two that do not" "$swf; MaxProcs: 8\n$(line 1 0 10)" ':2: MaxProcs is 8 here and was 4 before'
words='-1 10 2 -1 -1 2 20 -1 1 bob grp app q p -1 -1\n'
refused "words in the first line" "${swf}1 0 $words$(line 2 5 10)" ":2: field 12 'bob' is no number"
refused "words in the second" "$swf$(line 1 0 10)2 5 $words" ":3: field 12 'bob' is no number"
refused "a word for the job" "${swf}job$(line 1 0 10)" ":2: field 1 'job1' is no number"
refused "a word in a field that is not used" "$swf$(line 1 0 10 | sed 's/-1\\n/none\\n/')" ":2: field 18 'none' is no number"
refused "17 fields" "$swf$(line 1 0 10 | sed 's/ -1\\n/\\n/')" ':2: 17 fields: a line of the Standard Workload Format has 18'
refused "a blank within a number" "$swf$(line 1 0 10)$(line 2 '1 000' 10)" ':3: 19 fields: the lines before have 18'
refused "a comma within a number" "$swf$(line 1 0 10)$(line 2 1,000 10)" ":3: field 2 '1,000' is no number"
refused "a note between jobs" "$swf$(line 1 0 10)# a note\n" ':3: 3 fields'
refused "a submit time that is not known" "$swf$(line 1 0 10)$(line 2 -1 10)" ":3: field 2 '-1' says that the submit time is not known"
refused "a run time beyond all" "$swf$(line 1 0 1e20)" ":2: field 4 '1e20' is too large"
noted "21 fields" "$swf$(line 1 0 10 | sed 's/\\n/ {7,7} q_1d 1:p=4\\n/')" 1 10 \
	'more than 18 fields, of which the first 18 are read: 1, the first in line 2'
noted "a job before time 0" "$swf$(line 1 -1000 10)$(line 2 0 10)" 2 1010 'submitted 1000 s before time 0'
noted "one in the middle of the others" "$swf$(line 1 5 10)$(line 2 -20 10)$(line 3 -10 10)" 3 35 'submitted 20 s before'
noted "a request longer than any time" "$swf$(line 1 0 10 2 1e11)" 1 10 'requested times longer .*: 1, the first in line 2'
noted "negative numbers other than -1" "$swf$(line 1 0 10 2 -7)$(line 2 0 10 2 -1.0)" 2 10 'other than -1, .*: 1, the first in line 2'
noted "another status" "$swf$(line 1 0 10)$(line 2 0 10 2 9 7)" 2 10 'status that the format does not have, .*: 1, the first in line 3'
printf '%b' "$swf$(line 1 0 10 2 -1)" >trace
run "$ctl" simulate --backfill easy trace
like "that no job can be backfilled is said to who asks for it" "$err" 'so that none can be backfilled'
run "$ctl" simulate trace
is "and to nobody else" "$err" ""

# Job 1 was swapped out once, job 2 was not.
part='lines left out that are parts of jobs'
whole=$(line 1 0 100 4 200)
first=$(line 1 0 40 4 200 2)
last=$(line 1 60 60 4 200 3)
other=$(line 2 300 50 4)
noted "parts and the whole" "$swf$whole$first$last$other" 2 350 "$part.*: 2, the first in line 3"
is "parts and the whole: load" "$(value traces 0 load) $(value traces 0 left_out)" "0.5 2"
is "parts and the whole: nobody waits" "$(value traces 0 runs 0 max_wait_duration_ns)" 0
noted "the whole behind its parts" "$swf$first$last$whole$other" 2 350 "$part.*: 2, the first in line 2"
noted "jobs between them" "$swf$first$other$whole$last" 2 350 "$part.*: 2, the first in line 2"
noted "a part that was killed" "$swf$(line 1 0 100 4 200 0)$first$(line 1 60 60 4 200 4)$other" 2 350 "$part.*: 2"
noted "a job that was cancelled" "$swf$(line 1 0 100 4 200 5)$first$other" 2 350 "$part.*: 1"
noted "parts that do not say when" "$swf$whole$first$(line 1 -1 60 4 200 3)$other" 2 350 "$part.*: 2"
joined='jobs made of the lines of their parts'
noted "parts alone are one job" "$swf$first$last$other" 2 350 "$joined.*: 1, the first in line 2"
is "parts alone: load" "$(value traces 0 load) $(value traces 0 left_out)" "0.5 0"
noted "of which only the first says when" "$swf$first$(line 1 -1 60 4 200 3)$other" 2 350 "$joined.*: 1"
noted "that begin before time 0" "$swf$(line 1 -50 40 4 200 2)$last$other" 2 400 "$joined.*: 1"
refused "of which none says when" "$swf$(line 1 -1 40 4 200 2)$last$other" ":2: field 2 '-1' says"
refused "a part of nobody knows what" "$swf$(line -1 0 40 4 200 2)" ":2: field 1 '-1' does not tell"
printf '%b' "$swf$whole$first$last$other" | gzip >parts.swf.gz
run "$ctl" --json simulate --rows 2 parts.swf.gz
is "lines of parts are no rows" "$(value traces 0 runs 0 jobs)" 2
run "$ctl" --json simulate --protocol p1 --window 0:2 parts.swf.gz
is "nor jobs of a published protocol" "$(value traces 0 runs 0 jobs)" 2

# -------------------------------------------------------------- other formats
printf '%b' "$head$two" >plain.csv
reads()
{
	run "$ctl" --json simulate --procs 4 "$2"
	is "$1" "$(value traces 0 runs 0 jobs) $(value traces 0 runs 0 makespan_duration_ns)" "2 15000000000"
}
broken()
{
	run "$ctl" simulate --procs 4 "$2"
	is "$1: status" "$status" 1
	like "$1: message" "$err" "$3"
	is "$1: nothing else" "$out" ""
}
gzip -k plain.csv
reads "gzip" plain.csv.gz
{ printf '%b' "$head" | gzip; printf '%b' "$two" | gzip; } >members.csv.gz
reads "gzip of two members" members.csv.gz
{ cat plain.csv.gz; head -c 700 /dev/zero; } >padded.csv.gz
reads "gzip with zero bytes behind it, as tapes have them" padded.csv.gz
{ cat plain.csv.gz; echo '3,6,10,2'; } >behind.csv.gz
broken "gzip with something else behind it" behind.csv.gz 'behind the gzipped data is none'
{ cat padded.csv.gz; gzip <plain.csv; } >late.csv.gz
broken "even after zero bytes" late.csv.gz 'behind the gzipped data is none'
python3 -c '
print("submit_s,run_s,procs")
for i in range(100000):
    print(f"{i},{i * 7919 % 1000},1")' | gzip >long.csv.gz
run "$ctl" --json simulate --procs 1000 --rows 100000 long.csv.gz
is "gzip of many blocks" "$(value traces 0 jobs)" 100000
size=$(stat -c %s long.csv.gz)
for cut in 1 8 9 $((size / 2)) $((size - 12)); do
	head -c $((size - cut)) long.csv.gz >cut.csv.gz
	broken "gzip without its last $cut bytes" cut.csv.gz 'cut.csv.gz:[0-9]+: .*ends too early'
done
for keep in 2 9 12; do
	head -c $keep long.csv.gz >cut.csv.gz
	broken "the first $keep bytes of gzip" cut.csv.gz 'ends too early'
done
python3 -c '
data = bytearray(open("plain.csv.gz", "rb").read())
data[-6] ^= 1
open("sum.csv.gz", "wb").write(data)'
broken "gzip whose sum is wrong" sum.csv.gz 'the gzipped data is damaged'
magic()
{
	printf '%b' "$3" >magic
	broken "$1" magic "magic: it is $2: a trace is plain text"
	run "$ctl" lp magic
	like "$1 as a program" "$err" "magic: it is $2, and a program is plain text"
}
magic bzip2 'compressed with bzip2' 'BZh91AY&SY'
magic xz 'compressed with xz' '\3757zXZ\0000\0000'
magic zstd 'compressed with zstd' '\0050\0265/\0375'
magic lz4 'compressed with lz4' '\0004"M\0030'
magic zip 'a zip archive' 'PK\0003\0004'
magic compress 'compressed with compress' '\0037\0235\0220'
magic UTF-16 'text in UTF-16' '\0377\0376j\0000o\0000'
run "$ctl" lp plain.csv.gz
like "gzip as a program" "$err" 'it is compressed with gzip'

# ---------------------------------------------------------- linear programs
# Without a machine, what is read ends with status 7.
program()
{
	printf '%b' "$2" >program
	run "$ctl" lp program
	is "lp: $1" "$status" 7
}
misread()
{
	printf '%b' "$2" >program
	run "$ctl" lp program
	is "lp: $1: status" "$status" 1
	like "lp: $1: message" "$err" "$3"
	is "lp: $1: nothing else" "$out" ""
}
text='maximise 3\nrow 1 <= 5\n'
program "no line feed at the end" 'maximise 3\nrow 1 <= 5'
program "a mark of UTF-8 and carriage returns" '\357\273\277maximise 3\r\nrow 1 <= 5\r\nupper 2\r\n'
program "whole numbers as other programs write them" 'maximise 3.0 +2 1e3\nrow 1.0 2e0 0 <= 10.0\n'
program "an exponent" "${text}upper 1e1\n"
program "no rows" 'maximise 3\n'
program "the largest capacity" 'maximise 3\nrow 1 <= 18446744073709551615\n'
misread "a blank in a capacity" 'maximise 3\nrow 1 <= 1 000\nupper 5000\n' "line 2: '000' stands behind the capacity"
misread "two relations" 'maximise 3\nrow 1 <= 5 <= 7\n' "line 2: '<=' stands behind"
misread "another relation" 'maximise 3\nrow 1 >= 5\n' "line 2: a row ends in '<= NUMBER'"
misread "a relation in bounds" "${text}upper <=\n" "line 3: '<=' belongs in a row"
misread "a hexadecimal bound" "${text}upper 0x10\n" "line 3: upper bound '0x10'"
misread "an infinite bound" "${text}upper inf\n" "line 3: upper bound 'inf'"
misread "a bound that is none" "${text}upper nan\n" "line 3: upper bound 'nan'"
misread "a negative bound" "${text}lower -1\n" "line 3: lower bound '-1'"
misread "a bound with something behind it" "${text}upper 1x\n" "line 3: upper bound '1x'"
misread "commas" 'maximise 1,5 2\nrow 1 1 <= 5\n' "line 1: weight '1,5'"
misread "a comma for thousands" 'maximise 3\nrow 1 <= 1,000\n' "line 2: row 1: '1,000'"
misread "a capacity beyond 64 bits" 'maximise 3\nrow 1 <= 18446744073709551616\n' 'line 2: row 1: '
misread "a weight beyond 64 bits" 'maximise 9223372036854775808\n' 'line 1: weight '
misread "a fraction of a coefficient" 'maximise 3\nrow 1.5 <= 5\n' "line 2: row: '1.5'"
misread "no columns" 'maximise\n' 'line 1: there are no weights'
misread "a lone carriage return" 'maximise 3\rrow 1 <= 5\r' 'line 1: '
misread "a zero byte" 'maximise 3\0000\n' 'NUL byte'
misread "weights twice" 'maximise 3\nmaximize 3\n' 'line 2: the weights are given twice'

# What is not understood is named by its beginning, however long it is.
long=$(printf '%0100000d' 0 | tr 0 y)
short="'y{40}'"
misread "a long keyword" "$long 3\n" "line 1: $short is none of"
misread "a long weight" "maximise $long\n" "line 1: weight $short is no"
misread "a long coefficient" "maximise 3\nrow $long <= 5\n" "line 2: row: $short is no"
misread "a long capacity" "maximise 3\nrow 1 <= $long\n" "line 2: row 1: $short is no"
misread "a long word behind it" "maximise 3\nrow 1 <= 5 $long\n" "line 2: $short stands behind"
misread "a long bound" "${text}upper $long\n" "line 3: upper bound $short is no"
misread "a relation behind a long keyword" "$long <= 3\n" "line 1: .* not in y{40}\$"

rest='"a":[[1]],"b":[10]'
program "JSON" "{\"w\":[3],$rest}"
program "JSON with floats" '{"w":[3.0],"a":[[1.0]],"b":[1e1],"hi":[2.5e-1]}'
program "JSON with a mark of UTF-8" "\357\273\277 {\"w\":[3],$rest}\r\n\n"
program "the largest numbers" '{"w":[-9223372036854775808],"a":[[18446744073709551615]],"b":[18446744073709551615]}'
misread "JSON: bounds that are no array" "{\"w\":[3],$rest,\n\"lo\":0.5}" 'line 2: "lo" must be an array'
misread "JSON: null for bounds" "{\"w\":[3],$rest,\"hi\":null}" '"hi" must be an array'
misread "JSON: true for a bound" "{\"w\":[3],$rest,\"hi\":[true]}" "upper bound 'true'"
misread "JSON: a string for a bound" "{\"w\":[3],$rest,\"hi\":[\"0.25\"]}" '"hi" must be .*has a string in it'
misread "JSON: a string for a capacity" '{"w":[3],"a":[[1]],"b":["10"]}' '"b" must be .*has a string in it'
misread "JSON: an object for a coefficient" '{"w":[3],"a":[[{"x":1}]],"b":[10]}' '"a" must be .*has an object in it'
misread "JSON: an array too deep" '{"w":[3],"a":[[[1]]],"b":[10]}' '"a" must be .*has an array in it'
misread "JSON: a row that is no array" '{"w":[3],"a":[1],"b":[10]}' 'row 1 is not an array'
misread "JSON: rows that are an object" '{"w":[3],"a":{"x":[1]},"b":[10]}' '"a" must be an array of rows'
misread "JSON: a key that is not known" "{\"w\":[3],$rest,\n\n\"ub\":[0.25]}" 'line 3: key "ub" is none of'
misread "JSON: a key in capitals" "{\"W\":[3],$rest}" 'key "W" is none of'
misread "JSON: a key twice" "{\"w\":[3],\n\"w\":[9],$rest}" 'line 2: key "w" is in line 1 already'
misread "JSON: text behind" "{\"w\":[3],$rest} x" 'line 1: not JSON'
misread "JSON: two documents" "{\"w\":[3],$rest}\n{\"w\":[9],$rest}" 'line 2: not JSON'
misread "JSON: beyond 64 bits" '{"w":[3],"a":[[1]],"b":[18446744073709551616]}' "'18446744073709551616' is not a whole"
misread "JSON: not a number" "{\"w\":[NaN],$rest}" "weight 'NaN'"
misread "JSON: infinity" "{\"w\":[3],$rest,\"hi\":[Infinity]}" "upper bound 'Infinity'"
misread "JSON: a comment" "{/* x */\"w\":[3],$rest}" 'not JSON'
misread "JSON: a comma at the end" "{\"w\":[3,],$rest}" 'not JSON'
misread "JSON: single quotes" "{'w':[3],$rest}" 'not JSON'
misread "JSON: zeros in front" "{\"w\":[03],$rest}" 'not JSON'
misread "JSON: a point at the end" "{\"w\":[3.],$rest}" 'not JSON'
misread "JSON: no weights" "{$rest}" 'there is no "w"'
misread "JSON: nothing" '{}' 'there is no "w"'
misread "JSON: cut off" "{\"w\":[3],\n\"a\":[[1" 'line 2: not JSON'

finish
