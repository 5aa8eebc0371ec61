package livepermit_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

// The files, with the number of their tests, so that a file that is left out is noticed.
var files = map[string]int{
	"acting": 19, "admission": 241, "credential-and-presentation": 31, "gate-codes": 102,
	"keys": 75, "memory": 201, "pass": 113, "rejections": 938, "setups": 253, "slip": 60,
	"status-lists": 379, "status": 75, "trust-list-expiry": 6, "trust-lists": 378,
}

var runners = map[string]func(group, test fields) error{
	"VerifyToken": runToken, "GateCode": runGateCode, "PublicKey": runKey,
	"AcceptTrustList": runTrustList, "AcceptStatusList": runStatusList, "Admit": runAdmit,
	"Memory": runMemory, "AcceptSetup": runSetup,
}

// Every test vector through the public API of this package.
func TestEveryVectorHasItsVerdict(t *testing.T) {
	all := 0
	for name, wanted := range files {
		all += wanted
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if ran := runFile(t, name); ran != wanted {
				t.Errorf("%d tests, not %d", ran, wanted)
			} else {
				t.Logf("%s: %d of %d tests", name, ran, wanted)
			}
		})
	}
	if all != 2871 {
		t.Errorf("%d tests, not 2871", all)
	}
}

func runFile(t *testing.T, name string) (ran int) {
	text, err := os.ReadFile(filepath.Join("..", "..", "test-vectors", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file fields
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, group := range file.list("testGroups") {
		for _, test := range group.list("tests") {
			ran++
			if err := guarded(runners[group.text("type")], group, test); err != nil {
				t.Errorf("%v (%s): %v", test["tcId"], test.text("comment"), err)
			}
		}
	}
	return ran
}

// A field that is missing where it must be there is a failure of the test.
func guarded(run func(group, test fields) error, group, test fields) (err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	return run(group, test)
}

// Fields of a vector.
type fields map[string]any

func (f fields) has(name string) bool { return f[name] != nil }

func (f fields) text(name string) string { return f[name].(string) }

func (f fields) maybeText(name string) string {
	text, _ := f[name].(string)
	return text
}

func (f fields) bytes(name string) []byte { return unhex(f.text(name)) }

func (f fields) number(name string) int64 { return int64(f[name].(float64)) }

func (f fields) seconds(name string) livepermit.Seconds {
	return livepermit.Seconds(f.number(name))
}

func (f fields) unix(name string) livepermit.UnixTime { return livepermit.UnixTime(f.number(name)) }

func (f fields) maybeNumber(name string) *int64 {
	if !f.has(name) {
		return nil
	}
	number := f.number(name)
	return &number
}

func (f fields) of(name string) fields { return f[name].(map[string]any) }

func (f fields) list(name string) []fields {
	items, _ := f[name].([]any)
	out := make([]fields, len(items))
	for i, item := range items {
		out[i] = item.(map[string]any)
	}
	return out
}

func (f fields) texts(name string) []string {
	items, _ := f[name].([]any)
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = item.(string)
	}
	return out
}

func (f fields) isValid() bool { return f.text("result") == "valid" }

func unhex(text string) []byte {
	bytes, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}

// Compares as JSON, because the vectors are JSON.
func same(what string, found, wanted any) error {
	if !reflect.DeepEqual(plain(found), plain(wanted)) {
		return fmt.Errorf("%s: %v, not %v", what, found, wanted)
	}
	return nil
}

func plain(value any) (out any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic(err)
	}
	return out
}

// The first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Bits with their words.
func bitsOf[T ~uint32](words []string, all ...T) (bits T) {
	for _, word := range words {
		known := T(0)
		for _, bit := range all {
			if fmt.Sprint(bit) == word {
				known = bit
			}
		}
		if known == 0 {
			panic("unknown: " + word)
		}
		bits |= known
	}
	return bits
}
