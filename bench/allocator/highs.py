#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""HiGHS for the benchmark of the allocator, through highspy.

Reads commands on standard input, one a line: "load FILE" (free MPS, minimised),
"cold SETTING", "warm SETTING", "row K B", "column I W LO HI". Answers each with
a line: "ok", or microseconds and objective (-1 when it failed). The time is
that of Highs.run() alone.
"""

import os
import sys
import time

import highspy

SETTINGS = (
    {"solver": "simplex", "simplex_strategy": 1, "presolve": "off"},
    {"solver": "simplex", "simplex_strategy": 1, "presolve": "on"},
    {"solver": "simplex", "simplex_strategy": 4, "presolve": "off"},
)


def run(highs, setting, cold):
    for key, value in SETTINGS[setting].items():
        highs.setOptionValue(key, value)
    if cold:
        highs.clearSolver()
    begin = time.perf_counter()
    highs.run()
    spent = (time.perf_counter() - begin) * 1e6
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        spent = -1
    return f"{spent} {-highs.getInfo().objective_function_value!r}"


def main():
    # HiGHS prints a banner on descriptor 1 whatever its options say.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    for line in sys.stdin:
        word = line.split()
        answer = "ok"
        if word[0] == "load":
            highs.clearModel()
            if highs.readModel(word[1]) != highspy.HighsStatus.kOk:
                answer = "failed"
        elif word[0] in ("cold", "warm"):
            answer = run(highs, int(word[1]), word[0] == "cold")
        elif word[0] == "row":
            highs.changeRowBounds(int(word[1]), -highspy.kHighsInf,
                                  float(word[2]))
        elif word[0] == "column":
            highs.changeColCost(int(word[1]), -float(word[2]))
            highs.changeColBounds(int(word[1]), float(word[3]), float(word[4]))
        print(answer, file=answers, flush=True)


main()
