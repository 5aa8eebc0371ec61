package livepermit_test

import (
	"testing"
	"time"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

const class = "bj.example:residence"

var now = time.Unix(1_790_000_000, 0)

func after(seconds int) time.Time { return now.Add(time.Duration(seconds) * time.Second) }

// Whom the tests know: an issuer with its key, and who trusts it.
type people struct {
	key    *livepermit.SecretKey
	issuer *livepermit.Issuer
	trust  *livepermit.Trust
}

func meet(t testing.TB) people {
	key := good(livepermit.GenerateEd25519())(t)
	public := good(key.Public())(t)
	uses := livepermit.UseCredential | livepermit.UsePass | livepermit.UseSlip |
		livepermit.UseStatus
	return people{
		key:    key,
		issuer: good(livepermit.NewIssuer("bj.example", public))(t),
		trust:  good(livepermit.NewTrust(livepermit.NewTrustedKey("bj.example", public, uses, class)))(t),
	}
}

func (p people) pass(t testing.TB, permit livepermit.Permit) *livepermit.Token {
	prepared := good(p.issuer.PreparePass(permit, livepermit.EveryGate(), now))(t)
	defer prepared.Close()
	return good(prepared.Sign(p.key))(t)
}

// A wallet with a credential.
func (p people) holder(t testing.TB, device *livepermit.PublicKey) *livepermit.Holder {
	permit, validity := livepermit.NewPermit("BJ-7F3A9C2E", class), livepermit.DefaultValidity()
	prepared := good(p.issuer.PrepareCredential(permit, device, validity, now))(t)
	credential := good(prepared.Sign(p.key))(t)
	holder := good(livepermit.NewHolder(device))(t)
	held := good(holder.Accept(credential.Bytes, p.trust, now))(t)
	check(t, held.Subject == "BJ-7F3A9C2E" && held.Expires.Equal(after(86_400)))
	return holder
}

func rules() livepermit.Policy {
	return livepermit.NewPolicy("gate-3", []string{class}, livepermit.RevocationNotChecked())
}

func (p people) gate(t testing.TB, policy livepermit.Policy) *livepermit.Gate {
	store := good(livepermit.NewMemoryStoreForTheFirstTime(100, livepermit.DefaultRetention()))(t)
	return good(livepermit.NewGate(livepermit.NewGateSettings(policy), p.trust, nil, store))(t)
}

func (p people) verifier(t testing.TB) *livepermit.Verifier {
	return good(livepermit.NewVerifier(p.trust, rules()))(t)
}

// A result without an error.
func good[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func check(t testing.TB, is bool) {
	t.Helper()
	if !is {
		t.Fatal("it is not so")
	}
}

func hasCode(t testing.TB, err error, wanted string) *livepermit.Error {
	t.Helper()
	failed, ok := err.(*livepermit.Error)
	if !ok || failed.Code != wanted {
		t.Fatalf("%v, not %s", err, wanted)
	}
	if failed.Reason == "" {
		t.Fatalf("%s without a reason", wanted)
	}
	return failed
}

func isRefused(t testing.TB, admission livepermit.Admission, code string) {
	t.Helper()
	if admission.IsAdmitted() || admission.Rejection.Code != code {
		t.Fatalf("%+v, not %s", admission, code)
	}
}
