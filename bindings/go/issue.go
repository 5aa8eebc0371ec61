package livepermit

// #include <livepermit.h>
import "C"

import (
	"crypto"
	"crypto/rand"
	"time"
	"unsafe"
)

// Issuer is an issuer: its name and its public key. The private key stays where it is.
type Issuer struct{ *handle }

// NewIssuer makes an issuer whose key id is the first 8 bytes of the key's thumbprint.
//
// Codes of the error: "key-not-ed25519", and those of names.
func NewIssuer(name string, key *PublicKey) (*Issuer, error) {
	return makeIssuer(func(c *call, issuer **C.lp_issuer) func() C.lp_result {
		called, public := c.text(name), c.key(key, "the key")
		return func() C.lp_result { return C.lp_issuer_new(called, public, issuer, c.why) }
	})
}

// NewIssuerWithKeyID makes an issuer with a key id of its own: 1 to 32 bytes. With [EdDSA] the
// tokens carry the older COSE number -8; such a key signs no credentials.
func NewIssuerWithKeyID(
	name string, key *PublicKey, keyID []byte, algorithm Algorithm,
) (*Issuer, error) {
	return makeIssuer(func(c *call, issuer **C.lp_issuer) func() C.lp_result {
		called, public, id := c.text(name), c.key(key, "the key"), c.bytes(keyID)
		return func() C.lp_result {
			number := C.lp_algorithm(algorithm)
			return C.lp_issuer_with_key_id(called, public, id, number, issuer, c.why)
		}
	})
}

func makeIssuer(prepare func(*call, **C.lp_issuer) func() C.lp_result) (*Issuer, error) {
	c := begin()
	defer c.end()
	place := c.place()
	if err := c.run(prepare(c, (**C.lp_issuer)(unsafe.Pointer(place)))); err != nil {
		return nil, err
	}
	return &Issuer{newHandle(*place, func(issuer unsafe.Pointer) {
		C.lp_issuer_free((*C.lp_issuer)(issuer))
	})}, nil
}

func (c *call) issuer(i *Issuer) *C.lp_issuer {
	if i == nil {
		i = new(Issuer)
	}
	return (*C.lp_issuer)(c.use(i.handle, "the issuer"))
}

// Validity says how long a credential is valid. [DefaultValidity] gives a day.
type Validity struct {
	// Backdate says how long before now the validity begins, for phones and gates with other
	// clocks.
	Backdate Seconds
	// Lifetime says how long after now the validity ends.
	Lifetime Seconds
}

// DefaultValidity gives a day: backdated by 5 minutes, valid for 24 hours from now.
func DefaultValidity() Validity {
	c := begin()
	defer c.end()
	usual := one[C.lp_validity](c)
	// It cannot fail. If it did, a validity of nothing would be refused.
	_ = c.run(func() C.lp_result { return C.lp_validity_default(usual, c.why) })
	return Validity{Backdate: Seconds(usual.backdate), Lifetime: Seconds(usual.lifetime)}
}

// PreparePass prepares a pass: live from now for the permit's window, for [EveryGate] or for
// [OneGate].
//
// Codes of the error: those of claims, "token-too-long", "time-out-of-range",
// "acting-needs-credential".
func (i *Issuer) PreparePass(
	permit Permit, audience Recipient, now time.Time,
) (*PreparedToken, error) {
	return prepareToken(func(c *call, prepared **C.lp_prepared_token) func() C.lp_result {
		issuer, signed, gate := c.issuer(i), c.permit(permit), c.audience(audience)
		return func() C.lp_result {
			return C.lp_issuer_prepare_pass(issuer, signed, gate, seconds(now), prepared, c.why)
		}
	})
}

// PrepareCredential prepares a credential for a device. Before you bind a key, let the phone prove
// that it holds the key.
//
// Codes of the error: those of claims, "token-too-long", "validity-empty", "pinned-to-eddsa".
func (i *Issuer) PrepareCredential(
	permit Permit, deviceKey *PublicKey, validity Validity, now time.Time,
) (*PreparedToken, error) {
	return prepareToken(func(c *call, prepared **C.lp_prepared_token) func() C.lp_result {
		issuer, signed, key := c.issuer(i), c.permit(permit), c.key(deviceKey, "the device key")
		valid := C.lp_validity{
			backdate: C.int64_t(validity.Backdate), lifetime: C.int64_t(validity.Lifetime),
		}
		return func() C.lp_result {
			return C.lp_issuer_prepare_credential(
				issuer, signed, key, valid, seconds(now), prepared, c.why,
			)
		}
	})
}

