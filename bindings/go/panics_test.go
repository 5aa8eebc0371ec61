//go:build livepermit_panics

package livepermit_test

import (
	"strings"
	"testing"

	livepermit "github.com/livepermit/livepermit/bindings/go"
)

func TestADefectOfTheLibraryIsAnInternalError(t *testing.T) {
	for range 3 {
		failed := hasCode(t, livepermit.PanicForTests(), livepermit.CodeInternal)
		check(t, strings.Contains(failed.Reason, "a defect that a test asked for"))
		check(t, len(good(livepermit.RejectionCodes())(t)) == 53)
	}
}
