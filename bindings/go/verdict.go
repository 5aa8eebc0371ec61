package livepermit

// #include <livepermit.h>
import "C"

import (
	"time"
	"unsafe"
)

// Verdict is the verdict on a code. The zero Verdict is not accepted.
type Verdict struct {
	// Verified is the permit, if the code is accepted; else nil.
	Verified *Verified
	// Rejection says why the code is refused; else nil.
	Rejection *Rejection
}

// IsAccepted reports whether the permit is genuine, live, and for this gate.
func (v Verdict) IsAccepted() bool { return v.Verified != nil }

// Verified is a verified permit: genuine, live, and for this gate. Whether the code was used
// before, a [Gate] knows.
type Verified struct {
	// Form is the form that was shown.
	Form Form
	// Issuer is the issuer.
	Issuer string
	// Subject is the number of the permit.
	Subject string
	// Class is the class.
	Class string
	// KeyID is the id of the issuer's key.
	KeyID []byte
	// Audience is the gate for which the code was made; empty: for every gate.
	Audience string
	// ChallengeAnswered says whether the code answered the challenge.
	ChallengeAnswered bool
	// IssuedAt says when the code was made; of a slip, when its validity began.
	IssuedAt time.Time
	// LiveUntil is the first second in which the code is stale.
	LiveUntil time.Time
	// Window says for how long the code is live: the shorter of the signed window and the
	// policy's.
	Window Seconds
	// Credential has what only a presentation has, or is nil.
	Credential *CredentialFacts
	// Person is the person, or nil.
	Person *Person
	// Status is the entry of a status list, or nil.
	Status *StatusReference
	// Acting is the representative, or nil.
	Acting *Acting
	// CheckNumber is the number beside a slip's code; else empty.
	CheckNumber string
	// Application has the claims of the application: a CBOR map in its one deterministic form.
	Application []byte
	// Cautions are warnings for the person at the gate.
	Cautions []Caution
	// PermitID has 32 bytes that stay the same when the permit is issued again.
	PermitID []byte
	// KeepUntil says until when a memory of used codes must know this code.
	KeepUntil time.Time
}

// CredentialFacts is what only a presentation has.
type CredentialFacts struct {
	// NotBefore is the first second of the credential's validity.
	NotBefore time.Time
	// Expires is the first second after its validity.
	Expires time.Time
	// DeviceKey is the device key, as COSE_Key.
	DeviceKey []byte
}

// Caution is a warning for the person at the gate.
type Caution struct {
	// Code is the stable code, such as "printed".
	Code string
	// Instruction says what to do.
	Instruction string
}

// Rejection says why a code is refused.
type Rejection struct {
	// Code is the stable code, such as "stale". [RejectionCodes] has all.
	Code string
	// Stage is the step of verification that refused, such as "freshness".
	Stage string
	// Fault says who has to act, such as "not-live". With "ours", the gate itself is at fault:
	// never show that as the visitor's fault.
	Fault string
	// Reason has the code and the values compared, in one line, for a log.
	Reason string
	// Instruction says what the person at the gate should do.
	Instruction string
	// Evidence has the values compared.
	Evidence Evidence
}

func verdictOf(verdict *C.lp_verdict) Verdict {
	return Verdict{
		Verified: verifiedOf(verdict.verified), Rejection: rejectionOf(verdict.rejection),
	}
}

func verifiedOf(verified *C.lp_verified) *Verified {
	if verified == nil {
		return nil
	}
	out := &Verified{
		Form:              Form(verified.form),
		Issuer:            textOf(verified.issuer),
		Subject:           textOf(verified.subject),
		Class:             textOf(verified.permit_class),
		KeyID:             bytesOf(verified.key_id),
		Audience:          textOf(verified.audience),
		ChallengeAnswered: bool(verified.challenge_answered),
		IssuedAt:          timeOf(verified.issued_at),
		LiveUntil:         timeOf(verified.live_until),
		Window:            Seconds(verified.window),
		Person:            personOf(verified.person),
		Status:            statusOf(verified.status),
		Acting:            actingOf(verified.acting),
		CheckNumber:       textOf(verified.check_number),
		Application:       bytesOf(verified.application),
		Cautions:          cautionsOf(verified.cautions),
		PermitID:          bytesOf(verified.permit_id),
		KeepUntil:         timeOf(verified.keep_until),
	}
	if credential := verified.credential; credential != nil {
		out.Credential = &CredentialFacts{
			NotBefore: timeOf(credential.not_before),
			Expires:   timeOf(credential.expires),
			DeviceKey: bytesOf(credential.device_key),
		}
	}
	return out
}

func rejectionOf(rejection *C.lp_rejection) *Rejection {
	if rejection == nil {
		return nil
	}
	return &Rejection{
		Code:        textOf(rejection.code),
		Stage:       textOf(rejection.stage),
		Fault:       textOf(rejection.fault),
		Reason:      textOf(rejection.reason),
		Instruction: textOf(rejection.instruction),
		Evidence:    evidenceOf(&rejection.evidence),
	}
}

func cautionsOf(cautions C.lp_cautions) []Caution {
	var out []Caution
	for _, caution := range unsafe.Slice(cautions.items, cautions.count) {
		out = append(out, Caution{
			Code: textOf(caution.code), Instruction: textOf(caution.instruction),
		})
	}
	return out
}
