// A program of a user, as small as one can be. `bindings/go/test` builds it in an empty folder, in
// a module of its own.
package main

import (
	"fmt"
	"log"
	"time"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	classes, now := []string{"bj.example:residence"}, time.Now()
	secret := must(livepermit.GenerateEd25519())
	key := must(secret.Public())
	permit := livepermit.NewPermit("BJ-7F3A9C2E", classes[0])
	issuer := must(livepermit.NewIssuer("bj.example", key))
	prepared := must(issuer.PreparePass(permit, livepermit.OneGate("gate-3"), now))
	code := must(prepared.Sign(secret))

	trusted := livepermit.NewTrustedKey("bj.example", key, livepermit.UsePass, classes...)
	rules := livepermit.NewPolicy("gate-3", classes, livepermit.RevocationNotChecked())
	verifier := must(livepermit.NewVerifier(must(livepermit.NewTrust(trusted)), rules))
	verdict := must(verifier.Verify(code.QRText, now, nil))
	if !verdict.IsAccepted() {
		log.Fatal(verdict.Rejection.Reason)
	}
	fmt.Println("the package works in an empty folder:", verdict.Verified.Subject)
}
