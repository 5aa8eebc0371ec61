package livepermit

// #include <livepermit.h>
import "C"

import (
	"time"
	"unsafe"
)

// Passage says which way people go.
type Passage uint32

// The ways.
const (
	// PassageEnter: into the zone. The cool-down applies.
	PassageEnter Passage = C.LP_PASSAGE_ENTER
	// PassageLeave: out of the zone. The cool-down ends.
	PassageLeave Passage = C.LP_PASSAGE_LEAVE
)

// CoolDownPolicy says when the same permit is admitted again into one zone: [CoolDownWindow],
// [CoolDownSeconds] or [DangerousNoCoolDown].
type CoolDownPolicy struct {
	kind    C.lp_cool_down_policy
	seconds Seconds
}

// CoolDownWindow waits until no code that was live at the admission is live any more.
func CoolDownWindow() CoolDownPolicy { return CoolDownPolicy{kind: C.LP_COOL_DOWN_WINDOW} }

// CoolDownSeconds waits for so long.
func CoolDownSeconds(span Seconds) CoolDownPolicy {
	return CoolDownPolicy{kind: C.LP_COOL_DOWN_SECONDS, seconds: span}
}

// Seconds gives the span of [CoolDownSeconds]; of others it gives false.
func (p CoolDownPolicy) Seconds() (span Seconds, is bool) {
	return p.seconds, p.kind == C.LP_COOL_DOWN_SECONDS
}

// DangerousNoCoolDown does not wait: two phones with the same key both enter.
func DangerousNoCoolDown() CoolDownPolicy {
	return CoolDownPolicy{kind: C.LP_COOL_DOWN_DANGEROUS_NONE}
}

// StoreFailurePolicy says what a gate does when its store gives no answer.
type StoreFailurePolicy uint32

// The policies of store failures.
const (
	// StoreFailureRefuse: the gate refuses, and says that it is out of order.
	StoreFailureRefuse StoreFailurePolicy = C.LP_STORE_FAILURE_REFUSE
	// StoreFailureDangerousAdmit: the gate admits with a caution. Codes can then be used twice.
	StoreFailureDangerousAdmit StoreFailurePolicy = C.LP_STORE_FAILURE_DANGEROUS_ADMIT
)

// ClockState is what a gate knows about the time. Store it, and give it to the gate after a
// restart.
type ClockState struct {
	// Floor is the latest date of all accepted lists. An earlier clock is wrong.
	Floor time.Time
	// LastAdmission is the latest time of an admission; the zero Time: there was none.
	LastAdmission time.Time
}

// GateSettings has the place and the rules of a lane. [NewGateSettings] makes them.
type GateSettings struct {
	// Policy says what is accepted, with the name of the gate.
	Policy Policy
	// Lane is the name of the lane.
	Lane string
	// Zone is the name of the zone behind the gate.
	Zone string
	// Passage says which way people go.
	Passage Passage
	// Debounce is the span in which the same code at the same lane is "already-accepted-here", not
	// used.
	Debounce Seconds
	// CoolDown says when the same permit is admitted again.
	CoolDown CoolDownPolicy
	// StoreFailure says what the gate does when its store gives no answer.
	StoreFailure StoreFailurePolicy
	// ClockJump is the span without an admission after which the clock is doubted.
	ClockJump Seconds
	// Clock is what the gate knew about the time, or nil.
	Clock *ClockState
	// ShortRetention allows a window, skew or cool-down that is longer than the store remembers.
	// For tests: the gate then refuses codes as "forgotten".
	ShortRetention bool
}

// NewGateSettings makes the usual rules of a lane: it lets people in, debounces for 3 seconds,
// cools down for the window, and refuses when its store gives no answer. The zone has the gate's
// name.
func NewGateSettings(policy Policy) GateSettings {
	c := begin()
	defer c.end()
	usual, rules := one[C.lp_gate_settings](c), placed(c, c.policy(policy))
	// It fails for no policy. If it did, settings of zeros would be refused.
	_ = c.run(func() C.lp_result { return C.lp_gate_settings_default(rules, usual, c.why) })
	settings := settingsOf(usual)
	settings.Policy = policy
	return settings
}

func settingsOf(settings *C.lp_gate_settings) GateSettings {
	return GateSettings{
		Policy:  policyOf(&settings.policy),
		Lane:    textOf(settings.lane),
		Zone:    textOf(settings.zone),
		Passage: Passage(settings.passage),
		CoolDown: CoolDownPolicy{
			kind: settings.cool_down, seconds: Seconds(settings.cool_down_seconds),
		},
		Debounce:     Seconds(settings.debounce),
		StoreFailure: StoreFailurePolicy(settings.store_failure),
		ClockJump:    Seconds(settings.clock_jump),
	}
}

func (c *call) settings(settings GateSettings) *C.lp_gate_settings {
	out := C.lp_gate_settings{
		policy:            c.policy(settings.Policy),
		lane:              c.text(settings.Lane),
		zone:              c.text(settings.Zone),
		passage:           C.lp_passage(settings.Passage),
		debounce:          C.int64_t(settings.Debounce),
		cool_down:         settings.CoolDown.kind,
		cool_down_seconds: C.int64_t(settings.CoolDown.seconds),
		store_failure:     C.lp_store_failure_policy(settings.StoreFailure),
		clock_jump:        C.int64_t(settings.ClockJump),
		short_retention:   C.bool(settings.ShortRetention),
	}
	if clock := settings.Clock; clock != nil {
		out.clock = placed(c, C.lp_clock_state{
			floor: seconds(clock.Floor), last_admission: maybeSeconds(clock.LastAdmission),
		})
	}
	return placed(c, out)
}

