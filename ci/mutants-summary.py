#!/usr/bin/env python3
"""One table of the mutants of all shards, and the names of those that survived without a written reason.

Usage: ci/mutants-summary.py RESULTS [--strict]    With --strict such a survivor is a failure.

ci/mutants-explained.txt has the reasons: a line that begins with `#` says why, the lines below it are mutants as they are
printed here, without line and column.
"""

import pathlib
import re
import sys
from collections import Counter, defaultdict

OUTCOMES = ["caught", "timeout", "missed", "unviable"]
EXPLAINED = pathlib.Path(__file__).with_name("mutants-explained.txt")


def outcomes(folder):
    found = {}
    for outcome in OUTCOMES:
        path = folder / "mutants.out" / f"{outcome}.txt"
        if path.exists():
            found.update((name, outcome) for name in path.read_text().splitlines())
    return found


def explained():
    lines = EXPLAINED.read_text().splitlines() if EXPLAINED.exists() else []
    return {line for line in lines if line and not line.startswith("#")}


def without_place(name):
    return re.sub(r":\d+:\d+:", ":", name, count=1)


def main():
    results = pathlib.Path(sys.argv[1])
    table = defaultdict(Counter)
    survivors = []
    reasons = explained()
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
                row["explained" if without_place(name) in reasons else "survived"] += 1
                survivors.append((name, "suite" if name in suite else "vectors alone"))
    columns = ["mutants", "vectors", "suite", "explained", "survived", "timeout", "unviable"]
    print("| file | mutants | caught by vectors | by the suite | survived, explained | survived | of the caught, by time | not compiled |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    total = Counter()
    for file, row in sorted(table.items()):
        total.update(row)
        print("| " + " | ".join([f"`{file}`", *(str(row[column]) for column in columns)]) + " |")
    print("| " + " | ".join(["all", *(str(total[column]) for column in columns)]) + " |")
    survivors.sort(key=lambda it: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", it[0])])
    unexplained = [(name, where) for name, where in survivors if without_place(name) not in reasons]
    print()
    for name, where in unexplained:
        print(f"survived {where}: {name}")
    if unexplained and "--strict" in sys.argv:
        return f"ci/mutants: {len(unexplained)} of {total['mutants']} mutants survived: write a test, or the reason into {EXPLAINED.name}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
