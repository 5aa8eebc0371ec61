package livepermit

// #include <livepermit.h>
import "C"

import (
	"fmt"
	"math"
	"time"
)

// Seconds is a span of whole seconds. The longest spans of the format do not fit into a
// [time.Duration], and fractions have no meaning there.
type Seconds int64

// SecondsOf takes a span that has whole seconds.
//
// The error has the code [CodeNotWholeSeconds] if there is a fraction: nothing is rounded.
func SecondsOf(span time.Duration) (Seconds, error) {
	if span%time.Second != 0 {
		reason := fmt.Sprintf("%v has a fraction of a second", span)
		return 0, failure(CodeNotWholeSeconds, reason, "Round the span as the rule wants it.", nil)
	}
	return Seconds(span / time.Second), nil
}

// Duration gives the span as a [time.Duration]: at most 292 years.
func (s Seconds) Duration() time.Duration {
	return scaled(int64(s), time.Second)
}

// UnixTime is a time in the memory of used codes: seconds since 1970, as a database keeps it.
type UnixTime int64

// UnixOf gives the second in which a time lies.
func UnixOf(t time.Time) UnixTime { return UnixTime(t.Unix()) }

// Time gives the time as a [time.Time] in UTC.
func (t UnixTime) Time() time.Time { return time.Unix(int64(t), 0).UTC() }

func scaled(number int64, unit time.Duration) time.Duration {
	if number > math.MaxInt64/int64(unit) {
		return math.MaxInt64
	}
	if number < math.MinInt64/int64(unit) {
		return math.MinInt64
	}
	return time.Duration(number) * unit
}

func seconds(t time.Time) C.int64_t { return C.int64_t(t.Unix()) }

func timeOf(seconds C.int64_t) time.Time { return UnixTime(seconds).Time() }

// The zero Time is absent.
func maybeSeconds(t time.Time) C.lp_optional {
	if t.IsZero() {
		return C.lp_optional{}
	}
	return C.lp_optional{is_present: true, value: seconds(t)}
}

func maybeTimeOf(number C.lp_optional) time.Time {
	if !number.is_present {
		return time.Time{}
	}
	return timeOf(number.value)
}

func maybeNumber[T ~int64](number *T) C.lp_optional {
	if number == nil {
		return C.lp_optional{}
	}
	return C.lp_optional{is_present: true, value: C.int64_t(*number)}
}

func maybeNumberOf[T ~int64](number C.lp_optional) *T {
	if !number.is_present {
		return nil
	}
	value := T(number.value)
	return &value
}

// A clock or a span in milliseconds. What is less than one is left out.
func millis(span time.Duration) C.int64_t { return C.int64_t(span.Milliseconds()) }

func millisOf(number C.int64_t) time.Duration { return scaled(int64(number), time.Millisecond) }