// Gate is one lane of a gate: it verifies a code and admits each code once.
type Gate struct{ *handle }

// NewGate makes a lane with a store. Codes of the error: those of policies, and of retentions that
// are too short.
func NewGate(
	settings GateSettings, trust *Trust, lists []*StatusList, store *Store,
) (*Gate, error) {
	return makeGate(func(c *call, gate **C.lp_gate) func() C.lp_result {
		rules, keys, memory := c.settings(settings), c.trust(trust), c.store(store)
		first, count := c.lists(lists)
		return func() C.lp_result {
			return C.lp_gate_new(rules, keys, first, count, memory, gate, c.why)
		}
	})
}

// NewGateAskingElsewhere makes a lane whose program asks a memory of its own, between
// [Gate.Begin] and [Gate.Finish]. Admit of such a lane gets no answer.
func NewGateAskingElsewhere(
	settings GateSettings, trust *Trust, lists []*StatusList, retention Retention,
) (*Gate, error) {
	return makeGate(func(c *call, gate **C.lp_gate) func() C.lp_result {
		rules, keys, kept := c.settings(settings), c.trust(trust), retentionFor(retention)
		first, count := c.lists(lists)
		return func() C.lp_result {
			return C.lp_gate_asking_elsewhere(rules, keys, first, count, kept, gate, c.why)
		}
	})
}

func makeGate(prepare func(*call, **C.lp_gate) func() C.lp_result) (*Gate, error) {
	c := begin()
	defer c.end()
	place := c.place()
	if err := c.run(prepare(c, (**C.lp_gate)(unsafe.Pointer(place)))); err != nil {
		return nil, err
	}
	return &Gate{newHandle(*place, func(gate unsafe.Pointer) {
		C.lp_gate_free((*C.lp_gate)(gate))
	})}, nil
}

func (c *call) gate(g *Gate) *C.lp_gate {
	if g == nil {
		g = new(Gate)
	}
	return (*C.lp_gate)(c.use(g.handle, "the gate"))
}

// OpenChallenge opens a challenge of this gate. The first admitted answer uses the challenge up.
func (g *Gate) OpenChallenge(challenge Challenge, now time.Time) error {
	c := begin()
	defer c.end()
	gate, asked := c.gate(g), c.challenge(&challenge)
	return c.run(func() C.lp_result {
		return C.lp_gate_open_challenge(gate, asked, seconds(now), c.why)
	})
}

// Ask makes a challenge with 16 random bytes that lives for so long, and opens it. Show its
// [Challenge.QRText].
func (g *Gate) Ask(life Seconds, now time.Time) (Challenge, error) {
	c := begin()
	defer c.end()
	gate, out := c.gate(g), one[C.lp_challenge](c)
	err := c.once(C.LP_VERDICT_BYTES, func() C.lp_result {
		return C.lp_gate_ask(gate, C.int64_t(life), seconds(now), out, c.buffer, c.why)
	})
	if err != nil {
		return Challenge{}, err
	}
	return challengeOf(out), nil
}

// ReplaceLists goes on with other keys and lists, and the same rules.
func (g *Gate) ReplaceLists(trust *Trust, lists ...*StatusList) error {
	c := begin()
	defer c.end()
	gate, keys := c.gate(g), c.trust(trust)
	first, count := c.lists(lists)
	return c.run(func() C.lp_result {
		return C.lp_gate_replace_lists(gate, keys, first, count, c.why)
	})
}

// KeepAlive asks the store how it is, without a visitor: call it about once a second while nobody
// comes.
func (g *Gate) KeepAlive(now time.Time) error {
	c := begin()
	defer c.end()
	gate := c.gate(g)
	return c.run(func() C.lp_result { return C.lp_gate_keep_alive(gate, seconds(now), c.why) })
}

// ClockState gives what the gate knows about the time, to be stored.
func (g *Gate) ClockState() (ClockState, error) {
	c := begin()
	defer c.end()
	gate, out := c.gate(g), one[C.lp_clock_state](c)
	err := c.run(func() C.lp_result { return C.lp_gate_clock_state(gate, out, c.why) })
	if err != nil {
		return ClockState{}, err
	}
	return ClockState{
		Floor: timeOf(out.floor), LastAdmission: maybeTimeOf(out.last_admission),
	}, nil
}

// ClockOffset gives the error of the gate's clock, according to the last phones: positive when the
// clock is slow. It is nil when the phones are too few or do not agree.
func (g *Gate) ClockOffset() (*Seconds, error) {
	c := begin()
	defer c.end()
	gate, out := c.gate(g), one[C.lp_optional](c)
	err := c.run(func() C.lp_result { return C.lp_gate_clock_offset(gate, out, c.why) })
	if err != nil {
		return nil, err
	}
	return maybeNumberOf[Seconds](*out), nil
}
