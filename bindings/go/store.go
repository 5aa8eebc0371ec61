package livepermit

// #include <livepermit.h>
import "C"

import (
	"time"
	"unsafe"
)

// Retention says how long a store remembers. All gates of a zone have the same.
// [DefaultRetention] gives the usual one.
type Retention struct {
	// LargestWindow is the longest window of any gate.
	LargestWindow Seconds
	// LargestSkew is the largest skew of any gate.
	LargestSkew Seconds
	// ClockDifference says how far two clocks of the zone may be apart.
	ClockDifference Seconds
	// LongestCoolDown is the longest cool-down of any gate.
	LongestCoolDown Seconds
	// OldMaster says how long an old master of a replicated server can still answer; nil: nobody
	// knows.
	OldMaster *Seconds
}

// DefaultRetention gives the usual one: a window of 30 seconds, a skew of 5, clocks that are 60
// seconds apart at most, and no replicated server.
func DefaultRetention() Retention {
	c := begin()
	defer c.end()
	usual := one[C.lp_retention](c)
	// It cannot fail. If it did, gates would refuse a retention of nothing.
	_ = c.run(func() C.lp_result { return C.lp_retention_default(usual, c.why) })
	return retentionOf(usual)
}

func retentionFor(retention Retention) C.lp_retention {
	return C.lp_retention{
		largest_window:    C.int64_t(retention.LargestWindow),
		largest_skew:      C.int64_t(retention.LargestSkew),
		clock_difference:  C.int64_t(retention.ClockDifference),
		longest_cool_down: C.int64_t(retention.LongestCoolDown),
		old_master:        maybeNumber(retention.OldMaster),
	}
}

func retentionOf(retention *C.lp_retention) Retention {
	return Retention{
		LargestWindow:   Seconds(retention.largest_window),
		LargestSkew:     Seconds(retention.largest_skew),
		ClockDifference: Seconds(retention.clock_difference),
		LongestCoolDown: Seconds(retention.longest_cool_down),
		OldMaster:       maybeNumberOf[Seconds](retention.old_master),
	}
}

// AnswerKind is what a store says.
type AnswerKind uint32

// The answers.
const (
	// AnswerNotUsedBefore: the code was not used before. The store has recorded the code.
	AnswerNotUsedBefore AnswerKind = C.LP_ANSWER_NOT_USED_BEFORE
	// AnswerAlreadyAcceptedHere: this lane admitted the code a moment ago, at Time.
	AnswerAlreadyAcceptedHere AnswerKind = C.LP_ANSWER_ALREADY_ACCEPTED_HERE
	// AnswerAlreadyUsed: the code was used, at Time.
	AnswerAlreadyUsed AnswerKind = C.LP_ANSWER_ALREADY_USED
	// AnswerSuperseded: a newer code of the permit was used. Time is its moment.
	AnswerSuperseded AnswerKind = C.LP_ANSWER_SUPERSEDED
	// AnswerCoolingDown: the permit waits for its cool-down, until Time.
	AnswerCoolingDown AnswerKind = C.LP_ANSWER_COOLING_DOWN
	// AnswerForgotten: the store lost its memory of that time, and admits from Time on.
	AnswerForgotten AnswerKind = C.LP_ANSWER_FORGOTTEN
	// AnswerClockApart: the clocks of gate and store are apart. Time is the store's.
	AnswerClockApart AnswerKind = C.LP_ANSWER_CLOCK_APART
	// AnswerFull: there is no room for another permit.
	AnswerFull AnswerKind = C.LP_ANSWER_FULL
	// AnswerNone: the store gave no answer, so nobody knows whether the code was used. Reason says
	// why.
	AnswerNone AnswerKind = C.LP_ANSWER_NONE
)

// StoreAnswer is the answer of a store to an attempt.
type StoreAnswer struct {
	// Kind is what the store says.
	Kind AnswerKind
	// Time is a time, where the answer names one; else 0.
	Time UnixTime
	// Reason says what happened, with [AnswerNone], for the operator's log. Else it is empty.
	Reason string
}

func (c *call) answer(answer StoreAnswer) *C.lp_store_answer {
	return placed(c, C.lp_store_answer{
		kind:   C.lp_answer_kind(answer.Kind),
		time:   C.int64_t(answer.Time),
		reason: c.maybeText(answer.Reason),
	})
}

func answerOf(answer *C.lp_store_answer) StoreAnswer {
	return StoreAnswer{
		Kind:   AnswerKind(answer.kind),
		Time:   UnixTime(answer.time),
		Reason: textOf(answer.reason),
	}
}

// GoOn is an operator's word that a store may go on after a loss.
type GoOn uint32

// The words.
const (
	// GoOnCoolDownsLost: do not wait for cool-downs and slips.
	GoOnCoolDownsLost GoOn = C.LP_GO_ON_COOL_DOWNS_LOST
	// GoOnNothingWasAdmitted: nothing was admitted before, the zone is new.
	GoOnNothingWasAdmitted GoOn = C.LP_GO_ON_NOTHING_WAS_ADMITTED
)

