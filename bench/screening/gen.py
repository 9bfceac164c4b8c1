#!/usr/bin/env python3
"""Makes the job that every engine is given: 80 synthetic screening rules and 1,000 intakes, from one fixed seed.

A rule joins 2 to 4 questions with `and` and `or`; a question asks one of 60 fields; about a quarter of the fields of an
intake are missing, and a missing field is unknown (Kleene's three values). Written into the current folder:

rules.json       the rules in a neutral form: ["and", ["is", "f3", true], ["or", …]]
intakes.json     the intakes
truth.json       how often the rules are true, false and unknown over all intakes, by the plain evaluator below
jsonlogic.json   the rules for JSON-logic engines: 0, 0.5 and 1; `and` is min, `or` is max
rules.rego       the rules for Rego: 0, 1 and 2, in the same way

The rules mean nothing; they have the shape of screening rules. Nothing here is measured.
"""
import json
import random

DRAW = random.Random(3)
FIELDS = [f"f{index}" for index in range(60)]
IS_TRUTH = {field: index < 35 for index, field in enumerate(FIELDS)}


def question():
    field = DRAW.choice(FIELDS)
    if IS_TRUTH[field]:
        return ["is", field, DRAW.random() < 0.7]
    return [DRAW.choice(["lt", "ge"]), field, DRAW.choice([5, 12, 18, 30, 50])]


def rule():
    count = DRAW.choice([2, 3, 3, 4])
    parts = [question() for _ in range(count)]
    if count > 2 and DRAW.random() < 0.6:
        return ["and", parts[0], ["or", *parts[1:]]]
    return [DRAW.choice(["and", "or"]), *parts]


def intake():
    return {
        field: (DRAW.random() < 0.3 if IS_TRUTH[field] else DRAW.randrange(0, 60))
        for field in FIELDS
        if DRAW.random() > 0.25
    }


def value(node, given):
    """0 false, 1 unknown, 2 true: `and` is the least, `or` the greatest."""
    word, *rest = node
    if word in ("and", "or"):
        return (min if word == "and" else max)(value(part, given) for part in rest)
    field, asked = rest
    if field not in given:
        return 1
    held = given[field]
    return 2 * int({"is": held == asked, "lt": held < asked, "ge": held >= asked}[word])


def json_logic(node):
    word, *rest = node
    if word in ("and", "or"):
        return {"min" if word == "and" else "max": [json_logic(part) for part in rest]}
    field, asked = {"var": rest[0]}, rest[1]
    holds = {{"is": "===", "lt": "<", "ge": ">="}[word]: [field, asked]}
    return {"if": [{"===": [field, None]}, 0.5, {"if": [holds, 1, 0]}]}


def name(node):
    return f"{node[0]}_{node[1]}_{str(node[2]).lower()}"


def rego(node):
    word, *rest = node
    if word in ("and", "or"):
        return ("min" if word == "and" else "max") + f"([{','.join(rego(part) for part in rest)}])"
    return name(node)


def questions(node):
    if node[0] in ("and", "or"):
        return {found for part in node[1:] for found in questions(part)}
    return {tuple(node)}


def rego_policy(rules):
    lines = ["package s", "import rego.v1"]
    for node in sorted({found for one in rules for found in questions(one)}, key=str):
        word, field, asked = node
        asked = str(asked).lower()
        holds, fails = {"is": ("==", "!="), "lt": ("<", ">="), "ge": (">=", "<")}[word]
        lines += [
            f"default {name(node)} := 1",
            f"{name(node)} := 2 if input.{field} {holds} {asked}",
            f"{name(node)} := 0 if input.{field} {fails} {asked}",
        ]
    return "\n".join([*lines, "out := [" + ",\n".join(rego(one) for one in rules) + "]"]) + "\n"


def main():
    rules = [rule() for _ in range(80)]
    intakes = [intake() for _ in range(1000)]
    counts = [0, 0, 0]
    for given in intakes:
        for one in rules:
            counts[value(one, given)] += 1
    truth = {"T": counts[2], "F": counts[0], "U": counts[1]}
    for path, content in [
        ("rules.json", rules),
        ("intakes.json", intakes),
        ("truth.json", truth),
        ("jsonlogic.json", [json_logic(one) for one in rules]),
    ]:
        with open(path, "w") as file:
            json.dump(content, file)
    with open("rules.rego", "w") as file:
        file.write(rego_policy(rules))


main()
