package livepermit

// #include <livepermit.h>
import "C"

import (
	"time"
	"unsafe"
)

// Use says what a key may sign, or several such things, combined with |.
type Use uint32

// The uses.
const (
	// UseCredential: credentials.
	UseCredential Use = C.LP_USE_CREDENTIAL
	// UsePass: passes.
	UsePass Use = C.LP_USE_PASS
	// UseSlip: slips.
	UseSlip Use = C.LP_USE_SLIP
	// UseStatus: status lists.
	UseStatus Use = C.LP_USE_STATUS
)

// String gives the names, such as "pass" or "pass|slip".
func (u Use) String() string {
	return names(u, []string{"credential", "pass", "slip", "status"})
}

// TrustedKey is a key of an issuer, and what the key may sign. [NewTrustedKey] makes one.
type TrustedKey struct {
	// Issuer is the issuer.
	Issuer string
	// Key is the public key.
	Key *PublicKey
	// KeyID is the id of the key; nil: the first 8 bytes of its thumbprint.
	KeyID []byte
	// Algorithm is the algorithm.
	Algorithm Algorithm
	// Uses says what the key may sign.
	Uses Use
	// Classes are the classes for which the key may sign.
	Classes []string
	// NotBefore is the first second in which the key may sign; the zero Time: no limit.
	NotBefore time.Time
	// SignUntil is the first second in which the key may not sign any more; the zero Time: no
	// limit.
	SignUntil time.Time
	// Expires is the first second in which nothing of the key is accepted; the zero Time: no
	// limit.
	Expires time.Time
}

// NewTrustedKey makes a key that may sign for these classes, with the algorithm of the key and
// without limits of time.
func NewTrustedKey(issuer string, key *PublicKey, uses Use, classes ...string) TrustedKey {
	trusted := TrustedKey{Issuer: issuer, Key: key, Uses: uses, Classes: classes}
	if key != nil {
		trusted.Algorithm = key.algorithm
	}
	return trusted
}

func (c *call) trustedKeys(keys []TrustedKey) *C.lp_trusted_key {
	items := several[C.lp_trusted_key](c, len(keys))
	for i, key := range keys {
		items[i] = C.lp_trusted_key{
			issuer:     c.text(key.Issuer),
			key:        c.key(key.Key, "a trusted key"),
			key_id:     c.maybeBytes(key.KeyID),
			algorithm:  C.lp_algorithm(key.Algorithm),
			uses:       C.lp_uses(key.Uses),
			classes:    c.texts(key.Classes),
			not_before: maybeSeconds(key.NotBefore),
			sign_until: maybeSeconds(key.SignUntil),
			expires:    maybeSeconds(key.Expires),
		}
	}
	return unsafe.SliceData(items)
}

func trustedKeyOf(key *C.lp_trusted_key) (TrustedKey, error) {
	public, err := PublicKeyFromCOSEKey(bytesOf(key.key))
	return TrustedKey{
		Issuer:    textOf(key.issuer),
		Key:       public,
		KeyID:     bytesOf(key.key_id),
		Algorithm: Algorithm(key.algorithm),
		Uses:      Use(key.uses),
		Classes:   textsOf(key.classes),
		NotBefore: maybeTimeOf(key.not_before),
		SignUntil: maybeTimeOf(key.sign_until),
		Expires:   maybeTimeOf(key.expires),
	}, err
}

func (c *call) keys(keys []*PublicKey, what string) C.lp_byte_strings {
	items := several[C.lp_bytes](c, len(keys))
	for i, key := range keys {
		items[i] = c.key(key, what)
	}
	return C.lp_byte_strings{items: unsafe.SliceData(items), count: C.size_t(len(items))}
}

// Trust is a set of keys whose signatures are accepted. Verifiers and gates that were made with it
// go on after Close.
type Trust struct{ *handle }

// NewTrust trusts these keys.
func NewTrust(keys ...TrustedKey) (*Trust, error) {
	return makeTrust(func(c *call, trust **C.lp_trust) func() C.lp_result {
		trusted := c.trustedKeys(keys)
		return func() C.lp_result {
			return C.lp_trust_new(trusted, C.size_t(len(keys)), trust, c.why)
		}
	})
}

func makeTrust(prepare func(*call, **C.lp_trust) func() C.lp_result) (*Trust, error) {
	c := begin()
	defer c.end()
	place := c.place()
	if err := c.run(prepare(c, (**C.lp_trust)(unsafe.Pointer(place)))); err != nil {
		return nil, err
	}
	return newTrust(*place), nil
}

func newTrust(pointer unsafe.Pointer) *Trust {
	return &Trust{newHandle(pointer, func(trust unsafe.Pointer) {
		C.lp_trust_free((*C.lp_trust)(trust))
	})}
}

func (c *call) trust(t *Trust) *C.lp_trust {
	if t == nil {
		t = new(Trust)
	}
	return (*C.lp_trust)(c.use(t.handle, "the trust"))
}

// WithTables gives the same keys with tables in memory, with which signatures are checked sooner.
// The tables take at most so many bytes.
func (t *Trust) WithTables(bytes int64) (*Trust, error) {
	return makeTrust(func(c *call, faster **C.lp_trust) func() C.lp_result {
		trust := c.trust(t)
		return func() C.lp_result {
			return C.lp_trust_with_tables(trust, C.int64_t(bytes), faster, c.why)
		}
	})
}

// Keys gives the trusted keys.
func (t *Trust) Keys() ([]TrustedKey, error) {
	c := begin()
	defer c.end()
	trust, out := c.trust(t), one[C.lp_trusted_keys](c)
	err := c.run(func() C.lp_result { return C.lp_trust_keys(trust, out, c.buffer, c.why) })
	if err != nil {
		return nil, err
	}
	return trustedKeysOf(*out)
}

