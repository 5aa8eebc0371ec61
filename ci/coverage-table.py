#!/usr/bin/env python3
"""A table of what `llvm-cov export` found, file by file, and the lines of the core that no test reaches.

Usage: ci/coverage-table.py COVERAGE.JSON PERCENT    Fails when fewer lines of the core than that are reached.
"""

import json
import os
import sys

# Pictures have tests of their own; what they show is not decided here.
OUTSIDE = ("src/qr/", "src/scan/")


def missed(segments):
    """Lines on which a region that was never entered begins."""
    return sorted({line for line, _, count, has_count, entry, gap in segments if has_count and entry and not gap and not count})


def main():
    path, wanted = sys.argv[1], float(sys.argv[2])
    [data] = json.load(open(path))["data"]
    core = [0, 0]
    print("| file | lines | reached | in 100 |\n|---|---|---|---|")
    gaps = []
    for file in sorted(data["files"], key=lambda file: file["filename"]):
        name = os.path.relpath(file["filename"])
        if not name.startswith("src/"):
            continue
        lines = file["summary"]["lines"]
        count, covered = lines["count"], lines["covered"]
        if not count:
            continue
        print(f"| {name} | {count} | {covered} | {100 * covered / count:.1f} |")
        if not name.startswith(OUTSIDE):
            core[0] += count
            core[1] += covered
            numbers = missed(file["segments"])
            if numbers and covered < count:
                gaps.append(f"{name}: {', '.join(map(str, numbers))}")
    share = 100 * core[1] / core[0]
    print(f"| the core | {core[0]} | {core[1]} | {share:.2f} |\n")
    print("never entered, from line:", *gaps, sep="\n")
    if share < wanted:
        return f"ci/coverage: {share:.2f} in 100 lines of the core are reached, {wanted:g} are wanted"
    return 0


if __name__ == "__main__":
    sys.exit(main())
