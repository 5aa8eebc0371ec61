package livepermit

// #include <livepermit.h>
import "C"

import "unsafe"

// CodeFacts says what a stable code means.
type CodeFacts struct {
	// Code is the code.
	Code string
	// Stage is the step of verification that gives the code; empty for lists.
	Stage string
	// Fault says who has to act; empty for lists.
	Fault string
	// Cause is the cause, in one sentence.
	Cause string
	// Instruction says what to do.
	Instruction string
}

// RejectionCodes gives every code with which a token is refused, in the order of the checks.
func RejectionCodes() ([]CodeFacts, error) {
	return codeTable(func(c *call, table *C.lp_code_table) C.lp_result {
		return C.lp_rejection_codes(table, c.buffer, c.why)
	})
}

// ListRejectionCodes gives every code with which a trust list or a status list is refused.
func ListRejectionCodes() ([]CodeFacts, error) {
	return codeTable(func(c *call, table *C.lp_code_table) C.lp_result {
		return C.lp_list_rejection_codes(table, c.buffer, c.why)
	})
}

func codeTable(get func(*call, *C.lp_code_table) C.lp_result) ([]CodeFacts, error) {
	c := begin()
	defer c.end()
	table := one[C.lp_code_table](c)
	if err := c.run(func() C.lp_result { return get(c, table) }); err != nil {
		return nil, err
	}
	out := make([]CodeFacts, table.count)
	for i, facts := range unsafe.Slice(table.items, table.count) {
		out[i] = CodeFacts{
			Code:        textOf(facts.code),
			Stage:       textOf(facts.stage),
			Fault:       textOf(facts.fault),
			Cause:       textOf(facts.cause),
			Instruction: textOf(facts.instruction),
		}
	}
	return out, nil
}

// CautionCodes gives every caution that an accepted code can carry.
func CautionCodes() ([]Caution, error) {
	c := begin()
	defer c.end()
	out := one[C.lp_cautions](c)
	err := c.run(func() C.lp_result { return C.lp_caution_codes(out, c.buffer, c.why) })
	if err != nil {
		return nil, err
	}
	return cautionsOf(*out), nil
}

// Inspect tells what the text of a token says, as CBOR diagnostic notation with comments. Nothing
// is verified.
func Inspect(text string) (string, error) {
	c := begin()
	defer c.end()
	in, out := c.text(text), one[C.lp_text](c)
	err := c.run(func() C.lp_result { return C.lp_inspect(in, out, c.buffer, c.why) })
	if err != nil {
		return "", err
	}
	return textOf(*out), nil
}

// DiagnosticNotation gives CBOR bytes, such as application claims, as diagnostic notation (RFC 8949
// section 8).
func DiagnosticNotation(cbor []byte) (string, error) {
	c := begin()
	defer c.end()
	in, out := c.bytes(cbor), one[C.lp_text](c)
	err := c.run(func() C.lp_result { return C.lp_diagnostic_notation(in, out, c.buffer, c.why) })
	if err != nil {
		return "", err
	}
	return textOf(*out), nil
}
