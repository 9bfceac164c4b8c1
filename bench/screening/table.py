#!/usr/bin/env python3
"""Reads the lines of every engine, holds their counts against `truth.json`, and prints the table.

    table.py truth.json lines.jsonl

Leaves with 1 when an engine counts differently or when ours is missing; a peer that is missing is only not in the table.
"""
import json
import sys


def main():
    with open(sys.argv[1]) as file:
        truth = json.load(file)
    with open(sys.argv[2]) as file:
        lines = [json.loads(line) for line in file if line.strip()]
    rules = [line for line in lines if "T" in line]
    wrong = [line for line in rules if {key: line[key] for key in "TFU"} != truth]
    for line in wrong:
        print(f"{line['program']} counts {line['T']} true, {line['F']} false, {line['U']} unknown; should be {truth}", file=sys.stderr)
    ours = next((line["microseconds"] for line in rules if line["program"].startswith("ours")), None)
    if wrong or ours is None:
        sys.exit(1)
    print(f"Every engine: {truth['T']} true, {truth['F']} false, {truth['U']} unknown.\n")
    print("| 80 synthetic rules | version | µs an intake | to ours |\n|---|---|---:|---:|")
    for line in sorted(rules, key=lambda line: line["microseconds"]):
        spent = line["microseconds"]
        print(f"| {line['program']} | {line['version']} | {spent:.2f} | {spent / ours:.0f} × |")
    print("\n| shipped rulebook | µs, processor | µs, wall | |\n|---|---:|---:|---|")
    for line in lines:
        if "T" in line:
            continue
        more = (
            f"{line['intakes']} intakes, {line['reasons_each']:.1f} reasons each, mark `{line['mark']}`"
            if "intakes" in line
            else f"{line['files']} files, {line['bytes']:,} bytes, {line['rules']} rules, {line['resident_kilobytes']:,} kB resident"
        )
        print(f"| {line['program']} | {line['microseconds']:.2f} | {line['wall']:.2f} | {more} |")


main()
