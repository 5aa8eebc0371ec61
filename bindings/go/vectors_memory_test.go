package livepermit_test

import (
	"encoding/hex"
	"fmt"
	"sort"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

// The memory of used codes: a store and its gates, kept by the test.
type memory struct {
	retention livepermit.Retention
	clock     livepermit.StoreClock
	stores    map[string]*heldStore
	gates     map[string]livepermit.Witness
	late      map[string]given
}

type heldStore struct {
	incarnation string
	state       *livepermit.StoreState
	records     map[string]livepermit.Record
}

// An answer on its way to a gate.
type given struct {
	gate       string
	answer     *livepermit.StoreAnswer
	known      *livepermit.Known
	admissions int64
}

func runMemory(group, test fields) error {
	m := memory{
		retention: retentionOf(group.of("settings")),
		clock:     livepermit.ClockAskers,
		stores:    map[string]*heldStore{},
		gates:     map[string]livepermit.Witness{},
		late:      map[string]given{},
	}
	if group.text("clock") == "own" {
		m.clock = livepermit.ClockOwn
	}
	for name := range test.of("stores") {
		m.stores[name] = aStore(test.of("stores").of(name))
	}
	for name := range test.of("gates") {
		m.gates[name] = aWitness(test.of("gates").of(name))
	}
	kinds := map[string]func(step fields) error{
		"ask": m.ask, "arrive": m.arrive, "copy": m.copy, "start": m.start, "goOn": m.goOn,
		"forget": m.forget,
	}
	for number, step := range test.list("steps") {
		ran := 0
		for kind, run := range kinds {
			if step.has(kind) {
				ran++
				if err := run(step); err != nil {
					return fmt.Errorf("step %d: %w", number, err)
				}
			}
		}
		if err := same("kinds of the step", ran, 1); err != nil {
			return err
		}
	}
	return same("late answers", len(m.late), 0)
}

func (m *memory) copy(step fields) error {
	from, to := m.stores[step.text("copy")], m.stores[step.text("to")]
	to.state, to.records = from.state, map[string]livepermit.Record{}
	for permit, record := range from.records {
		to.records[permit] = record
	}
	return nil
}

func (m *memory) start(step fields) error {
	m.stores[step.text("start")].incarnation = step.text("incarnation")
	return nil
}

func (m *memory) ask(step fields) error {
	time := step.unix("time")
	isApart := must(livepermit.ClocksApart(step.unix("now"), time, m.retention))
	answered, loss := given{gate: step.text("gate")}, ""
	if m.clock == livepermit.ClockOwn && isApart {
		answered.answer = &livepermit.StoreAnswer{Kind: livepermit.AnswerClockApart, Time: time}
	} else {
		answered, loss = m.answer(step)
	}
	if err := first(
		same("loss", loss, step.maybeText("loss")),
		m.hasState(step.text("ask"), step["state"]),
	); err != nil {
		return err
	}
	if step.has("late") {
		m.late[step.text("late")] = answered
		return m.hasWitness(answered.gate, step)
	}
	return m.take(answered, step)
}

// What a store does in one step.
func (m *memory) answer(step fields) (given, string) {
	store, gate, time := m.stores[step.text("ask")], step.text("gate"), step.unix("time")
	var fresh []byte
	if step.has("fresh") {
		fresh = step.bytes("fresh")
	} else {
		fresh = store.state.ID
	}
	meeting := must(livepermit.Meet(
		livepermit.StoreHere{
			Held: store.state, Fresh: fresh, Incarnation: store.incarnation, Time: time,
			Records: int64(len(store.records)),
		},
		livepermit.AskedBy{Gate: gate, Witness: m.gates[gate], Now: step.unix("now")},
		m.retention,
	))
	state, out := meeting.State, given{gate: gate}
	if step.has("attempt") {
		attempt := anAttempt(step)
		var known *livepermit.Record
		if record, isKnown := store.records[string(attempt.Permit)]; isKnown {
			known = &record
		}
		standing := must(livepermit.StandingOf(state, time, m.clock))
		decision := must(livepermit.Decide(known, attempt, standing, m.retention))
		out.answer = decision.Answer
		if decision.Write != nil {
			store.records[string(attempt.Permit)] = *decision.Write
			state = must(livepermit.RecordAdmission(state, gate, known == nil))
			out.answer = &livepermit.StoreAnswer{Kind: livepermit.AnswerNotUsedBefore}
		}
	}
	store.state = &state
	known := state.Known()
	out.known, out.admissions = &known, state.Admissions[gate]
	return out, meeting.Loss
}

func (m *memory) arrive(step fields) error {
	late := m.late[step.text("arrive")]
	delete(m.late, step.text("arrive"))
	return m.take(late, step)
}

func (m *memory) take(answered given, step fields) error {
	result, code, names := m.told(answered)
	return first(
		same("result", result, step["result"]),
		same("code", code, step.maybeText("code")),
		same("time", names, step["names"]),
		m.hasWitness(answered.gate, step),
	)
}

// What a gate makes of an answer: result, code, and the time that a refusal names.
func (m *memory) told(answered given) (result, code string, names any) {
	if answered.known != nil {
		held := m.gates[answered.gate]
		taken := must(livepermit.TakeAnswer(held, *answered.known, answered.admissions))
		if taken == nil {
			return "invalid", "store-unreachable", nil
		}
		m.gates[answered.gate] = *taken
	}
	if answered.answer == nil || answered.answer.Kind == livepermit.AnswerNotUsedBefore {
		return "valid", "", nil
	}
	codes := map[livepermit.AnswerKind]string{
		livepermit.AnswerAlreadyAcceptedHere: "already-accepted-here",
		livepermit.AnswerAlreadyUsed:         "already-used",
		livepermit.AnswerSuperseded:          "superseded",
		livepermit.AnswerCoolingDown:         "cooling-down",
		livepermit.AnswerForgotten:           "forgotten",
		livepermit.AnswerClockApart:          "clock-suspect",
	}
	return "invalid", codes[answered.answer.Kind], answered.answer.Time
}

func (m *memory) goOn(step fields) error {
	words := map[string]livepermit.GoOn{
		"cool-downs-lost":      livepermit.GoOnCoolDownsLost,
		"nothing-was-admitted": livepermit.GoOnNothingWasAdmitted,
	}
	store := m.stores[step.text("goOn")]
	state := must(livepermit.GoOnAfterLoss(
		*store.state, words[step.text("word")], step.unix("now"), step.unix("time"), m.retention,
	))
	store.state = &state
	return m.hasState(step.text("goOn"), step["state"])
}

func (m *memory) forget(step fields) error {
	store := m.stores[step.text("forget")]
	// Before 1970 nothing is over.
	cutoff := max(step.unix("time")-livepermit.UnixTime(m.retention.ClockDifference), 0)
	left := []string{}
	for permit, record := range store.records {
		if must(livepermit.RecordIsOver(record, cutoff, m.retention)) {
			state := must(livepermit.ForgetRecord(*store.state, record))
			store.state = &state
			delete(store.records, permit)
		} else {
			left = append(left, hex.EncodeToString([]byte(permit)))
		}
	}
	sort.Strings(left)
	return first(
		same("left", left, step["left"]), m.hasState(step.text("forget"), step["state"]),
	)
}

func (m *memory) hasState(name string, wanted any) error {
	state := m.stores[name].state
	if state == nil {
		return same("state", nil, wanted)
	}
	admissions := map[string]int64{}
	for gate, number := range state.Admissions {
		// A gate without admissions need not be there.
		if number > 0 {
			admissions[gate] = number
		}
	}
	return same("state", map[string]any{
		"store":       hex.EncodeToString(state.ID),
		"incarnation": state.Incarnation,
		"generation":  state.Generation,
		"forgotten":   state.Forgotten,
		"lost":        state.Lost,
		"closedUntil": state.ClosedUntil,
		"records":     state.Records,
		"admissions":  admissions,
	}, wanted)
}

func (m *memory) hasWitness(gate string, step fields) error {
	witness := m.gates[gate]
	found := map[string]any{"admissions": witness.Admissions}
	if known := witness.Known; known != nil {
		found["known"] = map[string]any{
			"store": hex.EncodeToString(known.Store), "generation": known.Generation,
			"incarnation": known.Incarnation,
		}
	}
	return same("witness", found, step["witness"])
}

func aStore(held fields) *heldStore {
	store := &heldStore{
		incarnation: held.text("incarnation"), records: map[string]livepermit.Record{},
	}
	if held.has("state") {
		state := held.of("state")
		store.state = &livepermit.StoreState{
			ID:          state.bytes("store"),
			Incarnation: state.text("incarnation"),
			Generation:  state.number("generation"),
			Forgotten:   state.unix("forgotten"),
			Lost:        state.unix("lost"),
			ClosedUntil: state.unix("closedUntil"),
			Records:     state.number("records"),
			Admissions:  map[string]int64{},
		}
		for gate := range state.of("admissions") {
			store.state.Admissions[gate] = state.of("admissions").number(gate)
		}
	}
	for _, record := range held.list("records") {
		store.records[string(record.bytes("permit"))] = aRecord(record)
	}
	return store
}

func aWitness(held fields) livepermit.Witness {
	witness := livepermit.Witness{Admissions: held.number("admissions")}
	if held.has("known") {
		known := held.of("known")
		witness.Known = &livepermit.Known{
			Store: known.bytes("store"), Generation: known.number("generation"),
			Incarnation: known.text("incarnation"),
		}
	}
	return witness
}

func aSighting(held fields) livepermit.Sighting {
	return livepermit.Sighting{
		At: held.unix("at"), Gate: held.text("gate"), Lane: held.text("lane"),
	}
}

func aRecord(held fields) livepermit.Record {
	var record livepermit.Record
	if held.has("newest") {
		newest := held.of("newest")
		record.Newest = &livepermit.Newest{
			Moment: newest.unix("moment"), Sighting: aSighting(newest),
		}
	}
	if held.has("slip") {
		slip := aSighting(held.of("slip"))
		record.Slip = &slip
	}
	for _, entry := range held.list("coolDowns") {
		record.CoolDowns = append(record.CoolDowns, livepermit.CoolDown{
			Zone: entry.text("zone"), Until: entry.unix("until"), Gate: entry.text("gate"),
			Generation: entry.number("generation"),
		})
	}
	return record
}

func anAttempt(step fields) livepermit.Attempt {
	held, now := step.of("attempt"), step.unix("now")
	passage := livepermit.PassageEnter
	if held.text("passage") == "leave" {
		passage = livepermit.PassageLeave
	}
	return livepermit.Attempt{
		Permit: held.bytes("permit"),
		Moment: (*livepermit.UnixTime)(held.maybeNumber("moment")),
		// No rule of the memory looks at the times until which a code is live and kept.
		LiveUntil: now,
		KeepUntil: now,
		Gate:      step.text("gate"),
		Lane:      held.text("lane"),
		Zone:      held.text("zone"),
		Passage:   passage,
		Now:       now,
		Debounce:  held.seconds("debounce"),
		CoolDown:  held.seconds("coolDown"),
	}
}
