"""Runs files of test vectors, and tells what differs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from . import vectors


@dataclass
class Difference:
    tc_id: int
    comment: str
    what: str
    expected: Any
    got: Any


@dataclass
class GroupResult:
    file: str
    type: str
    comment: str
    tests: int
    differences: List[Difference] = field(default_factory=list)
    unknown: bool = False

    def differing(self) -> int:
        return len({difference.tc_id for difference in self.differences})


def files_in(paths: Sequence[Path]) -> List[Path]:
    """Files as they are, of directories the vector files."""
    files: List[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.glob("*.json") if file.name != "schema.json")
        else:
            files.append(path)
    return files


def load(paths: Sequence[Path]) -> Dict[str, Dict[str, Any]]:
    return {str(path): json.loads(path.read_text(encoding="utf-8")) for path in files_in(paths)}


def run_files(files: Dict[str, Dict[str, Any]]) -> Iterator[GroupResult]:
    for name, content in files.items():
        count = 0
        for group in content["testGroups"]:
            count += len(group["tests"])
            yield run_group(name, group)
        if count != content["numberOfTests"]:
            broken = GroupResult(name, "file", "numberOfTests", 0)
            broken.differences.append(Difference(0, "", "numberOfTests", content["numberOfTests"], count))
            yield broken


def run_group(file: str, group: Dict[str, Any]) -> GroupResult:
    result = GroupResult(file, group["type"], group["comment"], len(group["tests"]))
    if group["type"] not in vectors.GROUPS:
        result.unknown = True
        return result
    prepare, run = vectors.GROUPS[group["type"]]
    shared, problem = None, ""
    try:
        shared = prepare(group)
    except Exception as error:  # An error here fails every test of the group.
        problem = f"{type(error).__name__}: {error}"
    for test in group["tests"]:
        if problem:
            outcomes: vectors.Outcomes = [("group", "can be prepared", problem)]
        else:
            outcomes = run_test(run, group, test, shared)
        for what, expected, got in outcomes:
            if expected != got:
                result.differences.append(Difference(test["tcId"], test["comment"], what, expected, got))
    return result


def run_test(run: Any, group: Dict[str, Any], test: Dict[str, Any], shared: Any) -> "vectors.Outcomes":
    try:
        outcomes: vectors.Outcomes = run(group, test, shared)
    except Exception as error:  # A verifier that fails has not agreed, and the other tests go on.
        return [("run", "a verdict", f"{type(error).__name__}: {error}")]
    return outcomes or [("run", "something to verify", "nothing")]
