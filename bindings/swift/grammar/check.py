"""Checks the Swift package as far as that goes without a compiler: `check.py`, after `generate`.

- The grammar of Swift knows all of it: sources, tests, examples, Package.swift.
- The names that sources and tests use are declared, with these labels: see names.py.
- Only files under `#if canImport` use what Apple alone has.
- The C functions that the generated Swift calls are in the header and in the library.
- The README shows functions that the tests run.
"""

import pathlib
import re
import subprocess
import sys

from declared import Declared, parse
from names import Uses

GRAMMAR = pathlib.Path(__file__).resolve().parent
PACKAGE = GRAMMAR.parent
GENERATED = "Sources/Livepermit/Generated/livepermit.swift"

# Folders that are compiled together, and the modules that they import.
MODULES = {
    "Tests/Support": [],
    "Sources/Livepermit": [],
    "Tests/LivepermitTests": ["Tests/Support", "Sources/Livepermit"],
    "Sources/exchange": ["Tests/Support", "Sources/Livepermit"],
    "Examples": ["Sources/Livepermit"],
}


def files(package, folder):
    return sorted((package / folder).rglob("*.swift"))


def words(name):
    lines = (GRAMMAR / name).read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def flaws(node):
    """Where the grammar does not know what is written."""
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from flaws(child)


def grammar(package):
    wrong, seen = [], 0
    for path in [package / "Package.swift", *(f for m in MODULES for f in files(package, m))]:
        seen += 1
        for node in flaws(parse(path)):
            place = f"{path.relative_to(package)}:{node.start_point.row + 1}"
            wrong.append(f"{place}: the grammar does not know this")
    return wrong, f"{seen} files are Swift, by the grammar"


def is_apple(path):
    return path.read_text(encoding="utf-8").startswith("#if canImport")


def names(package):
    wrong, calls, members, used = [], 0, 0, set()
    everywhere, apple = words("foreign.txt"), words("apple.txt")
    for module, imports in MODULES.items():
        declared = Declared()
        for path in (path for each in [module, *imports] for path in files(package, each)):
            declared.add_file(path)
        declared.close()
        for path in files(package, module):
            if path == package / GENERATED:
                continue
            uses = Uses(declared, everywhere | apple if is_apple(path) else everywhere)
            uses.file(parse(path))
            place = path.relative_to(package)
            wrong += [f"{place}:{row}: {what}" for row, what in uses.wrong]
            calls, members = calls + uses.known_calls, members + uses.known_members
            used |= uses.used_foreign
    unused = (everywhere | apple) - used
    wrong += [f"foreign.txt, apple.txt: nothing uses {word}" for word in sorted(unused)]
    return wrong, f"{calls} calls and {members} properties are as declared"


def functions(package):
    source = (package / GENERATED).read_text(encoding="utf-8")
    called = set(re.findall(r"\b(?:uniffi|ffi)_livepermit_ffi_\w+\b", source))
    header = (package / "Sources/livepermitFFI/livepermitFFI.h").read_text(encoding="utf-8")
    written = set(re.findall(r"\b((?:uniffi|ffi)_livepermit_ffi_\w+)\s*\(", header))
    wrong = [f"livepermit.swift: {name} is not in the header" for name in called - written]
    library = next((package / "library").glob("liblivepermit_ffi.*"))
    defined = subprocess.run(
        ["nm", "--dynamic", "--defined-only", library], check=True, capture_output=True, text=True
    ).stdout.split()
    wrong += [f"{library.name}: {name} is not there" for name in called - set(defined)]
    if len(called) < 100:
        wrong.append(f"livepermit.swift: only {len(called)} functions")
    return wrong, f"{len(called)} C functions are in the header and in the library"


def readme(package):
    source = (package / "Tests/LivepermitTests/Readme.swift").read_text(encoding="utf-8")
    page = (package / "README.md").read_text(encoding="utf-8")
    blocks = [part.split("```")[0] for part in page.split("```swift\n")[1:]]
    wrong = [f"README.md: not in Readme.swift: {block}" for block in blocks if block not in source]
    shown = [name for block in blocks for name in re.findall(r"^func (\w+)", block, re.MULTILINE)]
    if shown != re.findall(r"^func (\w+)", source, re.MULTILINE):
        wrong.append(f"README.md shows {shown}")
    return wrong, f"README.md shows {len(shown)} functions of the tests"


CHECKS = (grammar, names, functions, readme)


def main():
    failed = False
    for check in CHECKS:
        wrong, said = check(PACKAGE)
        failed = failed or bool(wrong)
        print("\n".join(wrong) if wrong else said)
    sys.exit(failed)


if __name__ == "__main__":
    main()
