//go:build linux && !race

package livepermit_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

// What the process may grow by in the second half of the calls: the garbage collector does not
// work to the byte.
const mayGrow = 2048

// LIVEPERMIT_GO_CALLS says how many calls there are: 100,000 unless said.
func TestMemoryStaysFlat(t *testing.T) {
	calls := 100_000
	if text := os.Getenv("LIVEPERMIT_GO_CALLS"); text != "" {
		calls = good(strconv.Atoi(text))(t)
	}
	p := meet(t)
	verifier, gate := p.verifier(t), p.gate(t, rules())
	device := good(livepermit.GenerateEd25519())(t)
	holder := p.holder(t, good(device.Public())(t))
	code := good(good(holder.Prepare(livepermit.EveryGate(), now))(t).Sign(device))(t).QRText
	check(t, good(gate.Admit(code, now))(t).IsAdmitted())
	half := 0
	for call := range calls {
		if call == calls/2 {
			half = resident(t)
		}
		switch {
		case call%10 != 0:
			check(t, good(verifier.Verify(code, now, nil))(t).IsAccepted())
		case call%20 != 0:
			isRefused(t, good(gate.Admit(code, after(5)))(t), "already-used")
		case call%200 != 0:
			// Nobody closes the prepared token: that is the collector's work.
			prepared := good(holder.Prepare(livepermit.EveryGate(), now))(t)
			_, err := prepared.Attach(nil)
			hasCode(t, err, "signature-encoding")
		default:
			check(t, len(good(livepermit.RejectionCodes())(t)) > 0)
			pending, stopped := good2(gate.Begin(code, after(5)))(t)
			check(t, pending != nil && stopped == nil)
		}
	}
	grown := resident(t) - half
	t.Logf("%d calls: %d KiB at the half, %d KiB more at the end", calls, half, grown)
	if grown > mayGrow {
		t.Errorf("grown by %d KiB", grown)
	}
}

// KiB of memory that the process has, without what nobody reaches.
func resident(t *testing.T) int {
	// The second round frees what finalizers of the first one let go.
	runtime.GC()
	debug.FreeOSMemory()
	status := good(os.ReadFile("/proc/self/status"))(t)
	for _, line := range bytes.Split(status, []byte("\n")) {
		var kib int
		if _, err := fmt.Sscanf(string(line), "VmRSS: %d kB", &kib); err == nil {
			return kib
		}
	}
	t.Fatal("no VmRSS")
	return 0
}
