package livepermit

// #include <livepermit.h>
import "C"

// Sighting says when and where a code was admitted.
type Sighting struct {
	// At says when, by the gate's clock.
	At UnixTime
	// Gate is the gate.
	Gate string
	// Lane is the lane.
	Lane string
}

// Newest is the newest admitted moment of a permit.
type Newest struct {
	// Moment is the moment.
	Moment UnixTime
	// Sighting says when and where its code was admitted.
	Sighting Sighting
}

// CoolDown is a zone that does not accept the permit for a while.
type CoolDown struct {
	// Zone is the zone.
	Zone string
	// Until says from when on the zone accepts the permit again.
	Until UnixTime
	// Gate is the gate that set the time.
	Gate string
	// Generation is the generation of the store at that time.
	Generation int64
}

// Record is what a store keeps for one permit.
type Record struct {
	// Newest is the newest admitted moment; nil when only slips were admitted.
	Newest *Newest
	// Slip says when and where a slip was admitted, or is nil.
	Slip *Sighting
	// CoolDowns are the zones that wait.
	CoolDowns []CoolDown
}

// StoreClock says whose clock counts cool-downs.
type StoreClock uint32

// The clocks.
const (
	// ClockOwn: the store has a clock of its own.
	ClockOwn StoreClock = C.LP_CLOCK_OWN
	// ClockAskers: the store has none, so the clock of the gate that asks counts.
	ClockAskers StoreClock = C.LP_CLOCK_ASKERS
)

// Standing says how far a store trusts its own memory.
type Standing struct {
	// Time is the time by the clock that counts cool-downs.
	Time UnixTime
	// Clock says whose clock that is.
	Clock StoreClock
	// Generation is the generation of the store.
	Generation int64
	// RemembersFrom is the first moment of which the store knows whether it was admitted.
	RemembersFrom UnixTime
	// ClosedUntil says until when nobody enters.
	ClosedUntil UnixTime
}

// Decision is what the rule decides. One of the two is not nil.
type Decision struct {
	// Write is the record to be written in place of the old one. Then answer
	// [AnswerNotUsedBefore].
	Write *Record
	// Answer is to be given, and nothing changed.
	Answer *StoreAnswer
}

// StoreState is what a store knows of its own memory: one value beside the records.
type StoreState struct {
	// ID says which store this is: 16 random bytes.
	ID []byte
	// Incarnation is the life of the server: a text that changes when the server is started again.
	Incarnation string
	// Generation counts the losses that were noticed, from 1.
	Generation int64
	// Forgotten: moments before this time were forgotten.
	Forgotten UnixTime
	// Lost: moments before this time may be lost.
	Lost UnixTime
	// ClosedUntil: until this time cool-downs may be lost.
	ClosedUntil UnixTime
	// Records is the number of records.
	Records int64
	// Admissions counts the recorded admissions of each gate.
	Admissions map[string]int64
}

// Known gives what a gate is told of the store.
func (s StoreState) Known() Known {
	return Known{Store: s.ID, Generation: s.Generation, Incarnation: s.Incarnation}
}

// Known is what a gate knows of a store after an answer.
type Known struct {
	// Store says which store answered.
	Store []byte
	// Generation is its generation.
	Generation int64
	// Incarnation is the life of its server.
	Incarnation string
}

// Witness is what a gate remembers of its store, in a place of its own. The zero Witness is that of
// a new gate.
type Witness struct {
	// Known is the last answer; nil before the first.
	Known *Known
	// Admissions counts the admissions of this gate that the store acknowledged.
	Admissions int64
}

// AskedBy says who asks a store.
type AskedBy struct {
	// Gate is the gate.
	Gate string
	// Witness is what the gate knows of the store.
	Witness Witness
	// Now is the gate's time.
	Now UnixTime
}

// StoreHere is what a store has when it is asked.
type StoreHere struct {
	// Held is the state that is held, or nil.
	Held *StoreState
	// Fresh is the id for a new state: 16 random bytes.
	Fresh []byte
	// Incarnation is the life of the server.
	Incarnation string
	// Time is the store's time.
	Time UnixTime
	// Records says how many records are there.
	Records int64
}

// Meeting is the state of a store after it was asked.
type Meeting struct {
	// State is to be written.
	State StoreState
	// Loss says how a loss was noticed: a stable code; else empty.
	Loss string
}

// ClocksApart reports whether the clocks of gate and store are so far apart that the store gives no
// answer.
func ClocksApart(now, storeTime UnixTime, retention Retention) (bool, error) {
	c := begin()
	defer c.end()
	out, kept := one[C.bool](c), retentionFor(retention)
	err := c.run(func() C.lp_result {
		return C.lp_memory_clocks_apart(C.int64_t(now), C.int64_t(storeTime), kept, out, c.why)
	})
	return bool(*out), err
}

// Meet compares what the store knows with what the gate knows, and notices a loss.
func Meet(here StoreHere, asked AskedBy, retention Retention) (Meeting, error) {
	c := begin()
	defer c.end()
	var held *C.lp_store_state
	if here.Held != nil {
		held = c.state(*here.Held)
	}
	store := placed(c, C.lp_store_here{
		held:        held,
		fresh:       c.bytes(here.Fresh),
		incarnation: c.text(here.Incarnation),
		time:        C.int64_t(here.Time),
		records:     C.int64_t(here.Records),
	})
	gate := placed(c, C.lp_asked_by{
		gate: c.text(asked.Gate), witness: c.witness(asked.Witness), now: C.int64_t(asked.Now),
	})
	out, kept := one[C.lp_meeting](c), retentionFor(retention)
	err := c.run(func() C.lp_result {
		return C.lp_memory_meet(store, gate, kept, out, c.buffer, c.why)
	})
	if err != nil {
		return Meeting{}, err
	}
	return Meeting{State: stateOf(&out.state), Loss: textOf(out.loss)}, nil
}

