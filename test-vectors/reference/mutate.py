#!/usr/bin/env python3
"""Finds out which rules no test vector holds: takes one check at a time out of the verifier in lp1/, and runs all
vectors. Where all still agree, a verifier without that check would pass. Prints the changes that were not noticed; the
exit code is 0 when unnoticed.txt explains these and no others."""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import signal
import sys
import types
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

HERE = Path(__file__).resolve().parent
PACKAGE = "lp1"
UNNOTICED = HERE / "unnoticed.txt"
HARNESS = ("vectors", "running", "__init__", "refusal")
REFUSALS = (
    "Refused", "Malformed", "ListRefused", "EntrySkipped", "ChallengeRefused", "BadKey", "BadSignature",
    "ConfigurationError",
)
OF_MEMORY = ("store", "memory", "gate", "clock", "challenges")
CLOCKS = {"self.now": "self.time", "self.time": "self.now"}
SHIFTED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
SECONDS = 120

# Pure functions that take most of the time; as long as they are not what is changed, their caches are kept.
KEPT = ("refusal", "ed25519")


class Mutant:
    def __init__(self, module: str, line: int, what: str, tree: ast.Module) -> None:
        self.module = module
        self.line = line
        self.what = what
        self.tree = tree


def mutants_of(module: str) -> Iterator[Mutant]:
    """Every refusal left out, every operand of `and` and `or` left out, every comparison moved by one. Of the rules of
    memory (section 13) also every named answer, every change of what is kept, and every operand of a sum, a minimum or
    a maximum left out, and the clock of the store in place of the gate's."""
    tree = ast.parse((HERE / PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    for at, node in enumerate(nodes):
        changes = list(changes_of(node))
        if module in OF_MEMORY:
            changes += changes_of_memory(node)
        for line, what, change in changes:
            changed = copy.deepcopy(tree)
            change(list(ast.walk(changed))[at])
            yield Mutant(module, line, what, ast.fix_missing_locations(changed))


def changes_of(node: ast.AST) -> Iterator[Tuple[int, str, Callable[[Any], None]]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            for at, statement in enumerate(block):
                if is_refusal(statement):
                    yield statement.lineno, f"without {ast.unparse(statement)}", without_statement(name, at)
    if isinstance(node, ast.BoolOp):
        for at, operand in enumerate(node.values):
            yield node.lineno, f"without {ast.unparse(operand)} in {ast.unparse(node)}", without_operand(at)
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            if type(operator) in SHIFTED:
                change = with_operator(at, SHIFTED[type(operator)])
                shifted = copy.deepcopy(node)
                change(shifted)
                yield node.lineno, f"{ast.unparse(shifted)} in place of {ast.unparse(node)}", change


def changes_of_memory(node: ast.AST) -> Iterator[Tuple[int, str, Callable[[Any], None]]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            for at, statement in enumerate(block):
                if is_named_answer(statement) or is_change(statement):
                    yield statement.lineno, f"without {ast.unparse(statement)}", without_statement(name, at)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        for side in ("left", "right"):
            if not (side == "left" and isinstance(node.op, ast.Sub)):
                operand = ast.unparse(getattr(node, side))
                yield node.lineno, f"without {operand} in {ast.unparse(node)}", without_side(side)
    if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS and isinstance(node.ctx, ast.Load):
        other = CLOCKS[ast.unparse(node)]
        yield node.lineno, f"{other} in place of {ast.unparse(node)} at {node.col_offset}", with_attribute(other)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        for at, argument in enumerate(node.args):
            what = f"without {ast.unparse(argument)} in {ast.unparse(node)}"
            if node.func.id in ("max", "min"):
                yield node.lineno, what, without_argument(at)
            if node.func.id == "later" and at == 1:
                yield node.lineno, what, with_argument(at, ast.Constant(0))


def is_named_answer(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Return)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def is_change(statement: ast.AST) -> bool:
    """Of something that is kept: an attribute or an item, not a name. What a constructor sets is no change."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AugAssign):
        targets = [statement.target]
    else:
        return False
    return any(isinstance(target, (ast.Attribute, ast.Subscript)) for target in targets)


def is_refusal(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Raise)
        and isinstance(statement.exc, ast.Call)
        and isinstance(statement.exc.func, ast.Name)
        and statement.exc.func.id in REFUSALS
    )


def without_statement(block: str, at: int) -> Callable[[Any], None]:
    def change(node: Any) -> None:
        getattr(node, block)[at] = ast.Pass()

    return change


def without_operand(at: int) -> Callable[[Any], None]:
    def change(node: Any) -> None:
        node.values[at] = ast.Constant(isinstance(node.op, ast.And))

    return change


def without_side(side: str) -> Callable[[Any], None]:
    def change(node: Any) -> None:
        setattr(node, side, ast.Constant(0))

    return change


def with_attribute(other: str) -> Callable[[Any], None]:
    def change(node: Any) -> None:
        node.attr = other.partition(".")[2]

    return change


def with_argument(at: int, value: ast.expr) -> Callable[[Any], None]:
    def change(node: Any) -> None:
        node.args[at] = value

    return change


def without_argument(at: int) -> Callable[[Any], None]:
    """The other arguments twice: a maximum needs two."""

    def change(node: Any) -> None:
        node.args[at] = copy.deepcopy(node.args[at - 1])

    return change


def with_operator(at: int, operator: Any) -> Callable[[Any], None]:
    def change(node: Any) -> None:
        node.ops[at] = operator()

    return change


def load(mutant: Mutant) -> types.ModuleType:
    """The package anew, with one module changed; gives the module that runs vectors."""
    kept: Dict[str, types.ModuleType] = {}
    if mutant.module not in KEPT:
        kept = {name: sys.modules[f"{PACKAGE}.{name}"] for name in KEPT}
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    package = importlib.import_module(PACKAGE)
    for name, module in kept.items():
        sys.modules[f"{PACKAGE}.{name}"] = module
        setattr(package, name, module)
    full_name = f"{PACKAGE}.{mutant.module}"
    changed = types.ModuleType(full_name)
    changed.__package__ = PACKAGE
    sys.modules[full_name] = changed
    exec(compile(mutant.tree, f"{mutant.module}.py", "exec"), changed.__dict__)
    setattr(package, mutant.module, changed)
    return importlib.import_module(f"{PACKAGE}.running")


def is_noticed(mutant: Mutant, files: Dict[str, Any]) -> bool:
    """Whether a test gives another outcome. A mutant that fails or does not end has been noticed too."""
    signal.alarm(SECONDS)
    try:
        return any(result.differences for result in load(mutant).run_files(files))
    except Exception:
        return True
    finally:
        signal.alarm(0)


def on_alarm(*_: Any) -> None:
    raise TimeoutError


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", action="append", help="only this module of lp1/; can be given several times")
    parser.add_argument("paths", nargs="*", type=Path, default=[HERE.parent], help="files or directories of vectors")
    options = parser.parse_args(arguments)
    sys.path.insert(0, str(HERE))
    running = importlib.import_module(f"{PACKAGE}.running")
    files = running.load(options.paths)
    results = list(running.run_files(files))
    if not results or any(result.differences or result.unknown for result in results):
        print("the verifier does not agree with the vectors as it is: see run.py", file=sys.stderr)
        return 2
    signal.signal(signal.SIGALRM, on_alarm)
    modules: List[str] = options.module or sorted(
        path.stem for path in (HERE / PACKAGE).glob("*.py") if path.stem not in HARNESS
    )
    reasons = explained()
    total = unexplained = 0
    unnoticed = set()
    for module in modules:
        for mutant in mutants_of(module):
            total += 1
            if is_noticed(mutant, files):
                continue
            unnoticed.add(f"{mutant.module}: {mutant.what}")
            reason = reasons.get(f"{mutant.module}: {mutant.what}")
            unexplained += reason is None
            print(f"{mutant.module}.py:{mutant.line}: {mutant.what}: {reason or 'NOT EXPLAINED'}", flush=True)
    looked_at = {change for change in reasons if change.partition(":")[0] in modules}
    for change in sorted(looked_at - unnoticed):
        print(f"{change}: explained in {UNNOTICED.name}, but noticed")
    print(f"{total} changes, {len(unnoticed)} unnoticed, {unexplained} of them unexplained")
    return 1 if unexplained or looked_at - unnoticed else 0


def explained() -> Dict[str, str]:
    """A reason stands above the changes it explains, behind a #."""
    reasons: Dict[str, str] = {}
    reason = ""
    for line in UNNOTICED.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = line[1:].strip()
        elif line:
            reasons[line] = reason
    return reasons


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
