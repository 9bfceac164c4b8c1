#!/usr/bin/env python3
"""Leaves with 1 when a peer counts other starts than ours, or other courses.

    agree.py ours.jsonl peers.jsonl
"""
import json
import sys


def lines(file):
    with open(file) as text:
        return [json.loads(line) for line in text if line.strip()]


def main():
    keys = ("starts", "chk", "q2_starts")
    (ours,) = lines(sys.argv[1])
    wrong = [peer["prog"] for peer in lines(sys.argv[2]) if any(peer[key] != ours[key] for key in keys)]
    for peer in wrong:
        print(f"{peer} counts otherwise than ours", file=sys.stderr)
    sys.exit(1 if wrong else 0)


main()
