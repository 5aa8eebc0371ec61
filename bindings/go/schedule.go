package livepermit

// #include <livepermit.h>
import "C"

import (
	"time"
	"unsafe"
)

// Schedule has the times of the codes of one credential: when to sign the next code, and when to
// show it. The uptime is a clock that nobody can set, such as [time.Since] of the start; its
// milliseconds count.
type Schedule struct{ *handle }

// Slot is a code that the schedule orders.
type Slot struct {
	// Number is the number of the code.
	Number int64
	// IssuedAt is the time to be signed.
	IssuedAt time.Time
}

// Screen says what to show.
type Screen uint32

// The screens.
const (
	// ScreenCode: the code of the slot.
	ScreenCode Screen = C.LP_SCREEN_CODE
	// ScreenWaiting: no code is ready.
	ScreenWaiting Screen = C.LP_SCREEN_WAITING
	// ScreenNotYetValid: the credential is not valid yet, by this clock.
	ScreenNotYetValid Screen = C.LP_SCREEN_NOT_YET_VALID
	// ScreenEnded: the credential has ended.
	ScreenEnded Screen = C.LP_SCREEN_ENDED
)

// ScheduleStep says what to do now.
type ScheduleStep struct {
	// Screen says what to show.
	Screen Screen
	// Shown is the slot of the code, with [ScreenCode].
	Shown Slot
	// Time says from when on, with [ScreenNotYetValid], or since when, with [ScreenEnded]. Else it
	// is the zero Time.
	Time time.Time
	// Prepare is the slot of a code to be signed now, or nil.
	Prepare *Slot
	// ClockChanged says by how much somebody changed the clock, or is nil.
	ClockChanged *Seconds
	// Fetch says whether to fetch the next credential.
	Fetch bool
	// Wake says when to ask again: an uptime.
	Wake time.Duration
}

// Arrival says what became of a code that was signed.
type Arrival uint32

// The arrivals.
const (
	// ArrivalAccepted: the code will be shown.
	ArrivalAccepted Arrival = C.LP_ARRIVAL_ACCEPTED
	// ArrivalTooLate: the code came too late.
	ArrivalTooLate Arrival = C.LP_ARRIVAL_TOO_LATE
	// ArrivalWithdrawn: the schedule does not want the code any more.
	ArrivalWithdrawn Arrival = C.LP_ARRIVAL_WITHDRAWN
)

// Countdown says how long the shown code still lives.
type Countdown struct {
	// ToNext is the time to the next code.
	ToNext time.Duration
	// Refresh is the time between two codes.
	Refresh time.Duration
	// LifeLeft is the time for which the code is still live.
	LifeLeft time.Duration
	// Life is the time for which a code is live.
	Life time.Duration
}

// NewSchedule makes a schedule for a credential: a new code in each refresh.
func NewSchedule(notBefore, expires time.Time, window, refresh Seconds) (*Schedule, error) {
	c := begin()
	defer c.end()
	place := c.place()
	err := c.run(func() C.lp_result {
		return C.lp_schedule_new(
			seconds(notBefore), seconds(expires), C.int64_t(window), C.int64_t(refresh),
			(**C.lp_schedule)(unsafe.Pointer(place)), c.why,
		)
	})
	if err != nil {
		return nil, err
	}
	return &Schedule{newHandle(*place, func(schedule unsafe.Pointer) {
		C.lp_schedule_free((*C.lp_schedule)(schedule))
	})}, nil
}

func (c *call) schedule(s *Schedule) *C.lp_schedule {
	if s == nil {
		s = new(Schedule)
	}
	return (*C.lp_schedule)(c.use(s.handle, "the schedule"))
}

// Renew goes on with the next credential.
func (s *Schedule) Renew(notBefore, expires time.Time, window, refresh Seconds) error {
	c := begin()
	defer c.end()
	schedule := c.schedule(s)
	return c.run(func() C.lp_result {
		return C.lp_schedule_renew(
			schedule, seconds(notBefore), seconds(expires), C.int64_t(window), C.int64_t(refresh),
			c.why,
		)
	})
}

// At says what to do now, by the wall clock and by the uptime.
func (s *Schedule) At(wall time.Time, uptime time.Duration) (ScheduleStep, error) {
	c := begin()
	defer c.end()
	schedule, step := c.schedule(s), one[C.lp_schedule_step](c)
	err := c.run(func() C.lp_result {
		return C.lp_schedule_at(schedule, seconds(wall), millis(uptime), step, c.why)
	})
	if err != nil {
		return ScheduleStep{}, err
	}
	out := ScheduleStep{
		Screen:       Screen(step.screen),
		ClockChanged: maybeNumberOf[Seconds](step.clock_changed),
		Fetch:        bool(step.fetch),
		Wake:         millisOf(step.wake),
	}
	switch out.Screen {
	case ScreenCode:
		out.Shown = slotOf(step.shown)
	case ScreenNotYetValid, ScreenEnded:
		out.Time = timeOf(step.time)
	}
	if step.has_prepare {
		prepare := slotOf(step.prepare)
		out.Prepare = &prepare
	}
	return out, nil
}

func slotOf(slot C.lp_slot) Slot {
	return Slot{Number: int64(slot.number), IssuedAt: timeOf(slot.issued_at)}
}

func slotFor(slot Slot) C.lp_slot {
	return C.lp_slot{number: C.int64_t(slot.Number), issued_at: seconds(slot.IssuedAt)}
}

// Prepared says that the code of a slot is signed. The code of the error is "slot-unknown" if the
// schedule did not order the slot.
func (s *Schedule) Prepared(slot Slot, uptime time.Duration) (Arrival, error) {
	c := begin()
	defer c.end()
	schedule, out := c.schedule(s), one[C.lp_arrival](c)
	err := c.run(func() C.lp_result {
		return C.lp_schedule_prepared(schedule, slotFor(slot), millis(uptime), out, c.why)
	})
	return Arrival(*out), err
}

// Failed says that the signature of a slot failed. The schedule orders another one.
func (s *Schedule) Failed(slot Slot, uptime time.Duration) error {
	c := begin()
	defer c.end()
	schedule := c.schedule(s)
	return c.run(func() C.lp_result {
		return C.lp_schedule_failed(schedule, slotFor(slot), millis(uptime), c.why)
	})
}

// Remaining says how long the shown code still lives. It is nil if no code is shown.
func (s *Schedule) Remaining(wall time.Time, uptime time.Duration) (*Countdown, error) {
	c := begin()
	defer c.end()
	schedule, out := c.schedule(s), one[C.lp_countdown](c)
	err := c.run(func() C.lp_result {
		return C.lp_schedule_remaining(schedule, seconds(wall), millis(uptime), out, c.why)
	})
	if err != nil || !bool(out.is_present) {
		return nil, err
	}
	return &Countdown{
		ToNext:   millisOf(out.to_next),
		Refresh:  millisOf(out.refresh),
		LifeLeft: millisOf(out.life_left),
		Life:     millisOf(out.life),
	}, nil
}

// FetchFrom says from when on the next credential should be fetched.
func (s *Schedule) FetchFrom() (time.Time, error) {
	c := begin()
	defer c.end()
	schedule, out := c.schedule(s), one[C.int64_t](c)
	err := c.run(func() C.lp_result { return C.lp_schedule_fetch_from(schedule, out, c.why) })
	if err != nil {
		return time.Time{}, err
	}
	return timeOf(*out), nil
}
