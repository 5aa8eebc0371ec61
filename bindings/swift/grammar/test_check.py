"""The checks find what they are for: `python -m unittest`, in this folder, after `generate`."""

import pathlib
import shutil
import tempfile
import unittest

import check

TESTS = "Tests/LivepermitTests/PackageTests.swift"
SETUP = "Tests/LivepermitTests/Setup.swift"
README = "Tests/LivepermitTests/Readme.swift"


class Found(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.package = pathlib.Path(self.folder.name)
        for name in ("Sources", "Tests", "Examples", "library"):
            shutil.copytree(check.PACKAGE / name, self.package / name)
        for name in ("Package.swift", "README.md"):
            shutil.copy(check.PACKAGE / name, self.package)

    def alter(self, file, before, after):
        path = self.package / file
        text = path.read_text(encoding="utf-8")
        self.assertIn(before, text)
        path.write_text(text.replace(before, after, 1), encoding="utf-8")

    def finds(self, run, what):
        wrong, _ = run(self.package)
        self.assertTrue(any(what in line for line in wrong), f"{what}: {wrong}")

    def test_nothing_is_wrong_as_it_is(self):
        for run in check.CHECKS:
            self.assertEqual(run(self.package)[0], [])

    def test_what_is_no_swift(self):
        self.alter(TESTS, "struct Office {", "struct Office {{")
        self.finds(check.grammar, f"{TESTS}:")

    def test_what_is_no_swift_in_the_manifest(self):
        self.alter("Package.swift", "let package = Package(", "let package = = Package(")
        self.finds(check.grammar, "Package.swift:")

    def test_names_that_nothing_declares(self):
        cases = {
            "a label": (TESTS, "gate.ask(seconds: 30,", "gate.ask(second: 30,"),
            "a label left out": (TESTS, "uptimeMillis: clock.uptime()", "clock.uptime()"),
            "an argument too few": (README, "validity: defaultValidity(), now: now)", "now: now)"),
            "a method": (TESTS, "entries.allocate()", "entries.allocated()"),
            "a property": (TESTS, "verified.challengeAnswered", "verified.challengAnswered"),
            "a property of another type": (TESTS, "rejection.code", "rejection.subject"),
            "a function": (TESTS, "cautionCodes()", "cautions()"),
            "a type": (TESTS, "StatusListBuilder(", "StatusBuilder("),
            "a static function": (TESTS, "SecretKey.generateP256()", "SecretKey.generateP384()"),
            "a case": (README, "algorithm: .ed25519", "algorithm: .ed448"),
            "a case in a pattern": (README, "case .ended:", "case .over:"),
            "a value too many": (README, ".refused(let rejection)", ".refused(let r, _)"),
            "no try": (README, "try gate.admit(", "gate.admit("),
            "no try in a closure": (SETUP, "{ try known($0, uses) }", "{ known($0, uses) }"),
            "no try before a closure": (SETUP, "made.forms = try rules", "made.forms = rules"),
            "no await": (TESTS, "try await key.sign(", "try key.sign("),
            "a value of another type": (TESTS, "readToken(bytes: Data())", 'readToken(bytes: "")'),
            "a number of another size": (TESTS, "width: Int64(side)", "width: Int(side)"),
            "a value that may be missing": (SETUP, "key.keyId.map { hex($0) }", "hex(key.keyId)"),
            "an initializer": (TESTS, "Holder(deviceKey:", "Holder(key:"),
            "a name": (README, "statusLists: [],", "statusLists: list,"),
        }
        for what, (file, before, after) in cases.items():
            if before not in (self.package / file).read_text(encoding="utf-8"):
                file = "Tests/LivepermitTests/LiveCodesTests.swift"
            with self.subTest(what):
                original = (self.package / file).read_text(encoding="utf-8")
                self.alter(file, before, after)
                self.finds(check.names, f"{file}:")
                (self.package / file).write_text(original, encoding="utf-8")

    def test_what_apple_alone_has(self):
        self.alter("Sources/Livepermit/DeviceKey.swift", "secretKey.publicKey()", "Color(0)")
        self.finds(check.names, "no function Color")

    def test_a_c_function_that_is_missing(self):
        header = "Sources/livepermitFFI/livepermitFFI.h"
        self.alter(header, "uniffi_livepermit_ffi_fn_method_gate_admit(", "other(")
        self.finds(check.functions, "is not in the header")

    def test_a_readme_that_says_something_else(self):
        self.alter("README.md", 'name: "bj.example"', 'name: "sn.example"')
        self.finds(check.readme, "not in Readme.swift")


if __name__ == "__main__":
    unittest.main()
