package livepermit

// #include <livepermit.h>
import "C"

import "time"

// UnverifiedSetup is a setup that was read and is not verified: anybody can make one with any
// content.
type UnverifiedSetup struct {
	// Bytes are the bytes, for [AcceptFirstSetup] and [AcceptNextSetup].
	Bytes []byte
	// Gate is the name that the setup gives the gate.
	Gate string
	// Version is the number that the setup claims to have.
	Version int64
}

// SetupTrustList says where a gate fetches the keys that it trusts: the arguments of
// [NewTrustAnchor].
type SetupTrustList struct {
	// Name is the name of the list.
	Name string
	// Roots sign the list.
	Roots []*PublicKey
	// LowestVersion is the lowest version that is accepted.
	LowestVersion int64
	// Address says where the list is.
	Address string
}

// RelayAccess says where the gates of a zone share their memory.
type RelayAccess struct {
	// Address is the address of the relay.
	Address string
	// Key is the secret that this gate and the relay share: 32 bytes.
	Key []byte
}

// String leaves the key out.
func (r RelayAccess) String() string { return "the relay at " + r.Address }

// GoString leaves the key out.
func (r RelayAccess) GoString() string { return r.String() }

// GateSetup is a setup that this gate accepted. Store Bytes, and give them to [StoredSetup] after a
// restart.
type GateSetup struct {
	// Bytes are the bytes to store. They hold the key of the relay.
	Bytes []byte
	// Version is the number of this setup. Every later setup of the gate has a higher number.
	Version int64
	// IssuedAt says when it was made.
	IssuedAt time.Time
	// Operator is the key that signs the next setup.
	Operator *PublicKey
	// Settings are the place and the rules of the gate, ready for [NewGate].
	Settings GateSettings
	// Keys are trusted until the next setup; nil with a TrustList.
	Keys []TrustedKey
	// TrustList has the keys that the gate trusts; nil: Keys are all.
	TrustList *SetupTrustList
	// StatusLists says where the gate fetches the lists of withdrawn permits.
	StatusLists []string
	// Relay says where the gate shares its memory of used codes; nil: it is alone.
	Relay *RelayAccess
	// Retention says how long the memory of used codes remembers.
	Retention Retention
}

// ReadSetup reads the text of a setup: that of a QR code, or of a link. Codes of the error:
// "setup-not-ours", "setup-malformed", and others of setups.
func ReadSetup(text string) (*UnverifiedSetup, error) {
	return readSetup(func(c *call, out *C.lp_unverified_setup) func() C.lp_result {
		in := c.text(text)
		return func() C.lp_result { return C.lp_setup_read(in, out, c.buffer, c.why) }
	})
}

// ReadSetupBytes reads the bytes of a setup.
func ReadSetupBytes(setup []byte) (*UnverifiedSetup, error) {
	return readSetup(func(c *call, out *C.lp_unverified_setup) func() C.lp_result {
		in := c.bytes(setup)
		return func() C.lp_result { return C.lp_setup_read_bytes(in, out, c.buffer, c.why) }
	})
}

func readSetup(
	prepare func(*call, *C.lp_unverified_setup) func() C.lp_result,
) (*UnverifiedSetup, error) {
	c := begin()
	defer c.endWiped()
	out := one[C.lp_unverified_setup](c)
	if err := c.run(prepare(c, out)); err != nil {
		return nil, err
	}
	return &UnverifiedSetup{
		Bytes: bytesOf(out.bytes), Gate: textOf(out.gate), Version: int64(out.version),
	}, nil
}

// SetupCheckNumber gives the check number of a setup: twelve digits in three groups, for the person
// who compares the operator's screen with the gate's. It takes a phone a fifth of a second.
func SetupCheckNumber(setup []byte) (string, error) {
	c := begin()
	defer c.endWiped()
	in, out := c.bytes(setup), one[C.lp_text](c)
	err := c.run(func() C.lp_result {
		return C.lp_setup_check_number(in, out, c.buffer, c.why)
	})
	if err != nil {
		return "", err
	}
	return textOf(*out), nil
}

// AcceptFirstSetup accepts the first setup of a gate. compared is the check number as the operator's
// screen shows it: what a person typed, or that of [SetupCheckNumber] after a person said that both
// screens show the same. Codes of the error: those of setups, such as "setup-other-number".
func AcceptFirstSetup(
	setup []byte, compared string, now time.Time, skew Seconds,
) (*GateSetup, error) {
	return acceptSetup(func(c *call, out *C.lp_gate_setup) func() C.lp_result {
		in, digits := c.bytes(setup), c.text(compared)
		return func() C.lp_result {
			return C.lp_setup_accept_first(
				in, digits, seconds(now), C.int64_t(skew), out, c.buffer, c.why,
			)
		}
	})
}

// AcceptNextSetup accepts a later setup of a gate that has held now: the bytes that it stored. After
// an error, such as "setup-unknown-key", the gate keeps the setup that it has.
func AcceptNextSetup(setup, held []byte, now time.Time, skew Seconds) (*GateSetup, error) {
	return acceptSetup(func(c *call, out *C.lp_gate_setup) func() C.lp_result {
		in, before := c.bytes(setup), c.bytes(held)
		return func() C.lp_result {
			return C.lp_setup_accept_next(
				in, before, seconds(now), C.int64_t(skew), out, c.buffer, c.why,
			)
		}
	})
}

// StoredSetup reads a setup that this gate accepted before, from its own storage. No signature is
// checked.
func StoredSetup(setup []byte) (*GateSetup, error) {
	return acceptSetup(func(c *call, out *C.lp_gate_setup) func() C.lp_result {
		in := c.bytes(setup)
		return func() C.lp_result { return C.lp_setup_stored(in, out, c.buffer, c.why) }
	})
}

func acceptSetup(prepare func(*call, *C.lp_gate_setup) func() C.lp_result) (*GateSetup, error) {
	c := begin()
	defer c.endWiped()
	out := one[C.lp_gate_setup](c)
	if err := c.run(prepare(c, out)); err != nil {
		return nil, err
	}
	return setupOf(out)
}

func setupOf(out *C.lp_gate_setup) (*GateSetup, error) {
	operator, err := PublicKeyFromCOSEKey(bytesOf(out.operator_key))
	if err != nil {
		return nil, err
	}
	setup := &GateSetup{
		Bytes:       bytesOf(out.bytes),
		Version:     int64(out.version),
		IssuedAt:    timeOf(out.issued_at),
		Operator:    operator,
		Settings:    settingsOf(&out.settings),
		StatusLists: textsOf(out.status_lists),
		Retention:   retentionOf(&out.retention),
	}
	if list := out.trust_list; list != nil {
		roots, err := keysOf(list.roots)
		if err != nil {
			return nil, err
		}
		setup.TrustList = &SetupTrustList{
			Name:          textOf(list.name),
			Roots:         roots,
			LowestVersion: int64(list.lowest_version),
			Address:       textOf(list.address),
		}
	} else if setup.Keys, err = trustedKeysOf(out.keys); err != nil {
		return nil, err
	}
	if out.relay_address.data != nil {
		setup.Relay = &RelayAccess{
			Address: textOf(out.relay_address), Key: bytesOf(out.relay_key),
		}
	}
	return setup, nil
}
