"""What Swift sources declare: types, their members, functions, as a grammar sees them."""

import dataclasses
import pathlib
import re

import tree_sitter
import tree_sitter_swift

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_swift.language()))


@dataclasses.dataclass
class Callable:
    """A function, an initializer or a case with values."""

    labels: list  # pairs of a label, or None for `_`, and whether the argument can be left out
    types: list  # of the arguments, as written
    gives: str  # as written
    marks: frozenset = frozenset()  # of `throws` and `async`


@dataclasses.dataclass
class Type:
    kind: str
    cases: dict = dataclasses.field(default_factory=dict)
    inits: list = dataclasses.field(default_factory=list)
    methods: dict = dataclasses.field(default_factory=dict)
    statics: dict = dataclasses.field(default_factory=dict)
    properties: dict = dataclasses.field(default_factory=dict)
    stored: list = dataclasses.field(default_factory=list)
    conforms: list = dataclasses.field(default_factory=list)


class Declared:
    def __init__(self):
        self.types, self.functions, self.values = {}, {}, {}

    def add_file(self, path):
        add_body(self, None, parse(path))

    def close(self):
        """Adds the initializers that Swift writes by itself, and what protocols promise. Types that
        are only extended here are foreign."""
        for name in [name for name, kind in self.types.items() if kind.kind == "extension"]:
            del self.types[name]
        for kind in self.types.values():
            if kind.kind == "struct" and not kind.inits:
                kind.inits.append(Callable(
                    [(name, optional) for name, _, optional in kind.stored],
                    [written for _, written, _ in kind.stored], "",
                ))
            elif kind.kind == "class" and not kind.inits:
                kind.inits.append(Callable([], [], ""))
            for name in kind.conforms:
                if promised := self.types.get(name):
                    for methods, wanted in ((kind.methods, promised.methods),):
                        for word, ways in wanted.items():
                            methods.setdefault(word, []).extend(ways)
                    for word, written in promised.properties.items():
                        kind.properties.setdefault(word, written)


def parse(path):
    return PARSER.parse(pathlib.Path(path).read_bytes()).root_node


def text(node):
    return node.text.decode() if node is not None else ""


def children(node, *kinds):
    return [child for child in node.named_children if child.type in kinds]


def is_static(node):
    return any("static" in text(modifiers).split() for modifiers in children(node, "modifiers"))


def type_of_annotation(node):
    for annotation in children(node, "type_annotation"):
        return text(annotation).removeprefix(":").strip()
    return ""


def arguments(node):
    """The labels and types of the parameters of a function or an initializer."""
    labels, types, parameter = [], [], None
    for child in node.children:
        if child.type == "parameter":
            parameter = child
            outer = child.child_by_field_name("external_name")
            names = children(child, "simple_identifier")
            label = text(outer or names[0])
            labels.append([None if label == "_" else label, False])
            types.append(text(child).split(":", 1)[1].strip())
        elif child.type == "=" and parameter is not None:
            labels[-1][1] = True
    return [tuple(label) for label in labels], types


def result(node):
    """What a function gives, as written."""
    after = False
    for child in node.children:
        if after:
            return text(child)
        after = child.type == "->"
    return ""


def marks(node):
    return frozenset(child.type for child in node.children if child.type in ("throws", "async"))


def add_body(declared, owner, body):
    for node in body.named_children:
        add(declared, owner, node)


def add(declared, owner, node):
    if node.type in ("class_declaration", "protocol_declaration"):
        kind = text(node.child_by_field_name("declaration_kind")) or "protocol"
        name = text(node.child_by_field_name("name"))
        made = declared.types.setdefault(name, Type(kind))
        if made.kind == "extension":
            made.kind = kind
        made.conforms += [
            text(each).split(" ")[-1] for each in children(node, "inheritance_specifier")
        ]
        add_body(declared, made, node.child_by_field_name("body"))
    elif node.type in ("function_declaration", "protocol_function_declaration"):
        made = Callable(*arguments(node), result(node), marks(node))
        where = declared.functions if owner is None else owner.methods
        if owner is not None and is_static(node):
            where = owner.statics
        where.setdefault(text(node.child_by_field_name("name")), []).append(made)
    elif node.type == "init_declaration" and owner is not None:
        owner.inits.append(Callable(*arguments(node), "", marks(node)))
    elif node.type in ("property_declaration", "protocol_property_declaration"):
        add_property(declared, owner, node)
    elif node.type == "enum_entry" and owner is not None:
        add_cases(owner, node)
    elif node.type == "typealias_declaration":
        declared.types.setdefault(text(node.child_by_field_name("name")), Type("typealias"))


def add_property(declared, owner, node):
    pattern = next(iter(children(node, "pattern")), None)
    if pattern is None:
        return
    # A keyword is a name between backticks, which no use behind a dot needs.
    name = text(pattern).strip("`")
    written = type_of_annotation(node)
    if owner is None:
        declared.values[name] = written
        return
    owner.properties[name] = written
    is_computed = node.child_by_field_name("computed_value") is not None
    has_value = node.child_by_field_name("value") is not None
    is_let = text(children(node, "value_binding_pattern")[0]).startswith("let") if children(
        node, "value_binding_pattern") else False
    if not is_computed and not is_static(node) and not (is_let and has_value):
        owner.stored.append((name, written, has_value or written.endswith("?")))


def add_cases(owner, node):
    """`case a, b(x: Int)`: names, each with the values that may follow it."""
    name = None
    for child in node.children:
        if child.type == "simple_identifier":
            name = text(child)
            owner.cases[name] = Callable([], [], "")
        elif child.type == "enum_type_parameters":
            inside = text(child)[1:-1]
            for part in split(inside):
                found = re.fullmatch(r"\s*(\w+)\s*:(.*)", part, re.DOTALL)
                owner.cases[name].labels.append((found[1] if found else None, False))
                owner.cases[name].types.append((found[2] if found else part).strip())


def comment_free(written):
    while "/*" in written:
        before, _, rest = written.partition("/*")
        written = before + rest.partition("*/")[2]
    return written


def split(inside):
    """The parts between commas that stand in no bracket."""
    parts, depth, part = [], 0, ""
    for letter in comment_free(inside):
        depth += letter in "([<"
        depth -= letter in ")]>"
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    return [*parts, part] if part.strip() else parts
