package livepermit_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"image"
	"image/color"
	_ "image/png"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

// Device keys of the standard library, as those of a cloud or of PKCS #11.
func signers(t testing.TB) map[string]crypto.Signer {
	_, edwards := good2(ed25519.GenerateKey(rand.Reader))(t)
	return map[string]crypto.Signer{
		"Ed25519": edwards,
		"P-256":   good(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t),
	}
}

func good2[A, B any](a A, b B, err error) func(testing.TB) (A, B) {
	return func(t testing.TB) (A, B) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a, b
	}
}

func TestALiveCodeIsAdmittedOnceAndGoesStale(t *testing.T) {
	p := meet(t)
	for name, signer := range signers(t) {
		t.Run(name, func(t *testing.T) {
			device := good(livepermit.PublicKeyFrom(signer.Public()))(t)
			holder := p.holder(t, device)
			prepared := good(holder.Prepare(livepermit.EveryGate(), now))(t)
			code := good(prepared.SignWith(signer))(t)
			check(t, code.Form == livepermit.FormPresentation && code.QRVersion > 0)
			gate := p.gate(t, rules())
			stale := good(gate.Admit(code.QRText, after(36)))(t)
			isRefused(t, stale, "stale")
			check(t, stale.Rejection.Fault == "not-live" && stale.Rejection.Instruction != "")
			check(t, stale.Rejection.Evidence == livepermit.Evidence{
				Kind: livepermit.EvidenceTimes, Found: after(36).Unix(), Limit: after(30).Unix(),
			})
			// Half a second later is the same second.
			admitted := good(gate.Admit(code.QRText, after(1).Add(time.Second/2)))(t)
			check(t, admitted.IsAdmitted() && admitted.Verified.Subject == "BJ-7F3A9C2E")
			check(t, admitted.Verified.IssuedAt.Equal(now) && admitted.Verified.Window == 30)
			check(t, bytes.Equal(admitted.Verified.Credential.DeviceKey, device.COSEKey()))
			isRefused(t, good(gate.AdmitBytes(code.Bytes, after(10)))(t), "already-used")
			clock := good(gate.ClockState())(t)
			check(t, clock.LastAdmission.Equal(after(1)))
			check(t, good(gate.ClockOffset())(t) == nil)
			check(t, good(holder.Current(now))(t).Window == 30)
			check(t, good(holder.Current(after(100_000)))(t) == nil)
		})
	}
}

func TestAnAttemptIsFinishedOnceAndByItsOwnLane(t *testing.T) {
	p := meet(t)
	store := good(livepermit.NewMemoryStoreForTheFirstTime(100, livepermit.DefaultRetention()))(t)
	settings := livepermit.NewGateSettings(rules())
	check(t, settings.Zone == "gate-3" && settings.Lane == "1" && settings.Debounce == 3)
	gate := good(livepermit.NewGate(settings, p.trust, nil, store))(t)
	other := good(livepermit.NewGateAskingElsewhere(
		settings, p.trust, nil, livepermit.DefaultRetention(),
	))(t)
	code := p.pass(t, livepermit.NewPermit("BJ-1", class)).QRText
	pending, stopped := good2(gate.Begin(code, now))(t)
	check(t, stopped == nil && pending.Attempt.Now.Time().Equal(now))
	answer := good(store.Admit(pending.Attempt))(t)
	check(t, answer.Kind == livepermit.AnswerNotUsedBefore)
	_, err := other.Finish(pending, answer, now)
	hasCode(t, err, "other-gate")
	check(t, good(gate.Finish(pending, answer, now))(t).IsAdmitted())
	_, err = gate.Finish(pending, answer, now)
	hasCode(t, err, "finished-before")
	pending.Close()
	_, err = gate.Finish(pending, answer, now)
	hasCode(t, err, livepermit.CodeClosed)
	pending, stopped = good2(gate.Begin("LP1:", now))(t)
	check(t, pending == nil && stopped.Code != "")
	_, err = gate.Finish(pending, answer, now)
	hasCode(t, err, livepermit.CodeClosed)
	// A lane that asks elsewhere gets no answer from nowhere.
	isRefused(t, good(other.Admit(code, now))(t), "store-unreachable")
	if err := gate.KeepAlive(now); err != nil {
		t.Fatal(err)
	}
	health := good(store.Health())(t)
	check(t, health.OutOfOrderUntil.IsZero() && health.Loss == "")
	kept := good(store.Retention())(t)
	check(t, kept.LargestWindow == 30 && kept.OldMaster != nil && *kept.OldMaster == 0)
}

