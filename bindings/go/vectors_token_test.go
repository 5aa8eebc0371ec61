package livepermit_test

import (
	"encoding/hex"
	"errors"
	"fmt"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

func runToken(group, test fields) error {
	trust, err := trustOf(group)
	if err != nil {
		return err
	}
	policy := policyOf(group.of("policy"))
	verifier, err := livepermit.NewVerifier(trust, policy, listsOf(group, trust)...)
	if err != nil {
		return err
	}
	defer verifier.Close()
	now := test.time("now")
	var challenge *livepermit.Challenge
	if test.has("challenge") {
		asked := challengeOf(test.of("challenge"))
		challenge = &asked
	}
	var verdicts []livepermit.Verdict
	if test.has("text") {
		verdicts = append(verdicts, must(verifier.Verify(test.text("text"), now, challenge)))
	}
	if test.has("token") {
		bytes := test.bytes("token")
		verdicts = append(verdicts, must(verifier.VerifyBytes(bytes, now, challenge)))
		if test.isValid() {
			token := must(livepermit.ReadToken(bytes))
			for _, text := range []string{token.QRText, token.LinkText} {
				verdicts = append(verdicts, must(verifier.Verify(text, now, challenge)))
			}
		}
	}
	if len(verdicts) == 0 {
		return errors.New("there is neither token nor text")
	}
	for _, verdict := range verdicts {
		if err := checkVerdict(test, verdict); err != nil {
			return err
		}
	}
	return nil
}

func checkVerdict(test fields, verdict livepermit.Verdict) error {
	if !verdict.IsAccepted() {
		return first(same("result", "invalid", test["result"]), refused(test, verdict.Rejection))
	}
	wanted := fields{}
	if test.has("verdict") {
		wanted = test.of("verdict")
	}
	return first(
		same("result", "valid", test["result"]),
		same("verdict", describe(verdict.Verified), wanted),
	)
}

func refused(test fields, rejection *livepermit.Rejection) error {
	return first(
		same("code", rejection.Code, test["code"]),
		same("stage", rejection.Stage, test["stage"]),
		malformed(test, rejection.Evidence),
	)
}

func malformed(test fields, evidence livepermit.Evidence) error {
	if !test.has("malformed") || evidence.Kind != livepermit.EvidenceMalformed {
		return nil
	}
	wanted := test.of("malformed")
	return first(
		same("layer", evidence.Layer, wanted["layer"]), same("flaw", evidence.Flaw, wanted["flaw"]),
	)
}

// The verdict as the vectors write it.
func describe(verified *livepermit.Verified) map[string]any {
	cautions := []string{}
	for _, caution := range verified.Cautions {
		cautions = append(cautions, caution.Code)
	}
	out := map[string]any{
		"form":              verified.Form.String(),
		"issuer":            verified.Issuer,
		"subject":           verified.Subject,
		"class":             verified.Class,
		"keyId":             hex.EncodeToString(verified.KeyID),
		"challengeAnswered": verified.ChallengeAnswered,
		"issuedAt":          verified.IssuedAt.Unix(),
		"liveUntil":         verified.LiveUntil.Unix(),
		"window":            verified.Window,
		"application":       hex.EncodeToString(verified.Application),
		"cautions":          cautions,
		"permitId":          hex.EncodeToString(verified.PermitID),
		"keepUntil":         verified.KeepUntil.Unix(),
	}
	if verified.Audience != "" {
		out["audience"] = verified.Audience
	}
	if verified.CheckNumber != "" {
		out["checkNumber"] = verified.CheckNumber
	}
	if credential := verified.Credential; credential != nil {
		out["credential"] = map[string]any{
			"notBefore": credential.NotBefore.Unix(),
			"expires":   credential.Expires.Unix(),
			"deviceKey": hex.EncodeToString(credential.DeviceKey),
		}
	}
	if person := verified.Person; person != nil {
		named := map[string]any{"fullName": person.FullName}
		if person.BirthDate != "" {
			named["birthDate"] = person.BirthDate
		}
		out["person"] = named
	}
	if status := verified.Status; status != nil {
		out["status"] = map[string]any{"uri": status.URI, "index": fmt.Sprint(status.Index)}
	}
	if acting := verified.Acting; acting != nil {
		out["acting"] = map[string]any{
			"role": acting.Role, "representative": acting.Representative,
		}
	}
	return out
}

func runGateCode(_, test fields) error {
	code, err := livepermit.ReadGateCode(test.text("text"))
	if err != nil {
		return first(
			same("result", "invalid", test["result"]), same("code", codeOf(err), test["code"]),
		)
	}
	var found map[string]any
	var again string
	if asked := code.Challenge; asked != nil {
		found = map[string]any{
			"gate": asked.Gate, "nonce": hex.EncodeToString(asked.Nonce),
			"expires": asked.Expires.Unix(),
		}
		again = must(asked.QRText())
	} else {
		found = map[string]any{"gate": code.Gate}
		again = must(livepermit.GateNameQRText(code.Gate))
	}
	return first(
		same("result", "valid", test["result"]),
		same("gate code", found, test["gateCode"]),
		same("text", again, test["text"]),
	)
}

// The stable code; empty if it is no error of the package.
func codeOf(err error) string {
	var failed *livepermit.Error
	if !errors.As(err, &failed) {
		return ""
	}
	return failed.Code
}

func runKey(_, test fields) error {
	cose := test.bytes("coseKey")
	key, err := livepermit.PublicKeyFromCOSEKey(cose)
	if err != nil {
		return same("result", "invalid", test["result"])
	}
	wanted := test.of("key")
	if err := first(
		same("result", "valid", test["result"]),
		same("again", key.COSEKey(), cose),
		same("algorithm", key.Algorithm().String(), wanted["algorithm"]),
		same("point", hex.EncodeToString(key.Point()), wanted["point"]),
		same("thumbprint", hex.EncodeToString(key.Thumbprint()), wanted["thumbprint"]),
		same("key id", hex.EncodeToString(key.Thumbprint()[:8]), wanted["keyId"]),
		same("spki", hex.EncodeToString(key.SPKIDER()), wanted["spki"]),
	); err != nil {
		return err
	}
	others := map[string]*livepermit.PublicKey{
		"DER":   must(livepermit.PublicKeyFromSPKIDER(wanted.bytes("spki"))),
		"PEM":   must(livepermit.PublicKeyFromSPKIPEM(key.SPKIPEM())),
		"point": must(livepermit.PublicKeyFromPoint(wanted.bytes("point"))),
	}
	// The standard library refuses no key that the format knows.
	others["standard library"] = must(livepermit.PublicKeyFrom(must(key.Crypto())))
	if wanted.has("private") {
		private := livepermit.SecretKeyFromP256Scalar
		if wanted.text("algorithm") == "Ed25519" {
			private = livepermit.SecretKeyFromEd25519Seed
		}
		others["private"] = must(must(private(wanted.bytes("private"))).Public())
	}
	for way, other := range others {
		if !other.Equal(key) {
			return fmt.Errorf("%s: %x, not %x", way, other.COSEKey(), cose)
		}
	}
	return nil
}
