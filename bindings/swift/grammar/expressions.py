"""Calls and members in Swift sources: whether they are declared, and what types they give."""

import re

from declared import Callable, Type, children, text


def bare(written):
    """A type without `any`, `Optional` and attributes: `(any Error)?` is `Error`."""
    written = written.strip()
    while True:
        before = written
        written = written.strip().rstrip("?!").removeprefix("any ").removeprefix("inout ")
        if written.startswith("(") and written.endswith(")") and "," not in written:
            written = written[1:-1]
        if written == before:
            return written


def element(written):
    """What an array, an optional or a sequence holds."""
    written = bare(written)
    if written == "LiveCodes":
        return "LiveScreen"
    found = re.fullmatch(r"\[([^:\[\]]+)\]", written)
    return bare(found[1]) if found else ""


def fits(way, labels, closures):
    """Whether a call with these labels and so many closures behind it is a call of this."""
    at = 0
    for label in labels:
        while at < len(way.labels) and way.labels[at][0] != label:
            if not way.labels[at][1]:
                return False
            at += 1
        if at == len(way.labels):
            return False
        at += 1
    left = [label for label, can_be_left_out in way.labels[at:] if not can_be_left_out]
    return len(left) <= closures <= len(way.labels) - at


# Types of Swift and Foundation whose values are compared with parameters.
PLAIN = {"String", "Int64", "Int", "UInt64", "UInt8", "Double", "Bool", "Data"}
# Functions of Swift that throw if their closure does.
RETHROW = {"map", "compactMap", "mapValues", "filter", "first", "reduce"}
LITERALS = {"line_string_literal": "String", "boolean_literal": "Bool"}


