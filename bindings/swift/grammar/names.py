"""Whether the names that Swift sources use are declared: no compiler, but what a grammar can tell.

A call of a function, an initializer or a case must have the labels of a declaration. Where the type
of a value is known, its members must be members of that type, and a value that is handed over must
have the type of its parameter; elsewhere the name must be a member of some type, or be listed as
foreign. Calls that throw need `try`, and calls that wait need `await`.
"""

from declared import Callable, Type, arguments, children, marks, result, text, type_of_annotation
from expressions import Expressions, bare, element


class Uses(Expressions):
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
            made = Callable(*arguments(child), result(child), marks(child))
            self.scopes[-1].setdefault(name, made)

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
