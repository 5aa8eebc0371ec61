package livepermit

// #include <livepermit.h>
import "C"

import "unsafe"

func (c *call) sighting(sighting Sighting) C.lp_sighting {
	return C.lp_sighting{
		at: C.int64_t(sighting.At), gate: c.text(sighting.Gate), lane: c.text(sighting.Lane),
	}
}

func sightingOf(sighting *C.lp_sighting) Sighting {
	return Sighting{
		At: UnixTime(sighting.at), Gate: textOf(sighting.gate), Lane: textOf(sighting.lane),
	}
}

func (c *call) record(record *Record) *C.lp_record {
	if record == nil {
		return nil
	}
	var out C.lp_record
	if newest := record.Newest; newest != nil {
		out.newest = placed(c, C.lp_newest{
			moment: C.int64_t(newest.Moment), sighting: c.sighting(newest.Sighting),
		})
	}
	if record.Slip != nil {
		out.slip = placed(c, c.sighting(*record.Slip))
	}
	coolDowns := several[C.lp_cool_down](c, len(record.CoolDowns))
	for i, entry := range record.CoolDowns {
		coolDowns[i] = C.lp_cool_down{
			zone:       c.text(entry.Zone),
			until:      C.int64_t(entry.Until),
			gate:       c.text(entry.Gate),
			generation: C.int64_t(entry.Generation),
		}
	}
	out.cool_downs = unsafe.SliceData(coolDowns)
	out.cool_down_count = C.size_t(len(coolDowns))
	return placed(c, out)
}

func recordOf(record *C.lp_record) Record {
	var out Record
	if newest := record.newest; newest != nil {
		out.Newest = &Newest{
			Moment: UnixTime(newest.moment), Sighting: sightingOf(&newest.sighting),
		}
	}
	if record.slip != nil {
		slip := sightingOf(record.slip)
		out.Slip = &slip
	}
	for _, entry := range unsafe.Slice(record.cool_downs, record.cool_down_count) {
		out.CoolDowns = append(out.CoolDowns, CoolDown{
			Zone:       textOf(entry.zone),
			Until:      UnixTime(entry.until),
			Gate:       textOf(entry.gate),
			Generation: int64(entry.generation),
		})
	}
	return out
}

func (c *call) state(state StoreState) *C.lp_store_state {
	admissions := several[C.lp_gate_admissions](c, len(state.Admissions))
	next := 0
	for gate, count := range state.Admissions {
		admissions[next] = C.lp_gate_admissions{gate: c.text(gate), count: C.int64_t(count)}
		next++
	}
	return placed(c, C.lp_store_state{
		id:               c.bytes(state.ID),
		incarnation:      c.text(state.Incarnation),
		generation:       C.int64_t(state.Generation),
		forgotten:        C.int64_t(state.Forgotten),
		lost:             C.int64_t(state.Lost),
		closed_until:     C.int64_t(state.ClosedUntil),
		records:          C.int64_t(state.Records),
		admissions:       unsafe.SliceData(admissions),
		admissions_count: C.size_t(len(admissions)),
	})
}

func stateOf(state *C.lp_store_state) StoreState {
	admissions := make(map[string]int64, state.admissions_count)
	for _, entry := range unsafe.Slice(state.admissions, state.admissions_count) {
		admissions[textOf(entry.gate)] = int64(entry.count)
	}
	return StoreState{
		ID:          bytesOf(state.id),
		Incarnation: textOf(state.incarnation),
		Generation:  int64(state.generation),
		Forgotten:   UnixTime(state.forgotten),
		Lost:        UnixTime(state.lost),
		ClosedUntil: UnixTime(state.closed_until),
		Records:     int64(state.records),
		Admissions:  admissions,
	}
}

func (c *call) known(known Known) C.lp_known {
	return C.lp_known{
		store:       c.bytes(known.Store),
		generation:  C.int64_t(known.Generation),
		incarnation: c.text(known.Incarnation),
	}
}

func (c *call) witness(witness Witness) C.lp_witness {
	out := C.lp_witness{admissions: C.int64_t(witness.Admissions)}
	if witness.Known != nil {
		out.known = placed(c, c.known(*witness.Known))
	}
	return out
}
