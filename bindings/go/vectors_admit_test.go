package livepermit_test

import (
	"fmt"
	"time"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

func runAdmit(group, test fields) error {
	trust, err := trustOf(group)
	if err != nil {
		return err
	}
	lists := listsOf(group, trust)
	settings := group.of("store")
	capacity, retention := settings.number("capacity"), retentionOf(settings)
	var store *livepermit.Store
	if settings.has("lostAt") {
		store = must(livepermit.NewMemoryStore(capacity, retention, settings.time("lostAt")))
	} else {
		store = must(livepermit.NewMemoryStoreForTheFirstTime(capacity, retention))
	}
	var lanes []*livepermit.Gate
	for _, lane := range group.list("lanes") {
		rules := laneSettings(lane, policyOf(group.of("policy")))
		lanes = append(lanes, must(livepermit.NewGate(rules, trust, lists, store)))
	}
	for number, step := range test.list("steps") {
		if err := runStep(lanes[step.number("lane")], store, step); err != nil {
			return fmt.Errorf("step %d: %w", number, err)
		}
	}
	return nil
}

func laneSettings(lane fields, policy livepermit.Policy) livepermit.GateSettings {
	policy.Gate = lane.text("gate")
	settings := livepermit.NewGateSettings(policy)
	settings.Lane, settings.Zone = lane.text("lane"), lane.text("zone")
	if lane.text("passage") == "leave" {
		settings.Passage = livepermit.PassageLeave
	}
	settings.Debounce, settings.ClockJump = lane.seconds("debounce"), lane.seconds("clockJump")
	switch lane["coolDown"] {
	case "none":
		settings.CoolDown = livepermit.DangerousNoCoolDown()
	case "window":
		settings.CoolDown = livepermit.CoolDownWindow()
	default:
		settings.CoolDown = livepermit.CoolDownSeconds(lane.seconds("coolDown"))
	}
	if lane.text("storeFailure") == "admit" {
		settings.StoreFailure = livepermit.StoreFailureDangerousAdmit
	}
	floor := moment(0)
	if lane.has("floor") {
		floor = lane.time("floor")
	}
	settings.Clock = &livepermit.ClockState{
		Floor: floor, LastAdmission: lane.maybeTime("lastAdmission"),
	}
	settings.ShortRetention = true
	return settings
}

func runStep(lane *livepermit.Gate, store *livepermit.Store, step fields) error {
	now := step.time("now")
	if step.has("ask") {
		err := lane.OpenChallenge(challengeOf(step.of("ask")), now)
		return same("opened", err == nil, step.isValid())
	}
	text, isAway := step.text("show"), step["storeUnreachable"] == true
	var admission livepermit.Admission
	// Both ways must give the same, so steps go by turns.
	if isAway || len(text)%2 == 0 {
		admission = inHalves(lane, store, text, now, isAway)
	} else {
		admission = must(lane.Admit(text, now))
	}
	if !admission.IsAdmitted() {
		return first(same("result", "invalid", step["result"]), refused(step, admission.Rejection))
	}
	cautions := []string{}
	for _, caution := range admission.Cautions {
		cautions = append(cautions, caution.Code)
	}
	return first(
		same("result", "valid", step["result"]),
		same("subject", admission.Verified.Subject, step["subject"]),
		same("cautions", cautions, step["cautions"]),
	)
}

func inHalves(
	lane *livepermit.Gate, store *livepermit.Store, text string, now time.Time, isAway bool,
) livepermit.Admission {
	pending, stopped, err := lane.Begin(text, now)
	if err != nil {
		panic(err)
	}
	if stopped != nil {
		return livepermit.Admission{Rejection: stopped}
	}
	defer pending.Close()
	answer := livepermit.StoreAnswer{Kind: livepermit.AnswerNone, Reason: "away"}
	if !isAway {
		answer = must(store.Admit(pending.Attempt))
	}
	return must(lane.Finish(pending, answer, now))
}
