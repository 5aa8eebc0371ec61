"""Whether the names that Swift sources use are declared: no compiler, but what a grammar can tell.

A call of a function, an initializer or a case must have the labels of a declaration. Where the type of
a value is known, its members must be members of that type; elsewhere the name must be a member of some
type, or be listed as foreign.
"""

import re

from declared import Callable, Type, arguments, children, marks, result, text, type_of_annotation


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


class Uses:
    def __init__(self, declared, foreign):
        self.declared, self.foreign = declared, foreign
        self.used_foreign, self.wrong, self.scopes = set(), [], []
        self.known_calls = self.known_members = 0
        self.owner = ""

    # Scopes: what a name is here, as its type, or "" for unknown.

    def bind(self, name, written=""):
        self.scopes[-1][name] = written

    def find(self, name):
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def say(self, node, what):
        self.wrong.append((node.start_point.row + 1, what))

    def is_foreign(self, name):
        if name in self.foreign:
            self.used_foreign.add(name)
            return True
        return False

    # The walk.

    def file(self, root):
        self.scopes = [{}]
        self.inside(root)

    def collect(self, node):
        """Functions of a block are known in all of it."""
        for child in children(node, "function_declaration"):
            name = text(child.child_by_field_name("name"))
            self.scopes[-1].setdefault(name, Callable(*arguments(child), result(child), marks(child)))

    def inside(self, node):
        for child in node.named_children:
            self.visit(child)

    def visit(self, node):
        handler = getattr(self, f"on_{node.type}", None)
        if handler:
            handler(node)
        else:
            self.inside(node)

    def scoped(self, node, bind=()):
        self.scopes.append(dict(bind))
        self.collect(node)
        for child in children(node, "statements"):
            self.collect(child)
        self.inside(node)
        self.scopes.pop()

    on_function_body = on_do_statement = scoped

    def on_class_declaration(self, node):
        name = text(node.child_by_field_name("name"))
        before, self.owner = self.owner, name
        own = self.declared.types.get(name, Type(""))
        members = {**own.properties, **{word: ways for word, ways in own.methods.items()}}
        self.scopes.append(members)
        self.inside(node)
        self.scopes.pop()
        self.owner = before

    def on_function_declaration(self, node):
        labels, types = arguments(node)
        names = [
            text(children(parameter, "simple_identifier")[-1])
            for parameter in children(node, "parameter")
        ]
        self.scopes.append(dict(zip(names, types)))
        for child in node.named_children:
            if child.type not in ("simple_identifier", "modifiers"):
                self.visit(child)
        self.scopes.pop()

    on_init_declaration = on_function_declaration
    on_subscript_declaration = on_function_declaration

    def on_parameter(self, node):
        for kind in children(node, "user_type"):
            self.visit(kind)

    def on_user_type(self, node):
        name = text(children(node, "type_identifier")[0])
        if name not in self.declared.types and not self.is_foreign(name):
            if self.find(name) is None and len(name) > 1 and name != "Value":
                self.say(node, f"no type {name}")
        self.inside(node)

    def ignore(self, node):
        pass

    on_type_identifier = on_import_declaration = on_modifiers = on_inheritance_specifier = ignore
    on_enum_entry = on_protocol_declaration = on_tuple_type = on_comment = ignore

    def on_property_declaration(self, node):
        value = node.child_by_field_name("value")
        for child in node.named_children:
            if child.type not in ("pattern",):
                self.visit(child)
        written = type_of_annotation(node) or self.type_of(value)
        for pattern in children(node, "pattern"):
            names = children(pattern, "simple_identifier") or [
                each for part in children(pattern, "pattern")
                for each in children(part, "simple_identifier")
            ]
            for name in names:
                self.bind(text(name), written if len(names) == 1 else "")

    def on_lambda_literal(self, node, given=""):
        names = [
            text(name) for name in self.below(node, "lambda_parameter")
            for name in children(name, "simple_identifier")
        ]
        self.scopes.append({"$0": given, "$1": ""})
        for name in names:
            self.bind(name, given if len(names) == 1 else "")
        for child in node.named_children:
            if child.type != "lambda_function_type":
                self.collect(child)
                self.visit(child)
        self.scopes.pop()

    def below(self, node, kind):
        for child in node.named_children:
            if child.type == kind:
                yield child
            elif child.type != "statements":
                yield from self.below(child, kind)

    # Conditions bind names: `if let x = …`, `guard case .a(let x) = …`, `for x in …`.

    def conditions(self, node):
        """Gives each condition as its tokens."""
        part = []
        for child in node.children[1:]:
            if child.type in ("{", "else", "statements"):
                break
            if child.type == "," and not self.is_open(part):
                yield part
                part = []
            else:
                part.append(child)
        yield part

    @staticmethod
    def is_open(part):
        return sum(child.type == "(" for child in part) > sum(child.type == ")" for child in part)

    def on_guard_statement(self, node):
        self.bind_conditions(node)
        for child in children(node, "statements"):
            self.visit(child)

    def on_if_statement(self, node):
        self.scopes.append({})
        self.bind_conditions(node)
        for child in children(node, "statements", "if_statement"):
            self.visit(child)
        self.scopes.pop()

    on_while_statement = on_if_statement

    def bind_conditions(self, node):
        for part in self.conditions(node):
            self.condition(part)

    def condition(self, part):
        equal = next((at for at, child in enumerate(part) if child.type == "="), None)
        value = part[equal + 1] if equal is not None and equal + 1 < len(part) else None
        if value is not None:
            for child in part[equal + 1:]:
                self.visit(child)
        if part[0].type == "case":
            self.pattern_tokens(part[1:equal], self.type_of(value))
        elif part[0].type == "value_binding_pattern":
            names = [child for child in part[1:equal] if child.type == "simple_identifier"]
            names += [n for p in part[1:equal] for n in children(p, "simple_identifier")]
            for name in names:
                before = self.find(text(name))
                known = self.type_of(value) if value is not None else before
                self.bind(text(name), bare(known) if isinstance(known, str) else "")
        elif equal is None:
            for child in part:
                if child.is_named:
                    self.visit(child)

    def on_for_statement(self, node):
        self.scopes.append({})
        held = element(self.type_of(node.child_by_field_name("collection")))
        for child in node.named_children:
            if child.type == "pattern":
                names = children(child, "simple_identifier") or [
                    each for part in children(child, "pattern")
                    for each in children(part, "simple_identifier")
                ]
                for name in names:
                    self.bind(text(name), held if len(names) == 1 else "")
            else:
                self.visit(child)
        self.scopes.pop()

    def on_switch_statement(self, node):
        value = node.child_by_field_name("expr")
        self.visit(value)
        for entry in children(node, "switch_entry"):
            self.scopes.append({})
            for child in entry.named_children:
                if child.type == "switch_pattern":
                    for pattern in children(child, "pattern"):
                        self.pattern_tokens(pattern.children, self.type_of(value))
                else:
                    self.visit(child)
            self.scopes.pop()

    def on_catch_block(self, node):
        self.scopes.append({"error": ""})
        for child in node.named_children:
            if child.type == "pattern":
                self.pattern_tokens(child.children, "")
            else:
                self.visit(child)
        self.scopes.pop()

    def pattern_tokens(self, tokens, written):
        """`let .a(x, y)`, `.a(let x, _)`, `Type.a(…)`, `let x as Type`, a tuple of patterns."""
        owner = bare(written) if isinstance(written, str) else ""
        for at, token in enumerate(tokens):
            if token.type == "user_type":
                owner = text(token)
                if owner not in self.declared.types and not self.is_foreign(owner):
                    self.say(token, f"no type {owner}")
            elif token.type == "simple_identifier" and at and tokens[at - 1].type == ".":
                parts = [part for part in tokens[at + 1:] if part.type == "pattern"]
                self.case(token, owner, parts)
                return
        for token in tokens:
            if token.type == "pattern":
                self.pattern_tokens(token.children, "")
            elif token.type == "simple_identifier":
                self.bind(text(token), "")
            elif token.type == "value_binding_pattern":
                continue
            elif token.is_named:
                self.visit(token)

    def case(self, node, owner, parts):
        name = text(node)
        kinds = [self.declared.types[owner]] if owner in self.declared.types else [
            kind for kind in self.declared.types.values() if name in kind.cases
        ]
        found = [kind.cases[name] for kind in kinds if name in kind.cases]
        found = [way for way in found if not parts or len(way.labels) == len(parts)]
        if not found:
            self.say(node, f"no case {owner}.{name} with {len(parts)} values")
        ways = {tuple(way.types) for way in found}
        types = ways.pop() if len(ways) == 1 else [""] * len(parts)
        for part, written in zip(parts, types):
            for each in children(part, "simple_identifier"):
                self.bind(text(each), written)

    # Expressions.

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
        is_known = isinstance(known, str) and bare(known.removeprefix("type ")) in self.declared.types
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
