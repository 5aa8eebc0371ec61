"""Writes the types of the generated module for checkers of types. UniFFI's module has them at records,
objects and functions, but a checker cannot follow how it makes enums with fields, and errors."""

import ast
import re

HEAD = '''"""Written by stubs.py from the generated module."""

import builtins
import enum
import typing

'''

# How the converters of UniFFI call the types of an error's fields.
CONVERTED = {"String": "str", "Int64": "int", "UInt64": "int", "Bool": "bool", "Bytes": "builtins.bytes"}


def stub(source):
    """The stub of a generated module."""
    module = ast.parse(source)
    # A name that is defined twice is what the last definition says, but for errors, whose first is
    # the base of their cases.
    nodes = {}
    for node in module.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            nodes.setdefault(node.name, []).append(node)
    names = [
        name for name in exported(module)
        if name in nodes and not name.endswith("Protocol") and name != "InternalError"
    ]
    parts = ["class InternalError(Exception): ..."]
    parts += [definition(name, nodes[name], nodes) for name in names]
    return HEAD + "\n\n".join(parts) + "\n"


def exported(module):
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    raise ValueError("the module has no __all__")


def definition(name, nodes, all_nodes):
    node = nodes[-1]
    if isinstance(node, ast.FunctionDef):
        return f"def {name}{signature(node)}: ..."
    if any(ast.unparse(base) == "enum.Enum" for base in node.bases):
        members = [it.targets[0].id for it in node.body if isinstance(it, ast.Assign)]
        return block(f"class {name}(enum.Enum)", [f"{member} = ..." for member in members])
    cases = [it for it in node.body if isinstance(it, ast.ClassDef)]
    if cases and len(nodes) > 1:
        return error(name, cases, all_nodes)
    if cases:
        return with_fields(name, cases)
    # A record, or an object.
    lines = []
    for method in (it for it in node.body if isinstance(it, ast.FunctionDef)):
        is_own = method.name == "__init__" or not method.name.startswith("_")
        if not is_own:
            continue
        # Of an object that only functions and class methods make.
        if method.args.kwarg:
            continue
        if method.name == "__init__" and method.args.kwonlyargs:
            lines += [f"{it.arg}: {annotation(it)}" for it in method.args.kwonlyargs]
        if any(ast.unparse(it) == "classmethod" for it in method.decorator_list):
            lines.append("@classmethod")
        lines.append(f"def {method.name}{signature(method)}: ...")
    return block(f"class {name}", lines)


def with_fields(name, cases):
    """An enum whose cases have fields: a class for each case, below the class of all."""
    own, parts = [], []
    for case in cases:
        [init] = [it for it in case.body if isinstance(it, ast.FunctionDef) and it.name == "__init__"]
        fields = init.args.args[1:]
        lines = [f"{it.arg}: {annotation(it)}" for it in fields]
        parts.append(block(f"class _{name}_{case.name}({name})", [
            *lines, f"__match_args__ = {tuple(it.arg for it in fields)!r}",
            f"def __init__{signature(init)}: ...",
        ]))
        own.append(f"{case.name}: type[_{name}_{case.name}]")
        own.append(f"def is_{case.name.lower()}(self) -> bool: ...")
    return "\n\n".join([block(f"class {name}", own), *parts])


def error(name, cases, all_nodes):
    """An error whose cases have fields. Only the converter knows their types."""
    [converter] = all_nodes[f"_UniffiFfiConverterType{name}"]
    [read] = [it for it in converter.body if isinstance(it, ast.FunctionDef) and it.name == "read"]
    own, parts = [], []
    for case in cases:
        [init] = [it for it in case.body if isinstance(it, ast.FunctionDef) and it.name == "__init__"]
        [made] = [
            call for call in ast.walk(read)
            if isinstance(call, ast.Call) and ast.unparse(call.func) == f"{name}.{case.name}"
        ]
        types = [converted(it.func.value.id) for it in made.args]
        fields = [f"{it.arg}: {type_}" for it, type_ in zip(init.args.args[1:], types, strict=True)]
        parts.append(block(f"class _{name}_{case.name}({name})", fields))
        own.append(f"{case.name}: type[_{name}_{case.name}]")
    return "\n\n".join([block(f"class {name}(Exception)", own), *parts])


def converted(name):
    word = name.removeprefix("_UniffiFfiConverter")
    if word.startswith("Optional"):
        return f"typing.Optional[{converted(word.removeprefix('Optional'))}]"
    return word.removeprefix("Type") if word.startswith("Type") else CONVERTED[word]


def annotation(argument):
    return without_fields(ast.unparse(argument.annotation))


def signature(function):
    text = ast.unparse(function.args).replace(":", ": ").replace("  ", " ")
    returns = ast.unparse(function.returns) if function.returns else "None"
    return f"({without_fields(text)}) -> {without_fields(returns)}"


def without_fields(types):
    """Some records have a field that is called as its type."""
    return re.sub(r"(?<![\w.])bytes\b(?!:)", "builtins.bytes", types)


def block(head, lines):
    return head + ":" + ("".join(f"\n    {line}" for line in lines) or " ...")