func trustedKeysOf(keys C.lp_trusted_keys) ([]TrustedKey, error) {
	out := make([]TrustedKey, keys.count)
	items := unsafe.Slice(keys.items, keys.count)
	for i := range items {
		var err error
		if out[i], err = trustedKeyOf(&items[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func keysOf(keys C.lp_byte_strings) ([]*PublicKey, error) {
	out := make([]*PublicKey, keys.count)
	for i, bytes := range unsafe.Slice(keys.items, keys.count) {
		var err error
		if out[i], err = PublicKeyFromCOSEKey(bytesOf(bytes)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// TrustAnchor has the name and the root keys of a trust list, and the state of the last accepted
// one.
type TrustAnchor struct{ *handle }

// TrustState is what a program stores of the last accepted trust list, for the time after a
// restart.
type TrustState struct {
	// Version is the version. Versions from 2^63 - 1 on are told as that number; after a restart no
	// list is newer than such a list.
	Version int64
	// Digest is the SHA-256 of the list: 32 bytes.
	Digest []byte
	// IssuedAt says when the list was signed.
	IssuedAt time.Time
	// Roots are the root keys from then on.
	Roots []*PublicKey
}

// NewTrustAnchor trusts lists of this name that a root signed, from lowestVersion on. state is what
// was stored after the last accepted list, or nil before the first.
func NewTrustAnchor(
	name string, roots []*PublicKey, lowestVersion int64, state *TrustState,
) (*TrustAnchor, error) {
	c := begin()
	defer c.end()
	called, signers, place := c.text(name), c.keys(roots, "a root"), c.place()
	var held *C.lp_trust_state
	if state != nil {
		held = placed(c, C.lp_trust_state{
			version:   C.int64_t(state.Version),
			digest:    c.bytes(state.Digest),
			issued_at: seconds(state.IssuedAt),
			roots:     c.keys(state.Roots, "a root"),
		})
	}
	err := c.run(func() C.lp_result {
		anchor := (**C.lp_trust_anchor)(unsafe.Pointer(place))
		return C.lp_trust_anchor_new(called, signers, C.int64_t(lowestVersion), held, anchor, c.why)
	})
	if err != nil {
		return nil, err
	}
	return &TrustAnchor{newHandle(*place, func(anchor unsafe.Pointer) {
		C.lp_trust_anchor_free((*C.lp_trust_anchor)(anchor))
	})}, nil
}

func (c *call) anchor(a *TrustAnchor) *C.lp_trust_anchor {
	if a == nil {
		a = new(TrustAnchor)
	}
	return (*C.lp_trust_anchor)(c.use(a.handle, "the anchor"))
}

// TrustList is an accepted trust list.
type TrustList struct {
	// Trust has the keys.
	Trust *Trust
	// Name is the name of the list.
	Name string
	// Version is the version.
	Version int64
	// IssuedAt says when the list was signed.
	IssuedAt time.Time
	// Expires is the first second in which the list is not used any more.
	Expires time.Time
	// Skipped are keys that are not used.
	Skipped []SkippedKey
}

// SkippedKey is a key of a trust list that the verifier does not use.
type SkippedKey struct {
	// Index is its place in the list, from 0.
	Index int64
	// Reason says why.
	Reason string
}

// Accept takes in a list. A refused list changes nothing. Codes of the error: see
// [ListRejectionCodes].
func (a *TrustAnchor) Accept(list []byte, now time.Time, skew Seconds) (*TrustList, error) {
	c := begin()
	defer c.end()
	anchor, in, place, facts := c.anchor(a), c.bytes(list), c.place(), one[C.lp_trust_list](c)
	err := c.run(func() C.lp_result {
		trust := (**C.lp_trust)(unsafe.Pointer(place))
		return C.lp_trust_anchor_accept(
			anchor, in, seconds(now), C.int64_t(skew), trust, facts, c.buffer, c.why,
		)
	})
	if err != nil {
		return nil, err
	}
	skipped := make([]SkippedKey, facts.skipped_count)
	for i, key := range unsafe.Slice(facts.skipped, facts.skipped_count) {
		skipped[i] = SkippedKey{Index: int64(key.index), Reason: textOf(key.reason)}
	}
	return &TrustList{
		Trust:    newTrust(*place),
		Name:     textOf(facts.name),
		Version:  int64(facts.version),
		IssuedAt: timeOf(facts.issued_at),
		Expires:  timeOf(facts.expires),
		Skipped:  skipped,
	}, nil
}

// State gives what to store after each accepted list; nil before the first.
func (a *TrustAnchor) State() (*TrustState, error) {
	c := begin()
	defer c.end()
	anchor, isKnown, out := c.anchor(a), one[C.bool](c), one[C.lp_trust_state](c)
	err := c.run(func() C.lp_result {
		return C.lp_trust_anchor_state(anchor, isKnown, out, c.buffer, c.why)
	})
	if err != nil || !bool(*isKnown) {
		return nil, err
	}
	roots := make([]*PublicKey, out.roots.count)
	for i, root := range unsafe.Slice(out.roots.items, out.roots.count) {
		if roots[i], err = PublicKeyFromCOSEKey(bytesOf(root)); err != nil {
			return nil, err
		}
	}
	return &TrustState{
		Version:  int64(out.version),
		Digest:   bytesOf(out.digest),
		IssuedAt: timeOf(out.issued_at),
		Roots:    roots,
	}, nil
}
