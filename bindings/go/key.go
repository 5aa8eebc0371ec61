package livepermit

// #include <livepermit.h>
import "C"

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"unsafe"
)

// Algorithm is an algorithm of signatures.
type Algorithm uint32

// The algorithms.
const (
	// Ed25519 by its own number (RFC 9864).
	Ed25519 Algorithm = C.LP_ALGORITHM_ED25519
	// EdDSA is Ed25519 by the number of all Edwards curves (RFC 9053).
	EdDSA Algorithm = C.LP_ALGORITHM_EDDSA
	// ESP256 is ECDSA with P-256 and SHA-256 (RFC 9864).
	ESP256 Algorithm = C.LP_ALGORITHM_ESP256
)

// String gives the name.
func (a Algorithm) String() string {
	switch a {
	case Ed25519:
		return "Ed25519"
	case EdDSA:
		return "EdDSA"
	case ESP256:
		return "ESP256"
	}
	return "unknown algorithm"
}

// PublicKey is a public key. It does not change.
type PublicKey struct {
	algorithm                           Algorithm
	coseKey, spkiDER, point, thumbprint []byte
	spkiPEM                             string
}

// PublicKeyFrom takes a key of the standard library: [crypto/ed25519.PublicKey], or
// [*crypto/ecdsa.PublicKey] with P-256. It is what the method Public of a [crypto.Signer] gives.
//
// The error has the code [CodeKeyUnsupported], or another of keys.
func PublicKeyFrom(key crypto.PublicKey) (*PublicKey, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		reason := "the key is neither Ed25519 nor P-256"
		return nil, failure(CodeKeyUnsupported, reason, "Take a key of one of these kinds.", err)
	}
	return PublicKeyFromSPKIDER(der)
}

// PublicKeyFromCOSEKey reads a COSE_Key (RFC 9052 section 7), in its one deterministic form.
func PublicKeyFromCOSEKey(coseKey []byte) (*PublicKey, error) {
	return readKey(func(c *call, key *C.lp_public_key) func() C.lp_result {
		in := c.bytes(coseKey)
		return func() C.lp_result {
			return C.lp_public_key_from_cose_key(in, key, c.buffer, c.why)
		}
	})
}

// PublicKeyFromSPKIDER reads a SubjectPublicKeyInfo in DER (RFC 5280).
func PublicKeyFromSPKIDER(der []byte) (*PublicKey, error) {
	return readKey(func(c *call, key *C.lp_public_key) func() C.lp_result {
		in := c.bytes(der)
		return func() C.lp_result {
			return C.lp_public_key_from_spki_der(in, key, c.buffer, c.why)
		}
	})
}

// PublicKeyFromSPKIPEM reads a SubjectPublicKeyInfo in PEM.
func PublicKeyFromSPKIPEM(pem string) (*PublicKey, error) {
	return readKey(func(c *call, key *C.lp_public_key) func() C.lp_result {
		in := c.text(pem)
		return func() C.lp_result {
			return C.lp_public_key_from_spki_pem(in, key, c.buffer, c.why)
		}
	})
}

// PublicKeyFromPoint reads a point: 32 bytes of Ed25519, or a point of P-256 (SEC 1).
func PublicKeyFromPoint(point []byte) (*PublicKey, error) {
	return readKey(func(c *call, key *C.lp_public_key) func() C.lp_result {
		in := c.bytes(point)
		return func() C.lp_result {
			return C.lp_public_key_from_point(in, key, c.buffer, c.why)
		}
	})
}

func readKey(read func(*call, *C.lp_public_key) func() C.lp_result) (*PublicKey, error) {
	c := begin()
	defer c.end()
	key := one[C.lp_public_key](c)
	if err := c.run(read(c, key)); err != nil {
		return nil, err
	}
	return &PublicKey{
		algorithm:  Algorithm(key.algorithm),
		coseKey:    bytesOf(key.cose_key),
		spkiDER:    bytesOf(key.spki_der),
		spkiPEM:    textOf(key.spki_pem),
		point:      bytesOf(key.point),
		thumbprint: bytesOf(key.thumbprint),
	}, nil
}

// Algorithm gives the algorithm.
func (k *PublicKey) Algorithm() Algorithm { return k.algorithm }

// COSEKey gives the key as COSE_Key.
func (k *PublicKey) COSEKey() []byte { return bytes.Clone(k.coseKey) }

// SPKIDER gives the key as SubjectPublicKeyInfo in DER.
func (k *PublicKey) SPKIDER() []byte { return bytes.Clone(k.spkiDER) }

// SPKIPEM gives the key as SubjectPublicKeyInfo in PEM.
func (k *PublicKey) SPKIPEM() string { return k.spkiPEM }

// Point gives 32 bytes of Ed25519, or 33 of P-256 in its compressed form.
func (k *PublicKey) Point() []byte { return bytes.Clone(k.point) }

// Thumbprint gives the SHA-256 thumbprint (RFC 9679): 32 bytes.
func (k *PublicKey) Thumbprint() []byte { return bytes.Clone(k.thumbprint) }

