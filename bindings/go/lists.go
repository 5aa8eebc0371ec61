package livepermit

// #include <livepermit.h>
import "C"

import (
	"crypto"
	"time"
	"unsafe"
)

// PreparedList is a trust list or status list that lacks its signature.
type PreparedList struct{ *handle }

func prepareList(
	prepare func(*call, **C.lp_prepared_list) func() C.lp_result,
) (*PreparedList, error) {
	c := begin()
	defer c.end()
	place := c.place()
	if err := c.run(prepare(c, (**C.lp_prepared_list)(unsafe.Pointer(place)))); err != nil {
		return nil, err
	}
	return &PreparedList{newHandle(*place, func(prepared unsafe.Pointer) {
		C.lp_prepared_list_free((*C.lp_prepared_list)(prepared))
	})}, nil
}

func (c *call) preparedList(l *PreparedList) *C.lp_prepared_list {
	if l == nil {
		l = new(PreparedList)
	}
	return (*C.lp_prepared_list)(c.use(l.handle, "the prepared list"))
}

// Message gives the bytes to sign. Lists are signed with Ed25519.
func (l *PreparedList) Message() ([]byte, error) {
	return l.bytes(func(c *call, list *C.lp_prepared_list, out *C.lp_bytes) func() C.lp_result {
		return func() C.lp_result {
			return C.lp_prepared_list_message(list, out, c.buffer, c.why)
		}
	})
}

// Attach takes the signature, and gives the bytes of the list. Codes of the error: those of
// [PreparedToken.Attach].
func (l *PreparedList) Attach(signature []byte) ([]byte, error) {
	return l.bytes(func(c *call, list *C.lp_prepared_list, out *C.lp_bytes) func() C.lp_result {
		in := c.bytes(signature)
		return func() C.lp_result {
			return C.lp_prepared_list_attach(list, in, out, c.buffer, c.why)
		}
	})
}

// Sign signs with a key in memory, and gives the bytes of the list. The code of the error is
// "other-key" if the key is of another pair.
func (l *PreparedList) Sign(key *SecretKey) ([]byte, error) {
	return l.bytes(func(c *call, list *C.lp_prepared_list, out *C.lp_bytes) func() C.lp_result {
		secret := c.secretKey(key)
		return func() C.lp_result {
			return C.lp_prepared_list_sign(list, secret, out, c.buffer, c.why)
		}
	})
}

// SignWith signs with any signer of Ed25519, and gives the bytes of the list.
func (l *PreparedList) SignWith(signer crypto.Signer) ([]byte, error) {
	message, err := l.Message()
	if err != nil {
		return nil, err
	}
	signature, err := sign(signer, message, crypto.Hash(0))
	if err != nil {
		return nil, err
	}
	return l.Attach(signature)
}

func (l *PreparedList) bytes(
	get func(*call, *C.lp_prepared_list, *C.lp_bytes) func() C.lp_result,
) ([]byte, error) {
	c := begin()
	defer c.end()
	out := one[C.lp_bytes](c)
	if err := c.run(get(c, c.preparedList(l), out)); err != nil {
		return nil, err
	}
	return bytesOf(*out), nil
}

// PrepareTrustList prepares a trust list: the keys that verifiers trust, signed by the root.
// successorRoots may sign the next list, beside the root; without them the roots stay.
//
// Codes of the error: those of keys, of names and of lists. A list that a gate would refuse is not
// prepared.
func PrepareTrustList(
	name string, version int64, keys []TrustedKey, successorRoots []*PublicKey, root *PublicKey,
	now, expires time.Time,
) (*PreparedList, error) {
	return prepareList(func(c *call, prepared **C.lp_prepared_list) func() C.lp_result {
		called, trusted := c.text(name), c.trustedKeys(keys)
		successors, signer := c.keys(successorRoots, "a root"), c.key(root, "the root")
		return func() C.lp_result {
			return C.lp_prepare_trust_list(
				called, C.int64_t(version), trusted, C.size_t(len(keys)), successors, signer,
				seconds(now), seconds(expires), prepared, c.why,
			)
		}
	})
}

// Values of an entry of a status list.
const (
	// StatusValid is a permit that counts.
	StatusValid = 0
	// StatusWithdrawn is a permit that counts no more.
	StatusWithdrawn = 1
	// StatusSuspended is a permit that does not count for now.
	StatusSuspended = 2
)

// StatusListBuilder is the issuer's side of a status list: it gives entries to permits and
// withdraws permits. Store what Stored gives after each change.
type StatusListBuilder struct{ *handle }

