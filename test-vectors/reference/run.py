#!/usr/bin/env python3
"""Runs test vectors through the verifier in lp1/, and says where they differ."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import List

from lp1.running import GroupResult, load, run_files

VECTORS = Path(__file__).resolve().parent.parent


def print_group(result: GroupResult) -> None:
    differing = result.differing()
    note = "unknown type of group" if result.unknown else f"{result.tests - differing} agreed, {differing} differing"
    print(f"{Path(result.file).name}: {result.type}: {result.comment}: {result.tests} tests, {note}")
    for difference in result.differences:
        print(f"  {difference.tc_id} {difference.comment}: {difference.what}")
        print(f"    expected {json.dumps(difference.expected, ensure_ascii=False, sort_keys=True)}")
        print(f"    got      {json.dumps(difference.got, ensure_ascii=False, sort_keys=True)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[VECTORS], help="files or directories of vectors")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    options = parser.parse_args()
    try:
        files = load(options.paths)
    except (OSError, ValueError) as error:
        print(f"cannot read the vectors: {error}", file=sys.stderr)
        return 2
    results: List[GroupResult] = []
    for result in run_files(files):
        results.append(result)
        if not options.json:
            print_group(result)
    failed = sum(result.tests if result.unknown else result.differing() for result in results)
    passed = sum(result.tests for result in results) - sum(
        result.tests if result.unknown else min(result.differing(), result.tests) for result in results
    )
    unknown = any(result.unknown for result in results)
    if options.json:
        print(json.dumps({"passed": passed, "failed": failed, "groups": [asdict(result) for result in results]}))
    else:
        print(f"{passed} passed, {failed} failed")
    return 0 if passed > 0 and failed == 0 and not unknown else 1


if __name__ == "__main__":
    sys.exit(main())