// Crypto gives the key as the standard library has it: [crypto/ed25519.PublicKey] or
// [*crypto/ecdsa.PublicKey].
func (k *PublicKey) Crypto() (crypto.PublicKey, error) {
	key, err := x509.ParsePKIXPublicKey(k.spkiDER)
	if err != nil {
		return nil, failure(CodeKeyUnsupported, "Go does not read the key", "", err)
	}
	return key, nil
}

// Equal reports whether both are the same key.
func (k *PublicKey) Equal(other *PublicKey) bool {
	return k != nil && other != nil && bytes.Equal(k.coseKey, other.coseKey)
}

func (c *call) key(key *PublicKey, what string) C.lp_bytes {
	if key == nil {
		c.fail(closed(what))
		return C.lp_bytes{}
	}
	return c.bytes(key.coseKey)
}

// SecretKey is a private key in the memory of this process, which is overwritten when the key is
// closed. Keys in a keystore sign by SignWith of [PreparedToken].
type SecretKey struct{ *handle }

// GenerateEd25519 makes a key from the randomness of the operating system.
func GenerateEd25519() (*SecretKey, error) {
	return makeKey(func(c *call, key **C.lp_secret_key) C.lp_result {
		return C.lp_secret_key_generate_ed25519(key, c.why)
	})
}

// GenerateP256 makes a key from the randomness of the operating system.
func GenerateP256() (*SecretKey, error) {
	return makeKey(func(c *call, key **C.lp_secret_key) C.lp_result {
		return C.lp_secret_key_generate_p256(key, c.why)
	})
}

// SecretKeyFromPKCS8PEM reads a PKCS #8 key in PEM, not encrypted. The caller overwrites pem.
func SecretKeyFromPKCS8PEM(pem []byte) (*SecretKey, error) {
	return makeKey(func(c *call, key **C.lp_secret_key) C.lp_result {
		in := c.bytes(pem)
		text := C.lp_text{data: (*C.char)(unsafe.Pointer(in.data)), length: in.length}
		return C.lp_secret_key_from_pkcs8_pem(text, key, c.why)
	})
}

// SecretKeyFromPKCS8DER reads a PKCS #8 key in DER, not encrypted. The caller overwrites der.
func SecretKeyFromPKCS8DER(der []byte) (*SecretKey, error) {
	return makeKey(func(c *call, key **C.lp_secret_key) C.lp_result {
		return C.lp_secret_key_from_pkcs8_der(c.bytes(der), key, c.why)
	})
}

// SecretKeyFromEd25519Seed takes the 32 bytes of a key (RFC 8032). The caller overwrites seed.
func SecretKeyFromEd25519Seed(seed []byte) (*SecretKey, error) {
	return makeKey(func(c *call, key **C.lp_secret_key) C.lp_result {
		return C.lp_secret_key_from_ed25519_seed(c.bytes(seed), key, c.why)
	})
}

// SecretKeyFromP256Scalar takes the 32 bytes of a key. The caller overwrites scalar.
func SecretKeyFromP256Scalar(scalar []byte) (*SecretKey, error) {
	return makeKey(func(c *call, key **C.lp_secret_key) C.lp_result {
		return C.lp_secret_key_from_p256_scalar(c.bytes(scalar), key, c.why)
	})
}

func makeKey(read func(*call, **C.lp_secret_key) C.lp_result) (*SecretKey, error) {
	c := begin()
	defer c.endWiped()
	place := c.place()
	err := c.run(func() C.lp_result { return read(c, (**C.lp_secret_key)(unsafe.Pointer(place))) })
	if err != nil {
		return nil, err
	}
	return &SecretKey{newHandle(*place, func(key unsafe.Pointer) {
		C.lp_secret_key_free((*C.lp_secret_key)(key))
	})}, nil
}

// PKCS8PEM gives the key as PKCS #8 in PEM, with its secret. The caller overwrites the bytes.
func (k *SecretKey) PKCS8PEM() ([]byte, error) {
	c := begin()
	defer c.endWiped()
	key, pem := c.secretKey(k), one[C.lp_text](c)
	err := c.run(func() C.lp_result {
		return C.lp_secret_key_to_pkcs8_pem(key, pem, c.buffer, c.why)
	})
	if err != nil {
		return nil, err
	}
	return bytesOf(C.lp_bytes{data: (*C.uint8_t)(unsafe.Pointer(pem.data)), length: pem.length}), nil
}

// Public gives the public half.
func (k *SecretKey) Public() (*PublicKey, error) {
	return readKey(func(c *call, half *C.lp_public_key) func() C.lp_result {
		key := c.secretKey(k)
		return func() C.lp_result { return C.lp_secret_key_public(key, half, c.buffer, c.why) }
	})
}

func (c *call) secretKey(k *SecretKey) *C.lp_secret_key {
	if k == nil {
		k = new(SecretKey)
	}
	return (*C.lp_secret_key)(c.use(k.handle, "the secret key"))
}
