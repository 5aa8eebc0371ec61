package livepermit_test

import (
	"encoding/hex"
	"strings"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

func runSetup(group, test fields) error {
	setup, err := acceptSetup(group, test)
	if err != nil {
		return refusedList(test, err)
	}
	accepted := test.of("accepted")
	// Forms are bits here, and have no order.
	policy := accepted.of("policy")
	policy["forms"] = strings.Split(formsOf(policy).String(), "|")
	stored := must(livepermit.StoredSetup(setup.Bytes))
	described := describeSetup(setup)
	return first(
		same("result", "valid", test["result"]),
		same("from the storage", describeSetup(stored), described),
		same("accepted", described, accepted),
	)
}

func acceptSetup(group, test fields) (*livepermit.GateSetup, error) {
	var read *livepermit.UnverifiedSetup
	var err error
	if test.has("text") {
		read, err = livepermit.ReadSetup(test.text("text"))
	} else {
		read, err = livepermit.ReadSetupBytes(test.bytes("setup"))
	}
	if err != nil {
		return nil, err
	}
	now, skew := test.time("now"), group.seconds("skew")
	if test.has("held") {
		return livepermit.AcceptNextSetup(read.Bytes, test.bytes("held"), now, skew)
	}
	return livepermit.AcceptFirstSetup(read.Bytes, test.text("compared"), now, skew)
}

func describeSetup(setup *livepermit.GateSetup) any {
	rules, kept := setup.Settings, setup.Retention
	number := must(livepermit.SetupCheckNumber(setup.Bytes))
	out := map[string]any{
		"version":     setup.Version,
		"issuedAt":    setup.IssuedAt.Unix(),
		"operator":    hex.EncodeToString(setup.Operator.COSEKey()),
		"checkNumber": strings.ReplaceAll(number, " ", ""),
		"lane":        rules.Lane,
		"zone":        rules.Zone,
		"policy":      describePolicy(rules.Policy),
		"passage":     "enter",
		"debounce":    rules.Debounce,
		"coolDown":    "window",
		"statusLists": setup.StatusLists,
	}
	if rules.Passage == livepermit.PassageLeave {
		out["passage"] = "leave"
	}
	if span, is := rules.CoolDown.Seconds(); is {
		out["coolDown"] = span
	} else if rules.CoolDown == livepermit.DangerousNoCoolDown() {
		out["coolDown"] = "none"
	}
	var oldMaster any = "unbounded"
	if kept.OldMaster != nil {
		oldMaster = *kept.OldMaster
	}
	out["settings"] = map[string]any{
		"largestWindow": kept.LargestWindow, "largestSkew": kept.LargestSkew,
		"clockDifference": kept.ClockDifference, "longestCoolDown": kept.LongestCoolDown,
		"oldMaster": oldMaster,
	}
	if list := setup.TrustList; list != nil {
		roots := []string{}
		for _, root := range list.Roots {
			roots = append(roots, hex.EncodeToString(root.COSEKey()))
		}
		out["trustList"] = map[string]any{
			"name": list.Name, "lowestVersion": list.LowestVersion, "roots": roots,
			"address": list.Address,
		}
	} else {
		out["trust"] = describeKeys(setup.Keys)
	}
	if relay := setup.Relay; relay != nil {
		out["relay"] = map[string]any{
			"address": relay.Address, "key": hex.EncodeToString(relay.Key),
		}
	}
	return out
}

func describePolicy(policy livepermit.Policy) any {
	out := map[string]any{
		"gate":             policy.Gate,
		"audience":         "own-or-any",
		"classes":          policy.Classes,
		"forms":            strings.Split(policy.Forms.String(), "|"),
		"challenge":        "not-used",
		"window":           policy.Window,
		"skew":             policy.Skew,
		"maxCredentialAge": policy.MaxCredentialAge,
		"acting":           "refused",
		"revocation":       "not-checked",
	}
	if policy.Audience == livepermit.AudienceOwn {
		out["audience"] = "own"
	}
	if policy.Challenge == livepermit.ChallengeRequired {
		out["challenge"] = "required"
	}
	if policy.Acting == livepermit.ActingAccepted {
		out["acting"] = "accepted"
	}
	if maxAge, grace, required := policy.Revocation.Required(); required {
		out["revocation"] = map[string]any{"maxAge": maxAge, "grace": grace}
	}
	if len(policy.DangerousStatusExempt) > 0 {
		out["statusExempt"] = policy.DangerousStatusExempt
	}
	return out
}
