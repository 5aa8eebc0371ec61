#!/usr/bin/env python3
"""One table of the mutants of all shards, and the names of those that survived.

Usage: ci/mutants-summary.py RESULTS [--strict]    With --strict a survivor is a failure.
"""

import pathlib
import re
import sys
from collections import Counter, defaultdict

OUTCOMES = ["caught", "timeout", "missed", "unviable"]


def outcomes(folder):
    found = {}
    for outcome in OUTCOMES:
        path = folder / "mutants.out" / f"{outcome}.txt"
        if path.exists():
            found.update((name, outcome) for name in path.read_text().splitlines())
    return found


def main():
    results = pathlib.Path(sys.argv[1])
    table = defaultdict(Counter)
    survivors = []
    for shard in sorted(results.glob("[0-9]*")):
        vectors, suite = outcomes(shard / "vectors"), outcomes(shard / "suite")
        for name, outcome in vectors.items():
            # Found by hanging is found.
            by_vectors = outcome in ("caught", "timeout")
            last = suite.get(name, outcome)
            row = table[name.split(":")[0]]
            row["unviable" if outcome == "unviable" else "mutants"] += 1
            row["vectors"] += by_vectors
            row["suite"] += not by_vectors and last in ("caught", "timeout")
            row["timeout"] += last == "timeout"
            if last == "missed":
                row["survived"] += 1
                survivors.append((name, "suite" if name in suite else "vectors alone"))
    columns = ["mutants", "vectors", "suite", "survived", "timeout", "unviable"]
    print("| file | mutants | caught by vectors | by the suite | survived | of the caught, by time | not compiled |")
    print("|---|---|---|---|---|---|---|")
    total = Counter()
    for file, row in sorted(table.items()):
        total.update(row)
        print("| " + " | ".join([file, *(str(row[column]) for column in columns)]) + " |")
    print("| " + " | ".join(["all", *(str(total[column]) for column in columns)]) + " |")
    if survivors:
        print()
        for name, where in sorted(survivors, key=lambda it: [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", it[0])]):
            print(f"survived {where}: {name}")
    if survivors and "--strict" in sys.argv:
        return f"ci/mutants: {len(survivors)} of {total['mutants']} mutants survived: a test is missing"
    return 0


if __name__ == "__main__":
    sys.exit(main())
