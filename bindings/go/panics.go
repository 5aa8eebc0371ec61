//go:build livepermit_panics

package livepermit

// #cgo CFLAGS: -DLIVEPERMIT_PANICS
// #include <livepermit.h>
import "C"

// PanicForTests panics in the library, so that tests see how a defect arrives. Libraries for users
// do not have the function.
func PanicForTests() error {
	c := begin()
	defer c.end()
	return c.run(func() C.lp_result { return C.lp_panic_for_tests(c.why) })
}