// PrepareSlip prepares a slip for paper. The permit names a person and a status. Print
// checkNumber, 6 to 12 digits, beside the code.
//
// Codes of the error: those of claims, "token-too-long", "validity-empty".
func (i *Issuer) PrepareSlip(
	permit Permit, checkNumber string, notBefore, expires time.Time,
) (*PreparedToken, error) {
	return prepareToken(func(c *call, prepared **C.lp_prepared_token) func() C.lp_result {
		issuer, signed, number := c.issuer(i), c.permit(permit), c.text(checkNumber)
		return func() C.lp_result {
			return C.lp_issuer_prepare_slip(
				issuer, signed, number, seconds(notBefore), seconds(expires), prepared, c.why,
			)
		}
	})
}

// PreparedToken is a token that lacks its signature.
type PreparedToken struct{ *handle }

func prepareToken(
	prepare func(*call, **C.lp_prepared_token) func() C.lp_result,
) (*PreparedToken, error) {
	c := begin()
	defer c.end()
	place := c.place()
	if err := c.run(prepare(c, (**C.lp_prepared_token)(unsafe.Pointer(place)))); err != nil {
		return nil, err
	}
	return &PreparedToken{newHandle(*place, func(prepared unsafe.Pointer) {
		C.lp_prepared_token_free((*C.lp_prepared_token)(prepared))
	})}, nil
}

func (c *call) prepared(t *PreparedToken) *C.lp_prepared_token {
	if t == nil {
		t = new(PreparedToken)
	}
	return (*C.lp_prepared_token)(c.use(t.handle, "the prepared token"))
}

// Message gives the bytes to sign. A signer that hashes by itself gets these.
func (t *PreparedToken) Message() ([]byte, error) {
	c := begin()
	defer c.end()
	prepared, out := c.prepared(t), one[C.lp_bytes](c)
	err := c.run(func() C.lp_result {
		return C.lp_prepared_token_message(prepared, out, c.buffer, c.why)
	})
	if err != nil {
		return nil, err
	}
	return bytesOf(*out), nil
}

// Digest gives the SHA-256 of the message, for a P-256 signer that does not hash. It is nil for
// Ed25519.
func (t *PreparedToken) Digest() ([]byte, error) {
	c := begin()
	defer c.end()
	prepared, out := c.prepared(t), one[C.lp_bytes](c)
	err := c.run(func() C.lp_result {
		return C.lp_prepared_token_digest(prepared, out, c.buffer, c.why)
	})
	if err != nil {
		return nil, err
	}
	return bytesOf(*out), nil
}

// Attach takes a signature in any form that signers give: 64 raw bytes, DER, lost zeros, high s.
// Only a signature of the right key over the message is attached.
//
// Codes of the error: "signature-encoding", "signature-zeros", "hashed-twice", "not-hashed",
// "other-hash", "prehashed", "other-bytes", "does-not-verify". The instruction says what to change
// at the signer.
func (t *PreparedToken) Attach(signature []byte) (*Token, error) {
	c := begin()
	defer c.end()
	prepared, in, out := c.prepared(t), c.bytes(signature), one[C.lp_token](c)
	err := c.run(func() C.lp_result {
		return C.lp_prepared_token_attach(prepared, in, out, c.buffer, c.why)
	})
	return tokenOf(out, err)
}

// Sign signs with a key in memory. The code of the error is "other-key" if the key is of another
// pair.
func (t *PreparedToken) Sign(key *SecretKey) (*Token, error) {
	c := begin()
	defer c.end()
	prepared, secret, out := c.prepared(t), c.secretKey(key), one[C.lp_token](c)
	err := c.run(func() C.lp_result {
		return C.lp_prepared_token_sign(prepared, secret, out, c.buffer, c.why)
	})
	return tokenOf(out, err)
}

// SignWith signs with any signer: [crypto/ed25519.PrivateKey], [*crypto/ecdsa.PrivateKey], a key
// of a cloud or of PKCS #11. Signers of P-256 get the digest and [crypto.SHA256].
//
// The code of the error is [CodeSignerFailed] if the signer gave an error, or one of those of
// Attach.
func (t *PreparedToken) SignWith(signer crypto.Signer) (*Token, error) {
	digest, err := t.Digest()
	if err != nil {
		return nil, err
	}
	hash, input := crypto.SHA256, digest
	if digest == nil {
		hash = crypto.Hash(0)
		if input, err = t.Message(); err != nil {
			return nil, err
		}
	}
	signature, err := sign(signer, input, hash)
	if err != nil {
		return nil, err
	}
	return t.Attach(signature)
}

func sign(signer crypto.Signer, input []byte, hash crypto.Hash) ([]byte, error) {
	if signer == nil {
		return nil, closed("the signer")
	}
	signature, err := signer.Sign(rand.Reader, input, hash)
	if err != nil {
		return nil, failure(CodeSignerFailed, "the signer gave no signature: "+err.Error(), "", err)
	}
	return signature, nil
}
