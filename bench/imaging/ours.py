#!/usr/bin/env python3
"""Runs ours on one pair as a user would, and writes what it took.

    ours.py PERCUTA CASE OUT [FILES]

FILES are those that it writes, with commas between; without them, all.
Seconds of the processor and the most memory are those of the whole program, from its start to its end.
"""
import json
import os
import shutil
import sys
import time


def main():
    percuta, case, out = sys.argv[1:4]
    only = ["--only", sys.argv[4]] if len(sys.argv) > 4 else []
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    with open(f"{case}/truth.csv") as truth, open(f"{out}/query.csv", "w") as query:
        for line in truth:
            if not line.startswith("#"):
                query.write(",".join(line.split(",")[:2]) + "\n")
    command = [percuta, "compare", f"{case}/before.jpg", f"{case}/after.jpg", "--roi", f"{case}/roi.png"]
    command += ["--points", f"{out}/query.csv", "--out", out, *only]
    begun = time.perf_counter()
    process = os.posix_spawnp(percuta, command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, f"{out}/said.txt", os.O_WRONLY | os.O_CREAT, 0o600),
    ])
    _, status, used = os.wait4(process, 0)
    total = time.perf_counter() - begun
    if status != 0:
        sys.exit(f"percuta compare left with {os.waitstatus_to_exitcode(status)}")
    # What the scorer reads has no heading.
    with open(f"{out}/points.csv") as points:
        lines = [line for line in points if not line[0].isalpha()]
    with open(f"{out}/points.csv", "w") as points:
        points.writelines(lines)
    os.replace(f"{out}/change_a_star.png", f"{out}/da.png")
    with open(f"{out}/time.json", "w") as spent:
        json.dump({"total": total, "cpu_s": used.ru_utime + used.ru_stime, "rss_mb": used.ru_maxrss / 1024}, spent)


main()
