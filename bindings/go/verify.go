package livepermit

// #include <livepermit.h>
import "C"

import (
	"time"
	"unsafe"
)

// AudiencePolicy says which audience a code must have.
type AudiencePolicy uint32

// The policies of audiences.
const (
	// AudienceOwn: only codes that name this gate.
	AudienceOwn AudiencePolicy = C.LP_AUDIENCE_OWN
	// AudienceOwnOrAny: codes that name this gate, and codes for every gate.
	AudienceOwnOrAny AudiencePolicy = C.LP_AUDIENCE_OWN_OR_ANY
)

// ChallengePolicy says whether codes must answer a challenge.
type ChallengePolicy uint32

// The policies of challenges.
const (
	// ChallengeNotUsed: the gate asks nothing.
	ChallengeNotUsed ChallengePolicy = C.LP_CHALLENGE_NOT_USED
	// ChallengeRequired: every code must answer.
	ChallengeRequired ChallengePolicy = C.LP_CHALLENGE_REQUIRED
)

// ActingPolicy says whether a representative may show the permit of another person.
type ActingPolicy uint32

// The policies of representatives.
const (
	// ActingRefused: only the subject may.
	ActingRefused ActingPolicy = C.LP_ACTING_REFUSED
	// ActingAccepted: a representative may too.
	ActingAccepted ActingPolicy = C.LP_ACTING_ACCEPTED
)

// RevocationPolicy says whether withdrawn permits are noticed: [RevocationRequired] or
// [RevocationNotChecked]. There is no default.
type RevocationPolicy struct {
	kind          C.lp_revocation_policy
	maxAge, grace Seconds
}

// RevocationRequired looks permits up in status lists of at most this age. In the grace after that,
// an older list is still used, with a caution.
func RevocationRequired(maxAge, grace Seconds) RevocationPolicy {
	return RevocationPolicy{kind: C.LP_REVOCATION_REQUIRED, maxAge: maxAge, grace: grace}
}

// Required reports whether permits are looked up, and if so with which age and grace.
func (p RevocationPolicy) Required() (maxAge, grace Seconds, required bool) {
	return p.maxAge, p.grace, p.kind == C.LP_REVOCATION_REQUIRED
}

// RevocationNotChecked does not notice withdrawn permits, and each verdict says so.
func RevocationNotChecked() RevocationPolicy {
	return RevocationPolicy{kind: C.LP_REVOCATION_NOT_CHECKED}
}

// Policy has the rules of a gate. [NewPolicy] makes one.
type Policy struct {
	// Gate is the gate's name.
	Gate string
	// Classes are the classes of permits that are accepted.
	Classes []string
	// Revocation says whether withdrawn permits are noticed.
	Revocation RevocationPolicy
	// Audience says which audience a code must have.
	Audience AudiencePolicy
	// Forms are the forms that are accepted.
	Forms Form
	// Challenge says whether codes must answer a challenge.
	Challenge ChallengePolicy
	// Acting says whether a representative may show a permit.
	Acting ActingPolicy
	// DangerousStatusExempt has classes that need no status, though Revocation requires one.
	DangerousStatusExempt []string
	// Window is the longest window of a code.
	Window Seconds
	// Skew is the largest difference between right clocks.
	Skew Seconds
	// MaxCredentialAge is the greatest age of a credential.
	MaxCredentialAge Seconds
}

// NewPolicy makes the usual rules: passes and presentations for this gate or for every gate, a
// window of 30 and a skew of 5 seconds, no challenge, no representative.
func NewPolicy(gate string, classes []string, revocation RevocationPolicy) Policy {
	c := begin()
	defer c.end()
	usual := one[C.lp_policy](c)
	// It fails for no arguments. If it did, a policy of zeros would be refused.
	_ = c.run(func() C.lp_result {
		return C.lp_policy_default(C.lp_text{}, C.lp_texts{}, usual, c.why)
	})
	return Policy{
		Gate:             gate,
		Classes:          classes,
		Revocation:       revocation,
		Audience:         AudiencePolicy(usual.audience),
		Forms:            Form(usual.forms),
		Challenge:        ChallengePolicy(usual.challenge),
		Acting:           ActingPolicy(usual.acting),
		Window:           Seconds(usual.window),
		Skew:             Seconds(usual.skew),
		MaxCredentialAge: Seconds(usual.max_credential_age),
	}
}

