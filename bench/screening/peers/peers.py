#!/usr/bin/env python3
"""The Python peers: json-logic (plain Python), jsonlogic-rs, zen-engine and datalogic-py (Rust inside).

Runs in the folder that `gen.py` filled. Rules are compiled and intakes parsed before the clock starts, wherever the peer
allows it. Prints one line of JSON for each way of asking; a peer that cannot be loaded is left out, and says so on the
error stream. It compares nothing: `table.py` does.
"""
import json
import statistics
import sys
import time
from importlib.metadata import version


def load(path):
    with open(path) as file:
        return json.load(file)


RULES, LOGIC, INTAKES = load("rules.json"), load("jsonlogic.json"), load("intakes.json")


def measure(program, package, rounds, ask_all):
    """`ask_all` answers with one list of 80 numbers (0, 0.5, 1) for each intake."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        answers = ask_all()
        spent.append(time.process_time() - start)
    values = [float(value) for answer in answers for value in answer]
    line = {
        "program": program,
        "version": version(package),
        "microseconds": statistics.median(spent) / len(INTAKES) * 1e6,
        "T": values.count(1.0),
        "F": values.count(0.0),
        "U": values.count(0.5),
    }
    print(json.dumps(line), flush=True)


def json_logic():
    from json_logic import jsonLogic

    measure("json-logic (Python)", "json-logic-qubit", 1, lambda: [[jsonLogic(rule, given) for rule in LOGIC] for given in INTAKES])


def jsonlogic_rs():
    import jsonlogic_rs as engine

    measure("jsonlogic-rs (from Python)", "jsonlogic-rs", 1, lambda: [[engine.apply(rule, given) for rule in LOGIC] for given in INTAKES])


def zen():
    import zen as engine

    def text(node):
        word, *rest = node
        if word in ("and", "or"):
            return ("min" if word == "and" else "max") + f"([{','.join(text(part) for part in rest)}])"
        field, asked = rest[0], str(rest[1]).lower()
        holds = {"is": "==", "lt": "<", "ge": ">="}[word]
        return f"({field} == null ? 0.5 : ({field} {holds} {asked} ? 1 : 0))"

    compiled = [engine.compile_expression(text(rule)) for rule in RULES]
    measure("zen-expression (from Python)", "zen-engine", 3, lambda: [[rule.evaluate(given) for rule in compiled] for given in INTAKES])


def datalogic():
    import datalogic_py

    engine = datalogic_py.Engine()
    session = engine.session()
    one = engine.compile(json.dumps(LOGIC))
    many = [engine.compile(json.dumps(rule)) for rule in LOGIC]
    handles = [datalogic_py.DataHandle(json.dumps(given)) for given in INTAKES]

    def read(answer):
        return json.loads(answer) if isinstance(answer, str) else [read(part) if isinstance(part, str) else part for part in answer]

    def name(way):
        return f"datalogic ({way})"

    package = "datalogic-py"
    measure(name("one array of rules"), package, 5, lambda: [read(one.evaluate(given)) for given in INTAKES])
    measure(name("one array, parsed intake"), package, 5, lambda: [read(session.evaluate_data(one, handle)) for handle in handles])
    measure(name("many rules, parsed intake"), package, 5, lambda: [read(session.evaluate_many(many, handle)) for handle in handles])
    measure(name("one array, batch of parsed intakes"), package, 5, lambda: [read(answer) for answer in session.evaluate_batch(one, handles)])


for peer in (json_logic, jsonlogic_rs, zen, datalogic):
    try:
        peer()
    except Exception as cause:  # A peer that changed must not stop the others; the table shows that it is missing.
        print(f"{peer.__name__}: {cause!r}"[:300], file=sys.stderr)
