package livepermit_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

// Runs the same at once in eight goroutines.
func eight(run func()) {
	var ready, done sync.WaitGroup
	ready.Add(8)
	for range 8 {
		done.Add(1)
		go func() {
			defer done.Done()
			ready.Done()
			ready.Wait()
			run()
		}()
	}
	done.Wait()
}

func TestEightGoroutinesAtOneGateGetOneAdmission(t *testing.T) {
	p := meet(t)
	device := good(livepermit.GenerateEd25519())(t)
	holder, verifier := p.holder(t, good(device.Public())(t)), p.verifier(t)
	for round := range 20 {
		at := after(round)
		code := good(good(holder.Prepare(livepermit.EveryGate(), at))(t).Sign(device))(t).QRText
		gate := p.gate(t, rules())
		var opened, accepted atomic.Int32
		eight(func() {
			if admission, err := gate.Admit(code, at); err == nil && admission.IsAdmitted() {
				opened.Add(1)
			}
			if verdict, err := verifier.Verify(code, at, nil); err == nil && verdict.IsAccepted() {
				accepted.Add(1)
			}
		})
		check(t, opened.Load() == 1 && accepted.Load() == 8)
	}
}

func TestAfterCloseThereAreErrors(t *testing.T) {
	p := meet(t)
	code := p.pass(t, livepermit.NewPermit("BJ-1", class)).QRText
	verifier, gate := p.verifier(t), p.gate(t, rules())
	scanner := good(livepermit.NewScanner(gate))(t)
	p.trust.Close()
	p.trust.Close()
	gate.Close()
	check(t, good(verifier.Verify(code, now, nil))(t).IsAccepted())
	verifier.Close()
	scanner.Close()
	p.key.Close()
	errs := make([]error, 0, 20)
	add := func(_ any, err error) { errs = append(errs, err) }
	add(verifier.Verify(code, now, nil))
	add(gate.Admit(code, now))
	add(gate.ClockOffset())
	add(scanner.Scan(livepermit.Frame{}, now))
	add(p.trust.Keys())
	add(livepermit.NewVerifier(p.trust, rules()))
	add(livepermit.NewVerifier(nil, rules()))
	add(p.key.Public())
	add(p.key.PKCS8PEM())
	add(livepermit.NewIssuer("bj.example", nil))
	add(livepermit.NewHolder(nil))
	add(livepermit.NewScanner(nil))
	add(new(livepermit.Store).Health())
	add(new(livepermit.Verifier).Verify(code, now, nil))
	add(new(livepermit.Scanner).Scan(livepermit.Frame{}, now))
	add(livepermit.NewGate(livepermit.NewGateSettings(rules()), p.trust, nil, nil))
	add(livepermit.NewTrust(livepermit.TrustedKey{}))
	add(new(livepermit.PreparedToken).Sign(nil))
	for _, err := range errs {
		hasCode(t, err, livepermit.CodeClosed)
	}
	new(livepermit.Gate).Close()
}

// Whoever closes does not disturb the calls that run.
func TestClosingWhileOthersCall(t *testing.T) {
	p := meet(t)
	code := p.pass(t, livepermit.NewPermit("BJ-1", class)).QRText
	for range 30 {
		verifier := p.verifier(t)
		var turn, answered, closed atomic.Int32
		eight(func() {
			if turn.Add(1) == 4 {
				verifier.Close()
			}
			for range 5 {
				verdict, err := verifier.Verify(code, now, nil)
				switch {
				case err == nil && verdict.IsAccepted():
					answered.Add(1)
				case codeOf(err) == livepermit.CodeClosed:
					closed.Add(1)
				}
			}
		})
		check(t, answered.Load()+closed.Load() == 40 && closed.Load() >= 5)
		// The garbage collector finds closed and forgotten objects, in any order.
		runtime.GC()
	}
}