func TestAChallengeOfTheGateIsAnswered(t *testing.T) {
	p := meet(t)
	device := good(livepermit.GenerateP256())(t)
	holder := p.holder(t, good(device.Public())(t))
	policy := rules()
	policy.Challenge = livepermit.ChallengeRequired
	gate := p.gate(t, policy)
	question := good(gate.Ask(30, now))(t)
	shown := good(livepermit.ReadGateCode(good(question.QRText())(t)))(t)
	check(t, shown.Gate == "gate-3" && shown.Challenge.Expires.Equal(after(30)))
	unasked := good(good(holder.Prepare(livepermit.OneGate("gate-3"), now))(t).Sign(device))(t)
	check(t, !good(gate.Admit(unasked.QRText, now))(t).IsAdmitted())
	recipient := livepermit.Answering(*shown.Challenge)
	answer := good(good(holder.Prepare(recipient, now))(t).Sign(device))(t)
	verdict := good(p.verifier(t).Verify(answer.LinkText, now, shown.Challenge))(t)
	check(t, verdict.IsAccepted() && verdict.Verified.ChallengeAnswered)
	admitted := good(gate.Admit(answer.QRText, now))(t)
	check(t, admitted.IsAdmitted() && admitted.Verified.ChallengeAnswered)
	// A pass answers nothing.
	_, err := p.issuer.PreparePass(livepermit.NewPermit("BJ-1", class), recipient, now)
	hasCode(t, err, "value-unknown")
	_, err = p.issuer.PreparePass(livepermit.NewPermit("BJ-1", class), livepermit.Recipient{}, now)
	hasCode(t, err, "value-unknown")
}

func TestErrorsCarryCodeReasonInstructionAndValues(t *testing.T) {
	p := meet(t)
	_, err := p.trust.WithTables(-1)
	check(t, hasCode(t, err, "number-negative").Evidence.Found == -1)
	permit := livepermit.NewPermit("BJ-1", class)
	prepared := good(p.issuer.PreparePass(permit, livepermit.EveryGate(), now))(t)
	_, err = prepared.Attach(make([]byte, 64))
	failed := hasCode(t, err, "signature-zeros")
	check(t, strings.Contains(failed.Instruction, "signer"))
	check(t, strings.Contains(failed.Error(), failed.Reason))
	_, err = prepared.Sign(good(livepermit.GenerateEd25519())(t))
	check(t, errors.Is(err, &livepermit.Error{Code: "other-key"}))
	check(t, !errors.Is(err, &livepermit.Error{Code: "signature-zeros"}))
	// Nothing forgotten passes.
	_, err = p.verifier(t).Verify("LP1:", time.Time{}, nil)
	hasCode(t, err, "time-out-of-range")
	_, err = livepermit.NewVerifier(p.trust, livepermit.Policy{Gate: "gate-3"})
	hasCode(t, err, "value-unknown")
	policy := livepermit.NewPolicy("gate-3", []string{class}, livepermit.RevocationPolicy{})
	_, err = livepermit.NewVerifier(p.trust, policy)
	hasCode(t, err, "value-unknown")
	check(t, !livepermit.Verdict{}.IsAccepted() && !livepermit.Admission{}.IsAdmitted())
	_, err = livepermit.NewIssuer("bj\xff", good(p.key.Public())(t))
	hasCode(t, err, "text-not-utf8")
	// What a scanner reads is a code that is refused, whatever it is.
	check(t, !good(p.verifier(t).Verify("\xff\x00", now, nil))(t).IsAccepted())
	_, err = livepermit.SecondsOf(1500 * time.Millisecond)
	hasCode(t, err, livepermit.CodeNotWholeSeconds)
	check(t, good(livepermit.SecondsOf(90*time.Minute))(t) == 5400)
	check(t, livepermit.Seconds(1<<40).Duration() > 290*365*24*time.Hour)
}

func TestKeysOfTheStandardLibraryAndOfFiles(t *testing.T) {
	for name, signer := range signers(t) {
		der := good(x509.MarshalPKCS8PrivateKey(signer))(t)
		key := good(livepermit.SecretKeyFromPKCS8DER(der))(t)
		public := good(livepermit.PublicKeyFrom(signer.Public()))(t)
		check(t, good(key.Public())(t).Equal(public))
		text := good(key.PKCS8PEM())(t)
		again := good(livepermit.SecretKeyFromPKCS8PEM(text))(t)
		check(t, good(again.Public())(t).Equal(public))
		block, _ := pem.Decode(text)
		private := good(x509.ParsePKCS8PrivateKey(block.Bytes))(t).(crypto.Signer)
		equal := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
		check(t, equal.Equal(private.Public()))
		t.Log(name, public.Algorithm())
	}
	_, err := livepermit.PublicKeyFrom(good(rsa.GenerateKey(rand.Reader, 2048))(t).Public())
	hasCode(t, err, livepermit.CodeKeyUnsupported)
	_, err = livepermit.PublicKeyFrom("no key")
	hasCode(t, err, livepermit.CodeKeyUnsupported)
	p384 := good(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))(t)
	_, err = livepermit.PublicKeyFrom(p384.Public())
	check(t, codeOf(err) != "")
}

