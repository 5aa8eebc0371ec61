package livepermit_test

import (
	"fmt"
	"time"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

// An issuer makes a pass, and a gate admits it. must ends the program if there is an error.
func Example() {
	// The issuer: once, with a key that stays on its server.
	secret := must(livepermit.GenerateEd25519()) // or any crypto.Signer, by SignWith
	key := must(secret.Public())
	issuer := must(livepermit.NewIssuer("bj.example", key))
	permit := livepermit.NewPermit("BJ-7F3A9C2E", "bj.example:residence")
	prepared := must(issuer.PreparePass(permit, livepermit.EveryGate(), time.Now()))
	code := must(prepared.Sign(secret))
	svg := must(livepermit.DrawSVG(code.QRText, livepermit.CorrectionMedium))

	// The gate: with the public key alone.
	classes := []string{"bj.example:residence"}
	trusted := livepermit.NewTrustedKey("bj.example", key, livepermit.UsePass, classes...)
	rules := livepermit.NewPolicy("gate-3", classes, livepermit.RevocationNotChecked())
	store := must(livepermit.NewMemoryStoreForTheFirstTime(100_000, livepermit.DefaultRetention()))
	trust := must(livepermit.NewTrust(trusted))
	gate := must(livepermit.NewGate(livepermit.NewGateSettings(rules), trust, nil, store))
	admission, err := gate.Admit(code.QRText, time.Now())
	switch {
	case err != nil:
		fmt.Println("closed:", err) // nobody knows: keep the door closed
	case admission.IsAdmitted():
		fmt.Println("come in,", admission.Verified.Subject)
	default:
		fmt.Println(admission.Rejection.Instruction)
	}

	fmt.Println(svg[:4])
	// Output:
	// come in, BJ-7F3A9C2E
	// <svg
}

// A wallet makes a code each ten seconds. The key of the device stays where it is.
func ExampleHolder() {
	secret := must(livepermit.GenerateEd25519())
	key := must(secret.Public())
	issuer := must(livepermit.NewIssuer("bj.example", key))
	use, class := livepermit.UseCredential, "bj.example:residence"
	trust := must(livepermit.NewTrust(livepermit.NewTrustedKey("bj.example", key, use, class)))

	device := must(livepermit.GenerateP256())
	deviceKey, now := must(device.Public()), time.Now()
	credential := must(must(issuer.PrepareCredential(
		livepermit.NewPermit("BJ-7F3A9C2E", class), deviceKey, livepermit.DefaultValidity(), now,
	)).Sign(secret))

	wallet := must(livepermit.NewHolder(deviceKey))
	held := must(wallet.Accept(credential.Bytes, trust, now))
	code := must(must(wallet.Prepare(livepermit.EveryGate(), now)).Sign(device))
	fmt.Println(held.Subject, code.Form, held.Expires.Sub(held.NotBefore))
	// Output: BJ-7F3A9C2E presentation 24h5m0s
}
