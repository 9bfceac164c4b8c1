#!/usr/bin/env python3
"""The day that `peers/pack.py` packs, drawn in the same order from the same seed, as `percuta slots day` reads it.

    day.py VISITS PRACTITIONERS [SEED] > day.json
"""
import json
import random
import sys

count, people = int(sys.argv[1]), int(sys.argv[2])
draw = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
rooms, devices, assistants = max(2, people * 3 // 4 + 1), max(2, people // 2 + 1), max(1, people // 3 + 1)
qualified = [draw.choice([1, 1, 3, 3, 7]) for _ in range(people)]
qualified[0] = 7
usable = [sorted(draw.sample(range(rooms), max(1, rooms * 2 // 3))) for _ in range(devices)]
visits = [
    dict(n=draw.choice([6, 7, 8, 9]), t=draw.choice([4, 6, 8, 9, 12, 18]), cls=draw.choice([0, 0, 1]),
         qual=draw.choice([1, 1, 2]), win=draw.choice([(0, 132), (0, 132), (0, 66), (60, 132)]))
    for _ in range(count)
]
clock = lambda tick: "%02d:%02d" % divmod(540 + tick * 5, 60)
shift = [dict(start="2026-03-02T09:00", end="2026-03-02T20:00")]
name = lambda v: "n%d-t%d-c%d-q%d" % (v["n"], v["t"], v["cls"], v["qual"])
services = {}
for v in visits:
    services[name(v)] = dict(id=name(v), phases=[
        dict(name="cleanse", minutes=5, room="room", staff="assistant"),
        dict(name="numbing", minutes=v["n"] * 5, room="same"),
        dict(name="treatment", minutes=v["t"] * 5, room="same", staff="practitioner", device="class%d" % v["cls"]),
        dict(name="aftercare", minutes=10, room="same", staff="assistant"),
    ])
may = lambda mask: [key for key in services if mask & int(key[-1]) == int(key[-1])]
json.dump(dict(
    clinic=dict(
        sites=[dict(
            id="site", time_zone="UTC", hours=[dict(weekday="monday", open="09:00", close="20:00")],
            rooms=[dict(id="r%d" % r, kind="room") for r in range(rooms)],
            devices=[dict(id="d%d" % d, kind="class%d" % (d % 2), rooms=["r%d" % r for r in usable[d]]) for d in range(devices)],
            staff=[dict(id="p%d" % p, roles=["practitioner"], may=may(qualified[p]), shifts=shift) for p in range(people)]
            + [dict(id="a%d" % a, roles=["assistant"], shifts=shift) for a in range(assistants)],
        )],
        services=list(services.values()),
    ),
    wanted=dict(visits=[
        dict(id="v%d" % i, service=name(v), between=[clock(v["win"][0]), clock(v["win"][1])]) for i, v in enumerate(visits)
    ]),
), sys.stdout)