func TestASlipIsReadAndInspected(t *testing.T) {
	p := meet(t)
	permit := livepermit.NewPermit("BJ-7F3A9C2E", class)
	permit.Person = &livepermit.Person{FullName: "Amina Okoye", BirthDate: "19490731"}
	permit.Status = &livepermit.StatusReference{URI: "https://s.bj.example/1", Index: 1 << 40}
	permit.Application = []byte("\xa1\x63a:b\x02")
	prepared := good(p.issuer.PrepareSlip(permit, "482913", now, after(86_400)))(t)
	slip := good(prepared.Sign(p.key))(t)
	check(t, slip.Form.String() == "slip")
	check(t, good(livepermit.ReadTokenText(slip.QRText))(t).LinkText == slip.LinkText)
	policy := rules()
	policy.Forms |= livepermit.FormSlip
	verifier := good(livepermit.NewVerifier(p.trust, policy))(t)
	verified := good(verifier.Verify(slip.QRText, after(3600), nil))(t).Verified
	check(t, *verified.Person == *permit.Person && *verified.Status == *permit.Status)
	check(t, verified.CheckNumber == "482913" && bytes.Equal(verified.Application, permit.Application))
	check(t, verified.Cautions[0].Instruction != "")
	check(t, strings.Contains(good(livepermit.Inspect(slip.QRText))(t), "Amina Okoye"))
	check(t, good(livepermit.DiagnosticNotation(permit.Application))(t) == `{"a:b": 2}`)
	_, err := livepermit.DiagnosticNotation(nil)
	check(t, codeOf(err) != "")
}

func TestAWithdrawnPermitIsRefused(t *testing.T) {
	p := meet(t)
	uri := "https://s.bj.example/1"
	entries := good(livepermit.NewStatusListBuilder(uri, 1, 1024))(t)
	index := good(entries.Allocate())(t)
	permit := livepermit.NewPermit("BJ-7F3A9C2E", class)
	permit.Status = &livepermit.StatusReference{URI: uri, Index: index}
	code := p.pass(t, permit).QRText
	policy := livepermit.NewPolicy("gate-3", []string{class}, livepermit.RevocationRequired(3600, 0))
	list := func() *livepermit.StatusList {
		signed := good(good(entries.Prepare(p.issuer, now, after(3600)))(t).Sign(p.key))(t)
		limits := livepermit.DefaultStatusLimits()
		return good(livepermit.AcceptStatusList(signed, p.trust, now, 5, nil, limits))(t)
	}
	before := list()
	verifier := good(livepermit.NewVerifier(p.trust, policy, before, before))(t)
	check(t, good(verifier.Verify(code, now, nil))(t).IsAccepted())
	if err := entries.Set(index, livepermit.StatusWithdrawn); err != nil {
		t.Fatal(err)
	}
	now_ := list()
	if err := verifier.ReplaceLists(p.trust, now_); err != nil {
		t.Fatal(err)
	}
	value, isThere := good2(now_.Get(index))(t)
	check(t, isThere && value == livepermit.StatusWithdrawn && now_.Entries == 1024)
	check(t, good(verifier.Verify(code, now, nil))(t).Rejection.Code == "revoked")
	gate := p.gate(t, rules())
	if err := gate.ReplaceLists(p.trust, now_); err != nil {
		t.Fatal(err)
	}
	check(t, good(livepermit.NewVerifier(p.trust, policy))(t) != nil)
	restored := good(livepermit.RestoreStatusListBuilder(uri, 1, good(entries.Stored())(t)))(t)
	check(t, !good(restored.MarkGiven(index))(t))
	_, err := livepermit.NewVerifier(p.trust, policy, nil)
	hasCode(t, err, livepermit.CodeClosed)
}