// StandingOf tells how far a store in this state trusts its memory.
func StandingOf(state StoreState, storeTime UnixTime, clock StoreClock) (Standing, error) {
	c := begin()
	defer c.end()
	held, out := c.state(state), one[C.lp_standing](c)
	err := c.run(func() C.lp_result {
		whose := C.lp_store_clock(clock)
		return C.lp_memory_standing(held, C.int64_t(storeTime), whose, out, c.why)
	})
	if err != nil {
		return Standing{}, err
	}
	return Standing{
		Time:          UnixTime(out.time),
		Clock:         StoreClock(out.clock),
		Generation:    int64(out.generation),
		RemembersFrom: UnixTime(out.remembers_from),
		ClosedUntil:   UnixTime(out.closed_until),
	}, nil
}

// Decide is the rule: whether a code is admitted, given the record of its permit, which can be nil.
//
// It is for a program that keeps used codes in a database of its own, instead of a [Store]. One
// step of such a memory, as one transaction:
//
//  1. [ClocksApart]: with clocks that are apart, answer [AnswerClockApart].
//  2. [Meet] the gate's witness, and write the state.
//  3. Decide with the record of the permit and the [StandingOf] the state. If the decision has a
//     record, write the record, and the state after [RecordAdmission].
//  4. Give the gate the answer, [StoreState.Known] and the gate's admissions, for [TakeAnswer].
func Decide(
	record *Record, attempt Attempt, standing Standing, retention Retention,
) (Decision, error) {
	c := begin()
	defer c.end()
	held, asked, kept := c.record(record), c.attempt(attempt), retentionFor(retention)
	trusted := placed(c, C.lp_standing{
		time:           C.int64_t(standing.Time),
		clock:          C.lp_store_clock(standing.Clock),
		generation:     C.int64_t(standing.Generation),
		remembers_from: C.int64_t(standing.RemembersFrom),
		closed_until:   C.int64_t(standing.ClosedUntil),
	})
	out := one[C.lp_decision](c)
	err := c.run(func() C.lp_result {
		return C.lp_memory_decide(held, asked, trusted, kept, out, c.buffer, c.why)
	})
	if err != nil {
		return Decision{}, err
	}
	var decision Decision
	if out.write != nil {
		write := recordOf(out.write)
		decision.Write = &write
	}
	if out.answer != nil {
		answer := answerOf(out.answer)
		decision.Answer = &answer
	}
	return decision, nil
}

// RecordAdmission gives the state after an admission. isNew says that the permit had no record.
func RecordAdmission(state StoreState, gate string, isNew bool) (StoreState, error) {
	return changed(func(c *call, after *C.lp_store_state) func() C.lp_result {
		held, by := c.state(state), c.text(gate)
		return func() C.lp_result {
			return C.lp_memory_record_admission(held, by, C.bool(isNew), after, c.buffer, c.why)
		}
	})
}

// ForgetRecord gives the state after a record was forgotten.
func ForgetRecord(state StoreState, record Record) (StoreState, error) {
	return changed(func(c *call, after *C.lp_store_state) func() C.lp_result {
		held, forgotten := c.state(state), c.record(&record)
		return func() C.lp_result {
			return C.lp_memory_forget_record(held, forgotten, after, c.buffer, c.why)
		}
	})
}

// GoOnAfterLoss gives the state after an operator's word.
func GoOnAfterLoss(
	state StoreState, word GoOn, now, storeTime UnixTime, retention Retention,
) (StoreState, error) {
	return changed(func(c *call, after *C.lp_store_state) func() C.lp_result {
		held, kept := c.state(state), retentionFor(retention)
		return func() C.lp_result {
			return C.lp_memory_go_on(
				held, C.lp_go_on(word), C.int64_t(now), C.int64_t(storeTime), kept, after,
				c.buffer, c.why,
			)
		}
	})
}

func changed(
	prepare func(*call, *C.lp_store_state) func() C.lp_result,
) (StoreState, error) {
	c := begin()
	defer c.end()
	after := one[C.lp_store_state](c)
	if err := c.run(prepare(c, after)); err != nil {
		return StoreState{}, err
	}
	return stateOf(after), nil
}

// TakeAnswer gives what a gate knows after an answer. It is nil if the answer is older than what
// the gate knows: then the gate must not take the answer. admissions is the store's count for this
// gate.
func TakeAnswer(witness Witness, known Known, admissions int64) (*Witness, error) {
	c := begin()
	defer c.end()
	held, told := placed(c, c.witness(witness)), placed(c, c.known(known))
	isTaken, after := one[C.bool](c), one[C.lp_witness](c)
	err := c.run(func() C.lp_result {
		count := C.int64_t(admissions)
		return C.lp_memory_take_answer(held, told, count, isTaken, after, c.buffer, c.why)
	})
	if err != nil || !bool(*isTaken) {
		return nil, err
	}
	out := Witness{Admissions: int64(after.admissions)}
	if known := after.known; known != nil {
		out.Known = &Known{
			Store:       bytesOf(known.store),
			Generation:  int64(known.generation),
			Incarnation: textOf(known.incarnation),
		}
	}
	return &out, nil
}

// RecordIsOver reports whether a record can be forgotten. cutoff is the store's time less the
// difference of clocks.
func RecordIsOver(record Record, cutoff UnixTime, retention Retention) (bool, error) {
	c := begin()
	defer c.end()
	held, out, kept := c.record(&record), one[C.bool](c), retentionFor(retention)
	err := c.run(func() C.lp_result {
		return C.lp_memory_record_is_over(held, C.int64_t(cutoff), kept, out, c.why)
	})
	return bool(*out), err
}
