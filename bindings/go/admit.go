package livepermit

// #include <livepermit.h>
import "C"

import (
	"time"
	"unsafe"
)

// Admission is the end of an admission. The zero Admission is not admitted.
type Admission struct {
	// Verified is the permit, if the door may open; else nil.
	Verified *Verified
	// Cautions are warnings for the person at the gate, if the door may open.
	Cautions []Caution
	// Rejection says why the door stays closed; else nil.
	Rejection *Rejection
}

// IsAdmitted reports whether the door may open.
func (a Admission) IsAdmitted() bool { return a.Verified != nil }

func admissionOf(admission *C.lp_admission, err error) (Admission, error) {
	if err != nil {
		return Admission{}, err
	}
	return Admission{
		Verified:  verifiedOf(admission.verified),
		Cautions:  cautionsOf(admission.cautions),
		Rejection: rejectionOf(admission.rejection),
	}, nil
}

// Admit verifies the text of a code, asks the store, and admits or refuses. A refused visitor is an
// admission, not an error. After an error nobody knows whether the code was used up: keep the door
// closed.
func (g *Gate) Admit(text string, now time.Time) (Admission, error) {
	c := begin()
	defer c.end()
	gate, in, out := c.gate(g), c.text(text), one[C.lp_admission](c)
	err := c.once(C.LP_VERDICT_BYTES, func() C.lp_result {
		return C.lp_gate_admit(gate, in, seconds(now), out, c.buffer, c.why)
	})
	return admissionOf(out, err)
}

// AdmitBytes does the same with the bytes of a token.
func (g *Gate) AdmitBytes(token []byte, now time.Time) (Admission, error) {
	c := begin()
	defer c.end()
	gate, in, out := c.gate(g), c.bytes(token), one[C.lp_admission](c)
	err := c.once(C.LP_VERDICT_BYTES, func() C.lp_result {
		return C.lp_gate_admit_bytes(gate, in, seconds(now), out, c.buffer, c.why)
	})
	return admissionOf(out, err)
}

// Pending is a code that is verified and not used yet. No door opens on it. When it is closed,
// nothing was used.
type Pending struct {
	*handle
	// Attempt is the question for the store.
	Attempt Attempt
}

// Attempt is the question of a gate to a store of used codes.
type Attempt struct {
	// Permit has 32 bytes: the permit.
	Permit []byte
	// Moment is the moment of the code; nil for a slip.
	Moment *UnixTime
	// LiveUntil is the first second in which the code is stale.
	LiveUntil UnixTime
	// KeepUntil says until when the store must remember the code.
	KeepUntil UnixTime
	// Gate is the name of the gate.
	Gate string
	// Lane is the name of the lane.
	Lane string
	// Zone is the name of the zone.
	Zone string
	// Passage says which way the person goes.
	Passage Passage
	// Now is the gate's time.
	Now UnixTime
	// Debounce is the span of the debounce.
	Debounce Seconds
	// CoolDown is the span of the cool-down.
	CoolDown Seconds
}

func (c *call) attempt(attempt Attempt) *C.lp_attempt {
	return placed(c, C.lp_attempt{
		permit:     c.bytes(attempt.Permit),
		moment:     maybeNumber(attempt.Moment),
		live_until: C.int64_t(attempt.LiveUntil),
		keep_until: C.int64_t(attempt.KeepUntil),
		gate:       c.text(attempt.Gate),
		lane:       c.text(attempt.Lane),
		zone:       c.text(attempt.Zone),
		passage:    C.lp_passage(attempt.Passage),
		now:        C.int64_t(attempt.Now),
		debounce:   C.int64_t(attempt.Debounce),
		cool_down:  C.int64_t(attempt.CoolDown),
	})
}

func attemptOf(attempt *C.lp_attempt) Attempt {
	return Attempt{
		Permit:    bytesOf(attempt.permit),
		Moment:    maybeNumberOf[UnixTime](attempt.moment),
		LiveUntil: UnixTime(attempt.live_until),
		KeepUntil: UnixTime(attempt.keep_until),
		Gate:      textOf(attempt.gate),
		Lane:      textOf(attempt.lane),
		Zone:      textOf(attempt.zone),
		Passage:   Passage(attempt.passage),
		Now:       UnixTime(attempt.now),
		Debounce:  Seconds(attempt.debounce),
		CoolDown:  Seconds(attempt.cool_down),
	}
}

// Begin is the first half of an admission: everything but the store. Exactly one result is not
// nil: the pending code, whose attempt the store is asked; the rejection, if the code is refused
// already; or the error.
func (g *Gate) Begin(text string, now time.Time) (*Pending, *Rejection, error) {
	c := begin()
	defer c.end()
	gate, in, place := c.gate(g), c.text(text), c.place()
	attempt, stopped := one[C.lp_attempt](c), one[C.lp_rejection](c)
	// Nothing is used up here, so the function can be called again.
	err := c.run(func() C.lp_result {
		pending := (**C.lp_pending)(unsafe.Pointer(place))
		return C.lp_gate_begin(gate, in, seconds(now), pending, attempt, stopped, c.buffer, c.why)
	})
	if err != nil {
		return nil, nil, err
	}
	if *place == nil {
		return nil, rejectionOf(stopped), nil
	}
	pending := newHandle(*place, func(pending unsafe.Pointer) {
		C.lp_pending_free((*C.lp_pending)(pending))
	})
	return &Pending{handle: pending, Attempt: attemptOf(attempt)}, nil, nil
}

// Finish is the second half: the answer of the store decides. It must come from the store of this
// gate. Close the pending code afterwards.
//
// Codes of the error: "other-gate", "finished-before".
func (g *Gate) Finish(pending *Pending, answer StoreAnswer, now time.Time) (Admission, error) {
	if pending == nil {
		pending = new(Pending)
	}
	c := begin()
	defer c.end()
	gate, given, out := c.gate(g), c.answer(answer), one[C.lp_admission](c)
	code := (*C.lp_pending)(c.use(pending.handle, "the pending code"))
	err := c.once(C.LP_VERDICT_BYTES, func() C.lp_result {
		return C.lp_gate_finish(gate, code, given, seconds(now), out, c.buffer, c.why)
	})
	return admissionOf(out, err)
}