func TestATrustListReplacesKeys(t *testing.T) {
	p := meet(t)
	root := good(livepermit.GenerateEd25519())(t)
	signer := good(root.Public())(t)
	keys := good(p.trust.Keys())(t)
	prepared := good(livepermit.PrepareTrustList("bj", 7, keys, nil, signer, now, after(86_400)))(t)
	list := good(prepared.Sign(root))(t)
	roots := []*livepermit.PublicKey{signer}
	anchor := good(livepermit.NewTrustAnchor("bj", roots, 7, nil))(t)
	check(t, good(anchor.State())(t) == nil)
	taken := good(anchor.Accept(list, now, 5))(t)
	check(t, taken.Version == 7 && taken.Expires.Equal(after(86_400)) && len(taken.Skipped) == 0)
	faster := good(taken.Trust.WithTables(1 << 20))(t)
	taken.Trust.Close()
	check(t, good(faster.Keys())(t)[0].Key.Equal(keys[0].Key))
	_, err := anchor.Accept(list[1:], now, 5)
	check(t, codeOf(err) != "")
	check(t, good(anchor.State())(t).Version == 7)
}

func TestTheScheduleShowsACodeAndReplacesIt(t *testing.T) {
	schedule := good(livepermit.NewSchedule(after(-300), after(86_400), 30, 10))(t)
	millis := func(number int) time.Duration { return time.Duration(number) * time.Millisecond }
	step := good(schedule.At(now, 0))(t)
	check(t, step.Screen == livepermit.ScreenWaiting && step.Prepare.IssuedAt.Equal(now))
	check(t, good(schedule.Prepared(*step.Prepare, millis(400)))(t) == livepermit.ArrivalAccepted)
	shown := good(schedule.At(now, millis(400)))(t)
	check(t, shown.Screen == livepermit.ScreenCode && shown.Shown == *step.Prepare)
	left := good(schedule.Remaining(now, millis(400)))(t)
	check(t, left.Refresh == 10*time.Second && left.ToNext > 9*time.Second)
	following := good(schedule.At(after(9), millis(9_700)))(t)
	check(t, following.Prepare.Number == step.Prepare.Number+1)
	if err := schedule.Failed(*following.Prepare, millis(9_800)); err != nil {
		t.Fatal(err)
	}
	_, err := schedule.Prepared(livepermit.Slot{Number: 99, IssuedAt: now}, millis(9_900))
	hasCode(t, err, "slot-unknown")
	check(t, good(schedule.FetchFrom())(t).Before(after(86_400)))
	if err := schedule.Renew(now, after(20), 30, 10); err != nil {
		t.Fatal(err)
	}
	ended := good(schedule.At(after(30), millis(30_000)))(t)
	check(t, ended.Screen == livepermit.ScreenEnded && ended.Time.Equal(after(20)))
}

func TestADrawnCodeIsReadFromAFrame(t *testing.T) {
	p := meet(t)
	text := p.pass(t, livepermit.NewPermit("BJ-7F3A9C2E", class)).QRText
	medium := livepermit.CorrectionMedium
	check(t, strings.HasPrefix(good(livepermit.DrawSVG(text, medium))(t), "<svg"))
	bar := good(livepermit.DrawSVGWithCountdown(text, medium, 5*time.Second, 10*time.Second))(t)
	check(t, bar != good(livepermit.DrawSVG(text, medium))(t))
	_, err := livepermit.DrawSVGWithCountdown(text, medium, 0, 0)
	hasCode(t, err, "countdown-empty")
	picture, _ := good2(image.Decode(bytes.NewReader(good(livepermit.DrawPNG(text, medium, 4))(t))))(t)
	modules := good(livepermit.DrawModules(text, medium))(t)
	check(t, picture.Bounds().Dx() == (modules.Width+8)*4 && !modules.IsDark(-1, 0))
	// The picture, in a larger one: its rows have a stride.
	at := picture.Bounds().Add(image.Pt(12, 20))
	large := image.NewGray(image.Rect(0, 0, at.Max.X+40, at.Max.Y+16))
	for i := range large.Pix {
		large.Pix[i] = 0xff
	}
	colours := image.NewRGBA(large.Rect)
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			dark := modules.IsDark(x/4-4, y/4-4)
			check(t, dark == (color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y < 128))
			large.Set(at.Min.X+x, at.Min.Y+y, picture.At(x, y))
		}
	}
	for y := range large.Rect.Dy() {
		for x := range large.Rect.Dx() {
			colours.Set(x, y, large.At(x, y))
		}
	}
	for _, picture := range []image.Image{large, large.SubImage(at.Inset(-8)), colours} {
		camera := good(livepermit.NewScanner(p.gate(t, rules())))(t)
		frame, isKnown := livepermit.FrameOf(picture)
		check(t, isKnown)
		events := good(camera.Scan(frame, now))(t)
		check(t, len(events) == 1 && events[0].Kind == livepermit.ScanEntered)
		check(t, events[0].Verified.Subject == "BJ-7F3A9C2E" && events[0].Corners[2].X > 100)
		check(t, good(camera.Scan(frame, after(1)))(t)[0].Kind == livepermit.ScanHeld)
		frame.Pixels = frame.Pixels[:9]
		_, err = camera.Scan(frame, now)
		hasCode(t, err, "frame-too-few-pixels")
		_, err = camera.Scan(livepermit.Frame{Width: 1, Height: 1, Stride: 1}, now)
		hasCode(t, err, "value-unknown")
	}
	_, isKnown := livepermit.FrameOf(image.NewUniform(color.Black))
	check(t, !isKnown)
}

