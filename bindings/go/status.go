package livepermit

// #include <livepermit.h>
import "C"

import (
	"time"
	"unsafe"
)

// StatusLimits says what a status list may cost. [DefaultStatusLimits] gives the usual ones.
type StatusLimits struct {
	// ListBytes is the greatest length of the signed list.
	ListBytes int64
	// InflatedBytes is the greatest length of its entries.
	InflatedBytes int64
}

// DefaultStatusLimits gives the usual limits.
func DefaultStatusLimits() StatusLimits {
	c := begin()
	defer c.end()
	usual := one[C.lp_status_limits](c)
	// It cannot fail. If it did, every list would be too long.
	_ = c.run(func() C.lp_result { return C.lp_status_limits_default(usual, c.why) })
	return StatusLimits{
		ListBytes: int64(usual.list_bytes), InflatedBytes: int64(usual.inflated_bytes),
	}
}

// HeldList is what a program stores of an accepted status list, so that no older list is accepted
// after a restart.
type HeldList struct {
	// Issuer is the issuer.
	Issuer string
	// URI is the name of the list.
	URI string
	// IssuedAt says when the list was signed.
	IssuedAt time.Time
	// Digest is the SHA-256 of the list: 32 bytes.
	Digest []byte
}

// StatusList is a status list whose signature is verified. Verifiers and gates that were made with
// it go on after Close.
type StatusList struct {
	*handle
	// Held is what to store of the list.
	Held HeldList
	// Bits are the bits of an entry: 1, 2, 4 or 8.
	Bits int
	// Entries is the number of entries.
	Entries int64
	// Expires is the first second in which the list is not used any more; the zero Time: the age
	// that the policy allows counts.
	Expires time.Time
}

// AcceptStatusList takes in a list that a key of the trust signed. held is what was stored of the
// lists before. Codes of the error: see [ListRejectionCodes].
func AcceptStatusList(
	list []byte, trust *Trust, now time.Time, skew Seconds, held []HeldList, limits StatusLimits,
) (*StatusList, error) {
	c := begin()
	defer c.end()
	signed, keys, place := c.bytes(list), c.trust(trust), c.place()
	before := several[C.lp_held_list](c, len(held))
	for i, of := range held {
		before[i] = C.lp_held_list{
			issuer:    c.text(of.Issuer),
			uri:       c.text(of.URI),
			issued_at: seconds(of.IssuedAt),
			digest:    c.bytes(of.Digest),
		}
	}
	most := placed(c, C.lp_status_limits{
		list_bytes: C.int64_t(limits.ListBytes), inflated_bytes: C.int64_t(limits.InflatedBytes),
	})
	err := c.run(func() C.lp_result {
		return C.lp_status_list_accept(
			signed, keys, seconds(now), C.int64_t(skew), unsafe.SliceData(before),
			C.size_t(len(before)), most, (**C.lp_status_list)(unsafe.Pointer(place)), c.why,
		)
	})
	if err != nil {
		return nil, err
	}
	accepted := &StatusList{handle: newHandle(*place, func(list unsafe.Pointer) {
		C.lp_status_list_free((*C.lp_status_list)(list))
	})}
	return accepted, accepted.describe()
}

func (l *StatusList) describe() error {
	c := begin()
	defer c.end()
	list, facts := c.list(l), one[C.lp_status_list_facts](c)
	err := c.run(func() C.lp_result {
		return C.lp_status_list_describe(list, facts, c.buffer, c.why)
	})
	if err != nil {
		return err
	}
	l.Held = HeldList{
		Issuer:   textOf(facts.held.issuer),
		URI:      textOf(facts.held.uri),
		IssuedAt: timeOf(facts.held.issued_at),
		Digest:   bytesOf(facts.held.digest),
	}
	l.Bits, l.Entries = int(facts.bits), int64(facts.entries)
	l.Expires = maybeTimeOf(facts.expires)
	return nil
}

func (c *call) list(l *StatusList) *C.lp_status_list {
	if l == nil {
		l = new(StatusList)
	}
	return (*C.lp_status_list)(c.use(l.handle, "the status list"))
}

func (c *call) lists(lists []*StatusList) (**C.lp_status_list, C.size_t) {
	items := several[*C.lp_status_list](c, len(lists))
	for i, list := range lists {
		items[i] = c.list(list)
	}
	return unsafe.SliceData(items), C.size_t(len(items))
}

// Get gives the value of an entry, such as [StatusWithdrawn]. Beyond the end of the list there is
// none, and isThere is false.
func (l *StatusList) Get(index uint64) (value int64, isThere bool, err error) {
	c := begin()
	defer c.end()
	list, out := c.list(l), one[C.lp_optional](c)
	err = c.run(func() C.lp_result {
		return C.lp_status_list_get(list, C.uint64_t(index), out, c.why)
	})
	return int64(out.value), bool(out.is_present), err
}
