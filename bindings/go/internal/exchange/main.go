// Makes codes that programs in other languages admit, and admits theirs:
//
//	exchange make FILE
//	exchange admit FILE
//	exchange cost FILE CALLS [ed25519|p256|pass]
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

const class = "bj.example:residence"

// What one program hands over to another.
type made struct {
	IssuerKey string            `json:"issuerKey"`
	Now       int64             `json:"now"`
	Codes     map[string]string `json:"codes"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(words []string) error {
	switch {
	case len(words) == 2 && words[0] == "make":
		return makeCodes(words[1])
	case len(words) == 2 && words[0] == "admit":
		return admit(words[1])
	case (len(words) == 3 || len(words) == 4) && words[0] == "cost":
		calls, err := strconv.Atoi(words[2])
		if err != nil {
			return err
		}
		return cost(words[1], calls, append(words[3:], "ed25519")[0])
	}
	return errors.New("exchange make FILE, admit FILE, or cost FILE CALLS [ed25519|p256|pass]")
}

func trustOf(key *livepermit.PublicKey) (*livepermit.Trust, error) {
	uses := livepermit.UseCredential | livepermit.UsePass
	return livepermit.NewTrust(livepermit.NewTrustedKey("bj.example", key, uses, class))
}

func policy() livepermit.Policy {
	return livepermit.NewPolicy("gate-3", []string{class}, livepermit.RevocationNotChecked())
}

func makeCodes(file string) error {
	now := time.Now()
	secret, err := livepermit.GenerateEd25519()
	if err != nil {
		return err
	}
	key, err := secret.Public()
	if err != nil {
		return err
	}
	issuer, err := livepermit.NewIssuer("bj.example", key)
	if err != nil {
		return err
	}
	prepared, err := issuer.PreparePass(
		livepermit.NewPermit("pass", class), livepermit.EveryGate(), now,
	)
	if err != nil {
		return err
	}
	pass, err := prepared.Sign(secret)
	if err != nil {
		return err
	}
	out := made{
		IssuerKey: hex.EncodeToString(key.COSEKey()),
		Now:       now.Unix(),
		Codes:     map[string]string{"pass": pass.QRText},
	}
	devices := map[string]func() (*livepermit.SecretKey, error){
		"ed25519": livepermit.GenerateEd25519, "p256": livepermit.GenerateP256,
	}
	for name, generate := range devices {
		device, err := generate()
		if err != nil {
			return err
		}
		if out.Codes[name], err = present(name, issuer, secret, device, now); err != nil {
			return err
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// A code of a device.
func present(
	name string, issuer *livepermit.Issuer, secret, device *livepermit.SecretKey, now time.Time,
) (string, error) {
	key, err := secret.Public()
	if err != nil {
		return "", err
	}
	trust, err := trustOf(key)
	if err != nil {
		return "", err
	}
	deviceKey, err := device.Public()
	if err != nil {
		return "", err
	}
	prepared, err := issuer.PrepareCredential(
		livepermit.NewPermit(name, class), deviceKey, livepermit.DefaultValidity(), now,
	)
	if err != nil {
		return "", err
	}
	credential, err := prepared.Sign(secret)
	if err != nil {
		return "", err
	}
	holder, err := livepermit.NewHolder(deviceKey)
	if err != nil {
		return "", err
	}
	if _, err := holder.Accept(credential.Bytes, trust, now); err != nil {
		return "", err
	}
	if prepared, err = holder.Prepare(livepermit.EveryGate(), now); err != nil {
		return "", err
	}
	code, err := prepared.Sign(device)
	if err != nil {
		return "", err
	}
	return code.QRText, nil
}

func read(file string) (out made, trust *livepermit.Trust, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return out, nil, err
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return out, nil, err
	}
	bytes, err := hex.DecodeString(out.IssuerKey)
	if err != nil {
		return out, nil, err
	}
	key, err := livepermit.PublicKeyFromCOSEKey(bytes)
	if err != nil {
		return out, nil, err
	}
	trust, err = trustOf(key)
	return out, trust, err
}

func admit(file string) error {
	made, trust, err := read(file)
	if err != nil {
		return err
	}
	store, err := livepermit.NewMemoryStoreForTheFirstTime(100, livepermit.DefaultRetention())
	if err != nil {
		return err
	}
	gate, err := livepermit.NewGate(livepermit.NewGateSettings(policy()), trust, nil, store)
	if err != nil {
		return err
	}
	if len(made.Codes) != 3 {
		return fmt.Errorf("%d codes, not 3", len(made.Codes))
	}
	for name, code := range made.Codes {
		admission, err := gate.Admit(code, time.Unix(made.Now+1, 0))
		if err != nil {
			return err
		}
		if !admission.IsAdmitted() || admission.Verified.Subject != name {
			return fmt.Errorf("%s: %+v", name, admission)
		}
		again, err := gate.Admit(code, time.Unix(made.Now+10, 0))
		if err != nil {
			return err
		}
		if again.IsAdmitted() || again.Rejection.Code != "already-used" {
			return fmt.Errorf("%s, shown again: %+v", name, again)
		}
	}
	return nil
}

// Calls that are timed together.
const together = 200

// Prints the microseconds of a verdict, the median of many small batches, and by how many KiB the
// process grew in the second half of the calls.
func cost(file string, calls int, kind string) error {
	made, trust, err := read(file)
	if err != nil {
		return err
	}
	verifier, err := livepermit.NewVerifier(trust, policy())
	if err != nil {
		return err
	}
	code, now := made.Codes[kind], time.Unix(made.Now, 0)
	var batches []float64
	half := 0
	for batch := range calls / together {
		if batch == calls/together/2 {
			if half, err = resident(); err != nil {
				return err
			}
		}
		start := time.Now()
		for range together {
			verdict, err := verifier.Verify(code, now, nil)
			if err != nil {
				return err
			}
			if !verdict.IsAccepted() {
				return errors.New(verdict.Rejection.Reason)
			}
		}
		batches = append(batches, float64(time.Since(start).Nanoseconds())/1e3/together)
	}
	if len(batches) == 0 {
		return errors.New("too few calls")
	}
	end, err := resident()
	if err != nil {
		return err
	}
	slices.Sort(batches)
	fmt.Printf("%.1f %d\n", batches[len(batches)/2], end-half)
	return nil
}

// KiB of memory that the process has.
func resident() (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for _, line := range bytes.Split(status, []byte("\n")) {
		var kib int
		if _, err := fmt.Sscanf(string(line), "VmRSS: %d kB", &kib); err == nil {
			return kib, nil
		}
	}
	return 0, errors.New("no VmRSS")
}
