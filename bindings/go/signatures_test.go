package livepermit_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"math/big"
	"testing"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

// What the code of the error is, or that the signature is taken.
func attached(t *testing.T, prepared *livepermit.PreparedToken, signature []byte) string {
	t.Helper()
	token, err := prepared.Attach(signature)
	if err == nil {
		check(t, token.Form == livepermit.FormPresentation)
		return "taken"
	}
	check(t, err.(*livepermit.Error).Instruction != "")
	return codeOf(err)
}

func gives(
	t *testing.T, prepared *livepermit.PreparedToken, signature []byte, wanted, what string,
) {
	t.Helper()
	if found := attached(t, prepared, signature); found != wanted {
		t.Errorf("%s: %s, not %s", what, found, wanted)
	}
}

func asked(t *testing.T, signer crypto.Signer) (*livepermit.PreparedToken, []byte) {
	holder := meet(t).holder(t, good(livepermit.PublicKeyFrom(signer.Public()))(t))
	prepared := good(holder.Prepare(livepermit.EveryGate(), now))(t)
	return prepared, good(prepared.Message())(t)
}

func TestFormsOfAP256Signature(t *testing.T) {
	key := good(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	prepared, message := asked(t, key)
	sha := sha256.Sum256(message)
	check(t, string(good(prepared.Digest())(t)) == string(sha[:]))
	order := elliptic.P256().Params().N
	half := new(big.Int).Rsh(order, 1)
	seen := map[string]bool{}
	for attempt := 0; len(seen) < 3 && attempt < 20_000; attempt++ {
		der := good(key.Sign(rand.Reader, sha[:], crypto.SHA256))(t)
		var pair struct{ R, S *big.Int }
		good(asn1.Unmarshal(der, &pair))(t)
		raw := make([]byte, 64)
		pair.R.FillBytes(raw[:32])
		pair.S.FillBytes(raw[32:])
		isShort := len(pair.R.Bytes()) < 32 || len(pair.S.Bytes()) < 32
		kind := map[bool]string{true: "high s", false: "low s"}[pair.S.Cmp(half) > 0]
		if isShort {
			kind = "short r or s"
		}
		if seen[kind] {
			continue
		}
		seen[kind] = true
		gives(t, prepared, der, "taken", kind+" in DER")
		gives(t, prepared, raw, "taken", kind+" raw")
		lost := append(pair.R.Bytes(), pair.S.Bytes()...)
		gives(t, prepared, lost, "taken", kind+" raw, leading zeros lost")
		// The other s is right too.
		new(big.Int).Sub(order, pair.S).FillBytes(raw[32:])
		gives(t, prepared, raw, "taken", kind+", the other s")
	}
	check(t, len(seen) == 3)
	signed := func(digest []byte) []byte {
		return good(key.Sign(rand.Reader, digest, crypto.Hash(0)))(t)
	}
	twice := sha256.Sum256(sha[:])
	gives(t, prepared, signed(twice[:]), "hashed-twice", "a key that hashes by itself")
	long := sha512.Sum384(message)
	gives(t, prepared, signed(long[:]), "other-hash", "SHA-384")
	gives(t, prepared, signed(message[:32]), "not-hashed", "the message as digest")
	gives(t, prepared, signed(twice[:31]), "does-not-verify", "anything else")
	gives(t, prepared, make([]byte, 64), "signature-zeros", "zeros")
	for _, wrong := range [][]byte{nil, {}, {1, 2, 3}, make([]byte, 100_000)} {
		check(t, attached(t, prepared, wrong) != "taken")
	}
	check(t, good(prepared.SignWith(key))(t).Form == livepermit.FormPresentation)
	// A signer of the other kind is told apart too.
	_, edwards := good2(ed25519.GenerateKey(rand.Reader))(t)
	_, err := prepared.SignWith(edwards)
	hasCode(t, err, livepermit.CodeSignerFailed)
}

func TestFormsOfAnEd25519Signature(t *testing.T) {
	_, key := good2(ed25519.GenerateKey(rand.Reader))(t)
	prepared, message := asked(t, key)
	check(t, good(prepared.Digest())(t) == nil)
	signature := ed25519.Sign(key, message)
	gives(t, prepared, signature, "taken", "Ed25519")
	gives(t, prepared, signature[:63], "signature-encoding", "a byte is lost")
	sha := sha256.Sum256(message)
	gives(t, prepared, ed25519.Sign(key, sha[:]), "hashed-twice", "the digest was signed")
	long := sha512.Sum512(message)
	gives(t, prepared, ed25519.Sign(key, long[:]), "other-hash", "the SHA-512 was signed")
	prehashed := good(key.Sign(rand.Reader, long[:], crypto.SHA512))(t)
	gives(t, prepared, prehashed, "prehashed", "Ed25519ph")
	gives(t, prepared, ed25519.Sign(key, []byte("another")), "does-not-verify", "another message")
}