// Store is a memory of used codes. Lanes and gates in one process share one. Gates that were made
// with it go on after Close.
type Store struct{ *handle }

// NewMemoryStore makes a memory in this process, with room for so many permits. What was admitted
// before now is not known, so the store waits until no old code is live: gates open after a minute
// or so.
func NewMemoryStore(permits int64, retention Retention, now time.Time) (*Store, error) {
	return makeStore(func(c *call, store **C.lp_store) func() C.lp_result {
		kept := retentionFor(retention)
		return func() C.lp_result {
			return C.lp_store_in_memory(C.int64_t(permits), kept, seconds(now), store, c.why)
		}
	})
}

// NewMemoryStoreForTheFirstTime makes the same, by the word of an operator: nothing was admitted
// before, so the gates open at once.
func NewMemoryStoreForTheFirstTime(permits int64, retention Retention) (*Store, error) {
	return makeStore(func(c *call, store **C.lp_store) func() C.lp_result {
		kept := retentionFor(retention)
		return func() C.lp_result {
			return C.lp_store_in_memory_for_the_first_time(C.int64_t(permits), kept, store, c.why)
		}
	})
}

// OpenFileStore opens or makes a memory in a file, which survives a kill and a power cut. One
// process uses a file at a time: the file is free again when the store and its gates are closed.
//
// Codes of the error: "store-in-use", "store-setup", and others of stores.
func OpenFileStore(path string, permits int64, retention Retention) (*Store, error) {
	return makeStore(func(c *call, store **C.lp_store) func() C.lp_result {
		file, kept := c.text(path), retentionFor(retention)
		return func() C.lp_result {
			return C.lp_store_in_file(file, C.int64_t(permits), kept, store, c.why)
		}
	})
}

func makeStore(prepare func(*call, **C.lp_store) func() C.lp_result) (*Store, error) {
	c := begin()
	defer c.end()
	place := c.place()
	if err := c.run(prepare(c, (**C.lp_store)(unsafe.Pointer(place)))); err != nil {
		return nil, err
	}
	return &Store{newHandle(*place, func(store unsafe.Pointer) {
		C.lp_store_free((*C.lp_store)(store))
	})}, nil
}

func (c *call) store(s *Store) *C.lp_store {
	if s == nil {
		s = new(Store)
	}
	return (*C.lp_store)(c.use(s.handle, "the store"))
}

// Admit asks the store, and records the code if it was not used before. It is for gates that ask by
// [Gate.Begin] and [Gate.Finish].
func (s *Store) Admit(attempt Attempt) (StoreAnswer, error) {
	c := begin()
	defer c.end()
	store, asked, out := c.store(s), c.attempt(attempt), one[C.lp_store_answer](c)
	err := c.once(C.LP_VERDICT_BYTES, func() C.lp_result {
		return C.lp_store_admit(store, asked, out, c.buffer, c.why)
	})
	if err != nil {
		return StoreAnswer{}, err
	}
	return answerOf(out), nil
}

// StoreHealth says how a store was at its last answer.
type StoreHealth struct {
	// OutOfOrderUntil says until when the store admits nobody who enters, because it lost its
	// memory; the zero Time: it admits.
	OutOfOrderUntil time.Time
	// Loss says how the store noticed the loss: a stable code; else empty.
	Loss string
	// Cautions last until somebody changes the settings of the server.
	Cautions []Caution
}

// Health tells how the store was at its last answer.
func (s *Store) Health() (StoreHealth, error) {
	c := begin()
	defer c.end()
	store, out := c.store(s), one[C.lp_store_health](c)
	err := c.run(func() C.lp_result { return C.lp_store_get_health(store, out, c.buffer, c.why) })
	if err != nil {
		return StoreHealth{}, err
	}
	return StoreHealth{
		OutOfOrderUntil: maybeTimeOf(out.out_of_order_until),
		Loss:            textOf(out.loss),
		Cautions:        cautionsOf(out.cautions),
	}, nil
}

// GoOn ends a wait after a loss of memory, because an operator says so.
func (s *Store) GoOn(word GoOn, now time.Time) error {
	c := begin()
	defer c.end()
	store := c.store(s)
	return c.run(func() C.lp_result {
		return C.lp_store_go_on(store, C.lp_go_on(word), seconds(now), c.why)
	})
}

// Retention tells how long the store remembers.
func (s *Store) Retention() (Retention, error) {
	c := begin()
	defer c.end()
	store, out := c.store(s), one[C.lp_retention](c)
	err := c.run(func() C.lp_result { return C.lp_store_get_retention(store, out, c.why) })
	if err != nil {
		return Retention{}, err
	}
	return retentionOf(out), nil
}
