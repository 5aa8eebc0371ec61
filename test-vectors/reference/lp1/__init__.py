"""A second verifier of livepermit tokens, written from docs/spec.md alone. Section numbers in this package are those of
the specification."""
