package livepermit

// #include <livepermit.h>
import "C"

import "unsafe"

// Codes of errors that this package adds to those of the library.
const (
	// CodeInternal is the code of a defect of the library.
	CodeInternal = "internal"
	// CodeClosed is the code of an object that was closed, or never made.
	CodeClosed = "closed"
	// CodeNotWholeSeconds is the code of a span that has a fraction of a second.
	CodeNotWholeSeconds = "not-whole-seconds"
	// CodeSignerFailed is the code of a signer that gave an error of its own, which
	// [errors.Unwrap] gives.
	CodeSignerFailed = "signer-failed"
	// CodeKeyUnsupported is the code of a public key of another kind than Ed25519 and P-256.
	CodeKeyUnsupported = "key-unsupported-algorithm"
)

// Error says why a function gave no result: a wrong argument, a signature or a list that is
// refused, a store that fails. Find it by [errors.As].
type Error struct {
	// Code is stable, in kebab-case.
	Code string
	// Reason says what is wrong, in one sentence.
	Reason string
	// Instruction says what to do, where more can be said than the reason says; else empty.
	Instruction string
	// Evidence has the values compared.
	Evidence Evidence

	cause error
}

// Error gives the code, the reason, and what to do.
func (e *Error) Error() string {
	text := "livepermit: " + e.Code + ": " + e.Reason
	if e.Instruction != "" {
		text += ". " + e.Instruction
	}
	return text
}

// Unwrap gives the error of a signer or of a package for keys, if that is the cause; else nil.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether the target is an error with the same code, so that
// errors.Is(err, &livepermit.Error{Code: "other-key"}) tells codes apart.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// EvidenceKind says which fields of an [Evidence] have a meaning.
type EvidenceKind uint32

// The kinds of evidence.
const (
	// EvidenceNothing: the check compares no values that may be shown.
	EvidenceNothing EvidenceKind = C.LP_EVIDENCE_NOTHING
	// EvidenceTimes: two times, in seconds since 1970.
	EvidenceTimes EvidenceKind = C.LP_EVIDENCE_TIMES
	// EvidenceNumbers: the COSE numbers of two algorithms.
	EvidenceNumbers EvidenceKind = C.LP_EVIDENCE_NUMBERS
	// EvidenceCounts: two lengths, versions, indices or status values.
	EvidenceCounts EvidenceKind = C.LP_EVIDENCE_COUNTS
	// EvidenceMalformed: the place and the rule of the format that is broken there.
	EvidenceMalformed EvidenceKind = C.LP_EVIDENCE_MALFORMED
)

// Evidence is what a check compared, or where the format is broken.
type Evidence struct {
	// Kind says which of the fields below have a meaning.
	Kind EvidenceKind
	// Found is the tested value, for times, numbers and counts.
	Found int64
	// Limit is the value that Found was compared with.
	Limit int64
	// Layer is the part of the format, such as "cbor", if malformed.
	Layer string
	// Flaw is the rule that is broken, if malformed.
	Flaw string
	// At is the place, if malformed: counted from 0, in bytes or characters of the layer.
	At int64
}

func evidenceOf(evidence *C.lp_evidence) Evidence {
	return Evidence{
		Kind:  EvidenceKind(evidence.kind),
		Found: int64(evidence.found),
		Limit: int64(evidence.limit),
		Layer: fixedText(evidence.layer[:]),
		Flaw:  fixedText(evidence.flaw[:]),
		At:    int64(evidence.at),
	}
}

func errorOf(why *C.lp_error) *Error {
	return &Error{
		Code:        fixedText(why.code[:]),
		Reason:      fixedText(why.reason[:]),
		Instruction: fixedText(why.instruction[:]),
		Evidence:    evidenceOf(&why.evidence),
	}
}

// An error of this package itself.
func failure(code, reason, instruction string, cause error) *Error {
	return &Error{
		Code: code, Reason: reason, Instruction: instruction,
		Evidence: Evidence{Kind: EvidenceNothing}, cause: cause,
	}
}

// The text before the zero byte.
func fixedText(characters []C.char) string {
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&characters[0])), len(characters))
	for end, character := range bytes {
		if character == 0 {
			return string(bytes[:end])
		}
	}
	return string(bytes)
}