func TestTheMemoryInAFileSurvives(t *testing.T) {
	p := meet(t)
	text := p.pass(t, livepermit.NewPermit("BJ-1", class)).QRText
	path := filepath.Join(t.TempDir(), "used")
	open := func() (*livepermit.Store, error) {
		return livepermit.OpenFileStore(path, 100, livepermit.DefaultRetention())
	}
	store := good(open())(t)
	if err := store.GoOn(livepermit.GoOnNothingWasAdmitted, now); err != nil {
		t.Fatal(err)
	}
	settings := livepermit.NewGateSettings(rules())
	gate := good(livepermit.NewGate(settings, p.trust, nil, store))(t)
	check(t, good(gate.Admit(text, now))(t).IsAdmitted())
	_, err := open()
	hasCode(t, err, "store-in-use")
	state := good(gate.ClockState())(t)
	// The gate goes on without the handle of its store, so the file is free when both are closed.
	store.Close()
	isRefused(t, good(gate.Admit(text, after(5)))(t), "already-used")
	gate.Close()
	again := good(open())(t)
	settings.Clock = &state
	restarted := good(livepermit.NewGate(settings, p.trust, nil, again))(t)
	isRefused(t, good(restarted.Admit(text, after(10)))(t), "already-used")
	_, err = livepermit.OpenFileStore(t.TempDir(), 100, livepermit.DefaultRetention())
	hasCode(t, err, "store-setup")
	waiting := good(livepermit.NewMemoryStore(100, livepermit.DefaultRetention(), now))(t)
	closed := good(livepermit.NewGate(settings, p.trust, nil, waiting))(t)
	check(t, !good(closed.Admit(text, now))(t).IsAdmitted())
}

func TestTheTablesOfCodesAreComplete(t *testing.T) {
	codes := good(livepermit.RejectionCodes())(t)
	check(t, len(codes) == 53)
	for _, facts := range codes {
		check(t, facts.Code != "" && facts.Stage != "" && facts.Fault != "" && facts.Cause != "" &&
			facts.Instruction != "")
	}
	check(t, len(good(livepermit.ListRejectionCodes())(t)) == 16)
	check(t, len(good(livepermit.CautionCodes())(t)) == 6)
}

// Every code of the README is a tested example, word for word.
func TestTheReadmeShowsTestedCode(t *testing.T) {
	readme := string(good(os.ReadFile("README.md"))(t))
	examples := plainLines(string(good(os.ReadFile("example_test.go"))(t)))
	parts := strings.Split(readme, "```go\n")[1:]
	check(t, len(parts) == 1)
	for _, part := range parts {
		code, _, _ := strings.Cut(part, "```")
		if !strings.Contains(examples, plainLines(code)) {
			t.Errorf("not in example_test.go:\n%s", code)
		}
	}
}

// Without the indentation.
func plainLines(code string) string {
	var out strings.Builder
	for _, line := range strings.Split(code, "\n") {
		out.WriteString(strings.TrimSpace(line) + "\n")
	}
	return strings.TrimSpace(out.String())
}

// A signer that fails, as one whose user does not unlock the key.
type locked struct{ public crypto.PublicKey }

func (l locked) Public() crypto.PublicKey { return l.public }

func (locked) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, os.ErrPermission
}

func TestAnErrorOfTheSignerArrives(t *testing.T) {
	p := meet(t)
	permit := livepermit.NewPermit("BJ-1", class)
	prepared := good(p.issuer.PreparePass(permit, livepermit.EveryGate(), now))(t)
	_, err := prepared.SignWith(locked{})
	hasCode(t, err, livepermit.CodeSignerFailed)
	check(t, errors.Is(err, os.ErrPermission))
	_, err = prepared.SignWith(nil)
	hasCode(t, err, livepermit.CodeClosed)
	runtime.KeepAlive(prepared)
}
