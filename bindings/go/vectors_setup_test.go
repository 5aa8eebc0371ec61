package livepermit_test

import (
	"encoding/hex"
	"strings"
	"time"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

// What a group needs.

func moment(seconds int64) time.Time { return time.Unix(seconds, 0) }

func (f fields) time(name string) time.Time { return moment(f.number(name)) }

func (f fields) maybeTime(name string) time.Time {
	if !f.has(name) {
		return time.Time{}
	}
	return f.time(name)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func key(coseKey string) *livepermit.PublicKey {
	return must(livepermit.PublicKeyFromCOSEKey(unhex(coseKey)))
}

var algorithms = map[string]livepermit.Algorithm{
	"Ed25519": livepermit.Ed25519, "EdDSA": livepermit.EdDSA, "ESP256": livepermit.ESP256,
}

func trustedKeys(entries []fields) []livepermit.TrustedKey {
	out := make([]livepermit.TrustedKey, len(entries))
	for i, entry := range entries {
		out[i] = livepermit.TrustedKey{
			Issuer:    entry.text("issuer"),
			Key:       key(entry.text("key")),
			KeyID:     entry.bytes("keyId"),
			Algorithm: algorithms[entry.text("algorithm")],
			Uses: bitsOf(entry.texts("uses"), livepermit.UseCredential, livepermit.UsePass,
				livepermit.UseSlip, livepermit.UseStatus),
			Classes:   entry.texts("classes"),
			NotBefore: entry.maybeTime("notBefore"),
			SignUntil: entry.maybeTime("signUntil"),
			Expires:   entry.maybeTime("expires"),
		}
	}
	return out
}

func describeKeys(keys []livepermit.TrustedKey) []any {
	out := make([]any, len(keys))
	for i, key := range keys {
		out[i] = map[string]any{
			"issuer":    key.Issuer,
			"keyId":     hex.EncodeToString(key.KeyID),
			"key":       hex.EncodeToString(key.Key.COSEKey()),
			"algorithm": key.Algorithm.String(),
			"uses":      strings.Split(key.Uses.String(), "|"),
			"classes":   key.Classes,
			"notBefore": maybeUnix(key.NotBefore),
			"signUntil": maybeUnix(key.SignUntil),
			"expires":   maybeUnix(key.Expires),
		}
	}
	return out
}

func maybeUnix(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

// The keys of a group: from a signed list where there is one.
func trustOf(group fields) (*livepermit.Trust, error) {
	trust := must(livepermit.NewTrust(trustedKeys(group.list("trust"))...))
	if !group.has("trustList") {
		return trust, nil
	}
	signed := group.of("trustList")
	roots := []*livepermit.PublicKey{key(signed.text("root"))}
	anchor := must(livepermit.NewTrustAnchor(signed.text("name"), roots, 0, nil))
	skew := group.of("policy").seconds("skew")
	taken := must(anchor.Accept(signed.bytes("list"), signed.time("accepted"), skew))
	return taken.Trust, first(
		same("trust", describeKeys(must(taken.Trust.Keys())), describeKeys(must(trust.Keys()))),
		same("end", taken.Expires.Unix(), signed.number("expires")),
	)
}

func listsOf(group fields, trust *livepermit.Trust) (out []*livepermit.StatusList) {
	skew := group.of("policy").seconds("skew")
	for _, signed := range group.list("statusLists") {
		out = append(out, must(livepermit.AcceptStatusList(
			signed.bytes("list"), trust, signed.time("accepted"), skew, nil,
			livepermit.DefaultStatusLimits(),
		)))
	}
	return out
}

func policyOf(rules fields) livepermit.Policy {
	revocation := livepermit.RevocationNotChecked()
	if rules["revocation"] != "not-checked" {
		required := rules.of("revocation")
		revocation = livepermit.RevocationRequired(
			required.seconds("maxAge"), required.seconds("grace"),
		)
	}
	policy := livepermit.NewPolicy(rules.text("gate"), rules.texts("classes"), revocation)
	if rules.text("audience") == "own" {
		policy.Audience = livepermit.AudienceOwn
	}
	policy.Forms = formsOf(rules)
	if rules.text("challenge") == "required" {
		policy.Challenge = livepermit.ChallengeRequired
	}
	if rules.text("acting") == "accepted" {
		policy.Acting = livepermit.ActingAccepted
	}
	policy.DangerousStatusExempt = rules.texts("statusExempt")
	policy.Window, policy.Skew = rules.seconds("window"), rules.seconds("skew")
	policy.MaxCredentialAge = rules.seconds("maxCredentialAge")
	return policy
}

func formsOf(rules fields) livepermit.Form {
	return bitsOf(rules.texts("forms"), livepermit.FormPass, livepermit.FormCredential,
		livepermit.FormPresentation, livepermit.FormSlip)
}

func challengeOf(question fields) livepermit.Challenge {
	return livepermit.Challenge{
		Gate: question.text("gate"), Nonce: question.bytes("nonce"),
		Expires: question.time("expires"),
	}
}

func retentionOf(settings fields) livepermit.Retention {
	retention := livepermit.Retention{
		LargestWindow:   settings.seconds("largestWindow"),
		LargestSkew:     settings.seconds("largestSkew"),
		ClockDifference: settings.seconds("clockDifference"),
		LongestCoolDown: settings.seconds("longestCoolDown"),
	}
	if settings["oldMaster"] != nil && settings["oldMaster"] != "unbounded" {
		oldMaster := settings.seconds("oldMaster")
		retention.OldMaster = &oldMaster
	}
	return retention
}