func (c *call) policy(policy Policy) C.lp_policy {
	return C.lp_policy{
		gate:                    c.text(policy.Gate),
		classes:                 c.texts(policy.Classes),
		revocation:              policy.Revocation.kind,
		status_max_age:          C.int64_t(policy.Revocation.maxAge),
		status_grace:            C.int64_t(policy.Revocation.grace),
		audience:                C.lp_audience_policy(policy.Audience),
		forms:                   C.lp_forms(policy.Forms),
		challenge:               C.lp_challenge_policy(policy.Challenge),
		acting:                  C.lp_acting_policy(policy.Acting),
		dangerous_status_exempt: c.texts(policy.DangerousStatusExempt),
		window:                  C.int64_t(policy.Window),
		skew:                    C.int64_t(policy.Skew),
		max_credential_age:      C.int64_t(policy.MaxCredentialAge),
	}
}

func policyOf(policy *C.lp_policy) Policy {
	return Policy{
		Gate:    textOf(policy.gate),
		Classes: textsOf(policy.classes),
		Revocation: RevocationPolicy{
			kind:   policy.revocation,
			maxAge: Seconds(policy.status_max_age),
			grace:  Seconds(policy.status_grace),
		},
		Audience:              AudiencePolicy(policy.audience),
		Forms:                 Form(policy.forms),
		Challenge:             ChallengePolicy(policy.challenge),
		Acting:                ActingPolicy(policy.acting),
		DangerousStatusExempt: textsOf(policy.dangerous_status_exempt),
		Window:                Seconds(policy.window),
		Skew:                  Seconds(policy.skew),
		MaxCredentialAge:      Seconds(policy.max_credential_age),
	}
}

// Challenge is a gate's question, which the next code must answer.
type Challenge struct {
	// Gate is the gate.
	Gate string
	// Nonce has the random bytes of the question.
	Nonce []byte
	// Expires is the first second in which an answer is too late.
	Expires time.Time
}

func (c *call) challenge(challenge *Challenge) *C.lp_challenge {
	if challenge == nil {
		return nil
	}
	return placed(c, C.lp_challenge{
		gate:    c.text(challenge.Gate),
		nonce:   c.bytes(challenge.Nonce),
		expires: seconds(challenge.Expires),
	})
}

func challengeOf(challenge *C.lp_challenge) Challenge {
	return Challenge{
		Gate:    textOf(challenge.gate),
		Nonce:   bytesOf(challenge.nonce),
		Expires: timeOf(challenge.expires),
	}
}

// Verifier verifies codes against keys, rules and status lists. It does not know whether a code was
// used before: a [Gate] does.
type Verifier struct{ *handle }

// NewVerifier makes a verifier. Codes of the error: those of policies, such as "gate-name-empty".
func NewVerifier(trust *Trust, policy Policy, lists ...*StatusList) (*Verifier, error) {
	c := begin()
	defer c.end()
	keys, rules, place := c.trust(trust), placed(c, c.policy(policy)), c.place()
	first, count := c.lists(lists)
	err := c.run(func() C.lp_result {
		verifier := (**C.lp_verifier)(unsafe.Pointer(place))
		return C.lp_verifier_new(keys, rules, first, count, verifier, c.why)
	})
	if err != nil {
		return nil, err
	}
	return &Verifier{newHandle(*place, func(verifier unsafe.Pointer) {
		C.lp_verifier_free((*C.lp_verifier)(verifier))
	})}, nil
}

func (c *call) verifier(v *Verifier) *C.lp_verifier {
	if v == nil {
		v = new(Verifier)
	}
	return (*C.lp_verifier)(c.use(v.handle, "the verifier"))
}

// ReplaceLists goes on with other keys and lists, and the same rules.
func (v *Verifier) ReplaceLists(trust *Trust, lists ...*StatusList) error {
	c := begin()
	defer c.end()
	verifier, keys := c.verifier(v), c.trust(trust)
	first, count := c.lists(lists)
	return c.run(func() C.lp_result {
		return C.lp_verifier_replace_lists(verifier, keys, first, count, c.why)
	})
}

// Verify verifies the text of a QR code or link. With a challenge, which can be nil, the code must
// answer. A refused code is a verdict, not an error.
func (v *Verifier) Verify(text string, now time.Time, challenge *Challenge) (Verdict, error) {
	c := begin()
	defer c.end()
	verifier, in, asked, out := c.verifier(v), c.text(text), c.challenge(challenge),
		one[C.lp_verdict](c)
	err := c.run(func() C.lp_result {
		return C.lp_verifier_verify(verifier, in, seconds(now), asked, out, c.buffer, c.why)
	})
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(out), nil
}

// VerifyBytes does the same with the bytes of a token.
func (v *Verifier) VerifyBytes(token []byte, now time.Time, challenge *Challenge) (Verdict, error) {
	c := begin()
	defer c.end()
	verifier, in, asked, out := c.verifier(v), c.bytes(token), c.challenge(challenge),
		one[C.lp_verdict](c)
	err := c.run(func() C.lp_result {
		return C.lp_verifier_verify_bytes(verifier, in, seconds(now), asked, out, c.buffer, c.why)
	})
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(out), nil
}