class Expressions:
    """What a file says in expressions. `Uses` adds the scopes."""

    def on_call_expression(self, node):
        callee, suffix = node.named_children[0], node.named_children[-1]
        labels, closures, given = self.call(suffix)
        self.check_call(node, callee, labels, closures)
        for child in children(suffix, "value_arguments"):
            for argument in children(child, "value_argument"):
                self.visit(argument.child_by_field_name("value"))
        target = callee.child_by_field_name("target")
        known = self.type_of(target) if callee.type == "navigation_expression" else ""
        held = element(known) or (bare(known) if known.endswith("?") else "")
        for closure in children(suffix, "lambda_literal"):
            if callee.type == "navigation_expression" and name_of(callee) in RETHROW:
                if throws(closure) and not is_within(node, "try_expression"):
                    self.say(node, f".{name_of(callee)} throws what its closure throws")
            self.on_lambda_literal(closure, held)

    def call(self, suffix):
        labels = []
        for values in children(suffix, "value_arguments"):
            if text(values).startswith("["):
                return None, 0, None
            for argument in children(values, "value_argument"):
                label = argument.child_by_field_name("name")
                labels.append(text(label) if label is not None else None)
        return labels, len(children(suffix, "lambda_literal")), None

    def check_call(self, node, callee, labels, closures):
        if labels is None:
            self.visit(callee)
        elif callee.type == "simple_identifier":
            name = text(callee)
            ways = self.ways_of_name(name)
            if ways is None:
                if not self.is_foreign(name):
                    self.say(node, f"no function {name}")
            elif ways:
                self.one_of(node, name, ways, labels, closures)
        elif callee.type == "navigation_expression":
            self.visit(callee.child_by_field_name("target"))
            self.member(node, callee, labels, closures)
        elif callee.type == "prefix_expression" and text(callee).startswith("."):
            self.implicit(node, text(callee)[1:], labels)
        else:
            self.visit(callee)

    def one_of(self, node, name, ways, labels, closures):
        """A call must be a call of one of these."""
        self.known_calls += 1
        good = [way for way in ways if fits(way, labels, closures)]
        if not good:
            self.say(node, f"no {name}({shown(labels)})")
            return
        for mark, around in (("throws", "try_expression"), ("async", "await_expression")):
            if all(mark in way.marks for way in good) and not is_within(node, around):
                self.say(node, f"{name} is {mark}")
        if len(good) == 1:
            self.values_fit(node, good[0], labels)

    def values_fit(self, node, way, labels):
        """Each value whose type is known must have the type of its parameter."""
        values = [
            argument.child_by_field_name("value") for arguments_ in children(
                node.named_children[-1], "value_arguments")
            for argument in children(arguments_, "value_argument")
        ]
        at = 0
        for label, value in zip(labels, values):
            while way.labels[at][0] != label:
                at += 1
            wanted, found = way.types[at], self.type_of(value)
            at += 1
            if bare(wanted) not in self.declared.types and bare(wanted) not in PLAIN:
                continue
            if self.declared.types.get(bare(wanted), Type("")).kind == "protocol":
                continue
            if bare(found) not in self.declared.types and bare(found) not in PLAIN:
                continue
            is_other = bare(found) != bare(wanted)
            if is_other or (found.endswith("?") and not wanted.endswith("?")):
                self.say(value, f"{label or '_'}: a {found} and no {wanted}")

    def ways_of_name(self, name):
        """What can be called by this name; an empty list for a value that is a closure."""
        here = self.find(name)
        if isinstance(here, Callable):
            return [here]
        if isinstance(here, list):
            return here
        if here is not None:
            return []
        if name in self.declared.types:
            return self.declared.types[name].inits
        return self.declared.functions.get(name)

    def members(self, written, name):
        """The ways to call a member of a type, its type, or nothing."""
        is_type = written.startswith("type ")
        kind = self.declared.types.get(bare(written.removeprefix("type ")))
        if kind is None:
            return None
        if is_type and name == "init":
            return kind.inits
        if is_type:
            case = kind.cases.get(name)
            return kind.statics.get(name) or ([case] if case else kind.properties.get(name))
        return kind.methods.get(name) or kind.properties.get(name)

    def member(self, node, callee, labels, closures):
        name = name_of(callee)
        known = self.type_of(callee.child_by_field_name("target"))
        if name == "self":
            return
        if name == "init" and text(callee).startswith("self."):
            known = f"type {known}"
        found = self.members(known, name) if isinstance(known, str) else None
        kind = bare(known.removeprefix("type ")) if isinstance(known, str) else ""
        is_known = kind in self.declared.types
        if isinstance(found, list):
            if labels is not None:
                self.one_of(node, f"{known}.{name}", found, labels, closures)
        elif isinstance(found, str):
            self.known_members += 1
            if labels is not None:
                self.say(node, f"{known}.{name} is no function")
        elif (not is_known or self.has_foreign_members(known)) and self.is_foreign(f".{name}"):
            return
        elif is_known:
            self.say(node, f"no {known}.{name}")
        else:
            ways = [
                way for kind in self.declared.types.values()
                for way in kind.methods.get(name, []) + kind.statics.get(name, [])
            ]
            if labels is None:
                good = any(name in kind.properties for kind in self.declared.types.values())
            else:
                good = any(fits(way, labels, closures) for way in ways)
            if not good:
                self.say(node, f"nothing has .{name}" + (f"({shown(labels)})" if labels else ""))

    def has_foreign_members(self, known):
        """Optionals have `map`; views and sequences have what their protocols add."""
        kind = self.declared.types[bare(known.removeprefix("type "))]
        return known.endswith("?") or not {"View", "AsyncSequence"}.isdisjoint(kind.conforms)

    def implicit(self, node, name, labels):
        ways = [
            way for kind in self.declared.types.values()
            for way in [kind.cases.get(name)] if way
        ]
        good = any([label for label, _ in way.labels] == labels for way in ways)
        if not good and not self.is_foreign(f".{name}"):
            self.say(node, f"no case .{name}({shown(labels)})")

    def on_prefix_expression(self, node):
        written = text(node)
        if re.fullmatch(r"\.\w+", written):
            self.implicit(node, written[1:], [])
        else:
            self.inside(node)

    def on_navigation_expression(self, node):
        self.visit(node.child_by_field_name("target"))
        self.member(node, node, None, 0)

    def on_simple_identifier(self, node):
        name = text(node)
        if name == "_":
            return
        known = self.find(name) is not None or name in self.declared.types
        known = known or name in self.declared.functions or name in self.declared.values
        if not known and not self.is_foreign(name):
            self.say(node, f"no name {name}")

    def type_of(self, node):
        """The type of an expression, `type T` for a type itself, or "" if it is not known."""
        if node is None:
            return ""
        if node.type in ("try_expression", "await_expression"):
            return self.type_of(node.named_children[-1])
        if node.type in LITERALS:
            return LITERALS[node.type]
        if node.type == "self_expression":
            return self.owner
        if node.type == "simple_identifier":
            found = self.find(text(node))
            if found is not None:
                return found if isinstance(found, str) else ""
            if text(node) in self.declared.types:
                return f"type {text(node)}"
            return self.declared.values.get(text(node), "")
        if node.type == "navigation_expression":
            name = name_of(node)
            known = self.type_of(node.child_by_field_name("target"))
            found = self.members(known, name)
            if isinstance(found, list) and known.startswith("type ") and not found[0].gives:
                return known.removeprefix("type ")
            return found if isinstance(found, str) else ""
        if node.type == "call_expression":
            return self.type_of_call(node)
        return ""

    def type_of_call(self, node):
        callee = node.named_children[0]
        labels, closures, _ = self.call(node.named_children[-1])
        if labels is None:
            held = element(self.type_of(callee))
            return held
        if callee.type == "simple_identifier":
            name = text(callee)
            if name in self.declared.types and self.find(name) is None:
                return name
            if name in PLAIN:
                return name
            ways = self.ways_of_name(name) or []
        elif callee.type == "navigation_expression":
            name = name_of(callee)
            known = self.type_of(callee.child_by_field_name("target"))
            ways = self.members(known, name)
            if not isinstance(ways, list):
                return ""
            if known.startswith("type ") and not ways[0].gives:
                return known.removeprefix("type ")
        else:
            return ""
        gives = {way.gives for way in ways if fits(way, labels, closures)}
        return gives.pop() if len(gives) == 1 else ""


BLOCKS = ("statements", "lambda_literal", "source_file", "class_body")


def is_within(node, mark):
    """Whether `try` or `await` stands before this, in the same statement and closure."""
    start, top = node.start_byte, node
    while top.parent is not None and top.parent.type not in BLOCKS:
        top = top.parent
    stack = [top]
    while stack:
        each = stack.pop()
        if each.type == mark and each.start_byte <= start:
            return True
        # A closure, or the block of an `if`, is a statement of its own.
        stack += [child for child in each.children if child.type not in BLOCKS]
    return False


def throws(closure):
    """Whether a closure has a `try` of its own."""
    return any(
        child.type == "try_expression" or child.type != "lambda_literal" and throws(child)
        for child in closure.children
    )


def name_of(navigation):
    """The member that a navigation names."""
    suffix = navigation.child_by_field_name("suffix")
    return text(suffix).removeprefix(".")


def shown(labels):
    return "".join(f"{label or '_'}:" for label in labels)