// StoredStatusList is what an issuer stores of its list.
type StoredStatusList struct {
	// Values has the values of all entries.
	Values []byte
	// Occupied says which entries were given out: a bit each.
	Occupied []byte
}

// NewStatusListBuilder makes a list of so many entries, a multiple of 8, with 1, 2, 4 or 8 bits
// each.
//
// Codes of the error: "entry-bits", "list-size", and those of names.
func NewStatusListBuilder(uri string, bits int, entries int64) (*StatusListBuilder, error) {
	return makeBuilder(func(c *call, builder **C.lp_status_list_builder) func() C.lp_result {
		name := c.text(uri)
		return func() C.lp_result {
			return C.lp_status_list_builder_new(
				name, C.int64_t(bits), C.int64_t(entries), builder, c.why,
			)
		}
	})
}

// RestoreStatusListBuilder makes a list from what was stored. The code of the error is
// "list-stored" if the parts do not fit together.
func RestoreStatusListBuilder(
	uri string, bits int, stored StoredStatusList,
) (*StatusListBuilder, error) {
	return makeBuilder(func(c *call, builder **C.lp_status_list_builder) func() C.lp_result {
		name := c.text(uri)
		parts := C.lp_status_list_store{
			values: c.bytes(stored.Values), occupied: c.bytes(stored.Occupied),
		}
		return func() C.lp_result {
			return C.lp_status_list_builder_restore(name, C.int64_t(bits), parts, builder, c.why)
		}
	})
}

func makeBuilder(
	prepare func(*call, **C.lp_status_list_builder) func() C.lp_result,
) (*StatusListBuilder, error) {
	c := begin()
	defer c.end()
	place := c.place()
	err := c.run(prepare(c, (**C.lp_status_list_builder)(unsafe.Pointer(place))))
	if err != nil {
		return nil, err
	}
	return &StatusListBuilder{newHandle(*place, func(builder unsafe.Pointer) {
		C.lp_status_list_builder_free((*C.lp_status_list_builder)(builder))
	})}, nil
}

func (c *call) builder(b *StatusListBuilder) *C.lp_status_list_builder {
	if b == nil {
		b = new(StatusListBuilder)
	}
	return (*C.lp_status_list_builder)(c.use(b.handle, "the list"))
}

// Allocate gives a free, random entry to a permit: one for each device, slip, or permit that is
// shown as passes. The code of the error is "list-full" if there is none.
func (b *StatusListBuilder) Allocate() (index uint64, err error) {
	c := begin()
	defer c.end()
	builder, out := c.builder(b), one[C.uint64_t](c)
	err = c.run(func() C.lp_result {
		return C.lp_status_list_builder_allocate(builder, out, c.why)
	})
	return uint64(*out), err
}

// MarkGiven says that an entry was given out, for example after the stored parts were written.
// It tells whether the entry was free.
func (b *StatusListBuilder) MarkGiven(index uint64) (wasFree bool, err error) {
	c := begin()
	defer c.end()
	builder, out := c.builder(b), one[C.bool](c)
	err = c.run(func() C.lp_result {
		return C.lp_status_list_builder_mark_given(builder, C.uint64_t(index), out, c.why)
	})
	return bool(*out), err
}

// Set sets an entry: [StatusValid], [StatusWithdrawn], [StatusSuspended], or a value of the
// application.
func (b *StatusListBuilder) Set(index uint64, value int64) error {
	c := begin()
	defer c.end()
	builder := c.builder(b)
	return c.run(func() C.lp_result {
		return C.lp_status_list_builder_set(builder, C.uint64_t(index), C.int64_t(value), c.why)
	})
}

// Stored gives what to store of the list.
func (b *StatusListBuilder) Stored() (StoredStatusList, error) {
	c := begin()
	defer c.end()
	builder, out := c.builder(b), one[C.lp_status_list_store](c)
	err := c.run(func() C.lp_result {
		return C.lp_status_list_builder_store(builder, out, c.buffer, c.why)
	})
	if err != nil {
		return StoredStatusList{}, err
	}
	return StoredStatusList{Values: bytesOf(out.values), Occupied: bytesOf(out.occupied)}, nil
}

// Prepare prepares the list for the issuer's signature.
func (b *StatusListBuilder) Prepare(
	issuer *Issuer, now, expires time.Time,
) (*PreparedList, error) {
	return prepareList(func(c *call, prepared **C.lp_prepared_list) func() C.lp_result {
		builder, by := c.builder(b), c.issuer(issuer)
		return func() C.lp_result {
			return C.lp_status_list_builder_prepare(
				builder, by, seconds(now), seconds(expires), prepared, c.why,
			)
		}
	})
}
