package livepermit

// #include <livepermit.h>
import "C"

import (
	"time"
	"unsafe"
)

// Recipient says for whom a code is made: [EveryGate], [OneGate] or [Answering].
type Recipient struct {
	kind  C.lp_recipient
	gate  string
	nonce []byte
}

// EveryGate is a code for every gate.
func EveryGate() Recipient { return Recipient{kind: C.LP_RECIPIENT_ANYONE} }

// OneGate is a code for one gate.
func OneGate(name string) Recipient { return Recipient{kind: C.LP_RECIPIENT_ONE_GATE, gate: name} }

// Answering is a code for the gate that asked: see [ReadGateCode]. Only a [Holder] makes such
// codes.
func Answering(challenge Challenge) Recipient {
	return Recipient{
		kind: C.LP_RECIPIENT_ASKED, gate: challenge.Gate, nonce: challenge.Nonce,
	}
}

// The audience of a pass.
func (c *call) audience(recipient Recipient) C.lp_text {
	switch recipient.kind {
	case C.LP_RECIPIENT_ANYONE:
		return C.lp_text{}
	case C.LP_RECIPIENT_ONE_GATE:
		return c.text(recipient.gate)
	}
	reason := "a pass is for every gate or for one gate"
	c.fail(failure("value-unknown", reason, "Take EveryGate or OneGate.", nil))
	return C.lp_text{}
}

// Holder is the wallet of one device key.
type Holder struct{ *handle }

// NewHolder makes an empty wallet for a device key.
func NewHolder(deviceKey *PublicKey) (*Holder, error) {
	c := begin()
	defer c.end()
	key, place := c.key(deviceKey, "the device key"), c.place()
	err := c.run(func() C.lp_result {
		return C.lp_holder_new(key, (**C.lp_holder)(unsafe.Pointer(place)), c.why)
	})
	if err != nil {
		return nil, err
	}
	return &Holder{newHandle(*place, func(holder unsafe.Pointer) {
		C.lp_holder_free((*C.lp_holder)(holder))
	})}, nil
}

func (c *call) holder(h *Holder) *C.lp_holder {
	if h == nil {
		h = new(Holder)
	}
	return (*C.lp_holder)(c.use(h.handle, "the holder"))
}

// HeldCredential is a credential in the wallet.
type HeldCredential struct {
	// Bytes are the bytes, to be stored.
	Bytes []byte
	// Issuer is the issuer.
	Issuer string
	// Subject is the number of the permit.
	Subject string
	// Class is the class.
	Class string
	// NotBefore is the first second of its validity.
	NotBefore time.Time
	// Expires is the first second after its validity.
	Expires time.Time
	// Window says for how long a code is live.
	Window Seconds
	// Person is the person, or nil.
	Person *Person
	// Status is the entry of a status list, or nil.
	Status *StatusReference
	// Acting is the representative, or nil.
	Acting *Acting
	// Application has the claims of the application: a CBOR map.
	Application []byte
}

func heldOf(held *C.lp_held_credential) *HeldCredential {
	return &HeldCredential{
		Bytes:       bytesOf(held.bytes),
		Issuer:      textOf(held.issuer),
		Subject:     textOf(held.subject),
		Class:       textOf(held.permit_class),
		NotBefore:   timeOf(held.not_before),
		Expires:     timeOf(held.expires),
		Window:      Seconds(held.window),
		Person:      personOf(held.person),
		Status:      statusOf(held.status),
		Acting:      actingOf(held.acting),
		Application: bytesOf(held.application),
	}
}

// Accept takes in a credential that one of the issuers signed for the device key.
func (h *Holder) Accept(credential []byte, issuers *Trust, now time.Time) (*HeldCredential, error) {
	c := begin()
	defer c.end()
	holder, in, keys := c.holder(h), c.bytes(credential), c.trust(issuers)
	out := one[C.lp_held_credential](c)
	err := c.run(func() C.lp_result {
		return C.lp_holder_accept(holder, in, keys, seconds(now), out, c.buffer, c.why)
	})
	if err != nil {
		return nil, err
	}
	return heldOf(out), nil
}

// Current gives the credential of which codes are made at that time, or nil.
func (h *Holder) Current(now time.Time) (*HeldCredential, error) {
	c := begin()
	defer c.end()
	holder, isHeld, out := c.holder(h), one[C.bool](c), one[C.lp_held_credential](c)
	err := c.run(func() C.lp_result {
		return C.lp_holder_current(holder, seconds(now), isHeld, out, c.buffer, c.why)
	})
	if err != nil || !bool(*isHeld) {
		return nil, err
	}
	return heldOf(out), nil
}

// Prepare prepares a code for the device key's signature.
func (h *Holder) Prepare(recipient Recipient, now time.Time) (*PreparedToken, error) {
	return prepareToken(func(c *call, prepared **C.lp_prepared_token) func() C.lp_result {
		holder, gate, nonce := c.holder(h), c.text(recipient.gate), c.maybeBytes(recipient.nonce)
		return func() C.lp_result {
			return C.lp_holder_prepare(
				holder, recipient.kind, gate, nonce, seconds(now), prepared, c.why,
			)
		}
	})
}

// GateCode is a code that a gate shows to phones: its name, or a question.
type GateCode struct {
	// Gate is the name of the gate.
	Gate string
	// Challenge is the question, or nil.
	Challenge *Challenge
}

// ReadGateCode reads the code that a gate shows.
func ReadGateCode(text string) (GateCode, error) {
	c := begin()
	defer c.end()
	in, out := c.text(text), one[C.lp_gate_code](c)
	err := c.run(func() C.lp_result { return C.lp_read_gate_code(in, out, c.buffer, c.why) })
	if err != nil {
		return GateCode{}, err
	}
	if out.kind == C.LP_GATE_CODE_NAME {
		return GateCode{Gate: textOf(out.challenge.gate)}, nil
	}
	asked := challengeOf(&out.challenge)
	return GateCode{Gate: asked.Gate, Challenge: &asked}, nil
}

// QRText gives the text of a QR code that asks the question.
func (q Challenge) QRText() (string, error) {
	c := begin()
	defer c.end()
	asked, out := c.challenge(&q), one[C.lp_text](c)
	err := c.run(func() C.lp_result { return C.lp_challenge_qr_text(asked, out, c.buffer, c.why) })
	if err != nil {
		return "", err
	}
	return textOf(*out), nil
}

// GateNameQRText gives the text of a QR code that names a gate.
func GateNameQRText(gate string) (string, error) {
	c := begin()
	defer c.end()
	name, out := c.text(gate), one[C.lp_text](c)
	err := c.run(func() C.lp_result { return C.lp_gate_name_qr_text(name, out, c.buffer, c.why) })
	if err != nil {
		return "", err
	}
	return textOf(*out), nil
}
