#!/usr/bin/env python3
"""Reads the lines of every program and prints the table.

    table.py lines.jsonl

Leaves with 1 when ours is missing on a pair; a peer that is missing says so in the table.
"""
import json
import statistics
import sys


def main():
    with open(sys.argv[1]) as file:
        lines = [json.loads(line) for line in file if line.strip()]
    cases = sorted({line["case"] for line in lines})
    programs = list(dict.fromkeys(line["program"] for line in lines))
    good = [line for line in lines if "cpu_s" in line]
    mean = {
        name: {
            key: statistics.fmean(line[key] for line in good if line["program"] == name)
            for key in ("tre_med", "tre_p95", "da_corr", "cpu_s", "total", "rss_mb")
        }
        for name in programs
        if sum(line["program"] == name for line in good) == len(cases)
    }
    print("| mean of six pairs | median px | 95th px | a* map r | processor s | to ours | clock s | MB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    ours = mean.get("ours")
    for name in programs:
        if name not in mean:
            found = sum(line["program"] == name for line in good)
            print(f"| {name} | answered {found} of {len(cases)} | | | | | | |")
            continue
        row = mean[name]
        ratio = f"{row['cpu_s'] / ours['cpu_s']:.1f} ×" if ours else "–"
        print(
            f"| {name} | {row['tre_med']:.3f} | {row['tre_p95']:.2f} | {row['da_corr']:.3f} | "
            f"{row['cpu_s']:.2f} | {ratio} | {row['total']:.2f} | {row['rss_mb']:.0f} |"
        )
    print("\n| median / 95th px, a* map r | " + " | ".join(programs) + " |")
    print("|---|" + "---:|" * len(programs))
    for case in cases:
        cells = []
        for name in programs:
            line = next((one for one in good if (one["case"], one["program"]) == (case, name)), None)
            cells.append(
                f"{line['tre_med']:.2f} / {line['tre_p95']:.2f}, {line['da_corr']:.2f}" if line else "–"
            )
        print(f"| {case} | " + " | ".join(cells) + " |")
    if ours is None:
        sys.exit(1)


main()
