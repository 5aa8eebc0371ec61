package livepermit_test

import (
	"encoding/hex"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

func runTrustList(group, test fields) error {
	var roots []*livepermit.PublicKey
	for _, root := range group.texts("roots") {
		roots = append(roots, key(root))
	}
	name, skew := group.text("name"), group.seconds("skew")
	anchor := must(livepermit.NewTrustAnchor(name, roots, group.number("lowestVersion"), nil))
	for _, held := range test.list("held") {
		must(anchor.Accept(held.bytes("list"), held.time("accepted"), skew))
	}
	before := must(anchor.State())
	// After a restart the anchor must say the same.
	if before != nil {
		anchor = must(livepermit.NewTrustAnchor(name, roots, group.number("lowestVersion"), before))
	}
	taken, err := anchor.Accept(test.bytes("list"), test.time("now"), skew)
	after := must(anchor.State())
	if err != nil {
		return first(
			same("the state", describeState(after), describeState(before)), refusedList(test, err),
		)
	}
	return first(same("result", "valid", test["result"]), same("accepted", map[string]any{
		"version":  taken.Version,
		"issuedAt": taken.IssuedAt.Unix(),
		"expires":  taken.Expires.Unix(),
		"trust":    describeKeys(must(taken.Trust.Keys())),
		"skipped":  len(taken.Skipped),
		"roots":    describeState(after).(map[string]any)["roots"],
	}, test["accepted"]))
}

func describeState(state *livepermit.TrustState) any {
	if state == nil {
		return nil
	}
	roots := []string{}
	for _, root := range state.Roots {
		roots = append(roots, hex.EncodeToString(root.COSEKey()))
	}
	return map[string]any{
		"version": state.Version, "digest": state.Digest, "issuedAt": state.IssuedAt.Unix(),
		"roots": roots,
	}
}

func runStatusList(group, test fields) error {
	trust := must(livepermit.NewTrust(trustedKeys(group.list("trust"))...))
	limits := livepermit.StatusLimits{
		ListBytes:     group.of("limits").number("listBytes"),
		InflatedBytes: group.of("limits").number("inflatedBytes"),
	}
	skew := group.seconds("skew")
	var held []livepermit.HeldList
	for _, earlier := range test.list("held") {
		taken := must(livepermit.AcceptStatusList(
			earlier.bytes("list"), trust, earlier.time("accepted"), skew, held, limits,
		))
		held = []livepermit.HeldList{taken.Held}
	}
	taken, err := livepermit.AcceptStatusList(
		test.bytes("list"), trust, test.time("now"), skew, held, limits,
	)
	if err != nil {
		return refusedList(test, err)
	}
	defer taken.Close()
	values := []byte{}
	for index := range min(taken.Entries, 64) {
		value, isThere, err := taken.Get(uint64(index))
		if err := first(err, same("is there", isThere, true)); err != nil {
			return err
		}
		values = append(values, byte(value))
	}
	_, isThere, err := taken.Get(uint64(taken.Entries))
	if err := first(err, same("beyond the end", isThere, false)); err != nil {
		return err
	}
	found := map[string]any{
		"issuer":   taken.Held.Issuer,
		"uri":      taken.Held.URI,
		"bits":     taken.Bits,
		"issuedAt": taken.Held.IssuedAt.Unix(),
		"entries":  taken.Entries,
		"values":   hex.EncodeToString(values),
	}
	if !taken.Expires.IsZero() {
		found["expires"] = taken.Expires.Unix()
	}
	return first(same("result", "valid", test["result"]), same("accepted", found, test["accepted"]))
}

func refusedList(test fields, err error) error {
	if codeOf(err) == "" {
		return err
	}
	failed := err.(*livepermit.Error)
	return first(
		same("result", "invalid", test["result"]),
		same("code", failed.Code, test["code"]),
		malformed(test, failed.Evidence),
	)
}
