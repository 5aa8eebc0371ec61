//go:build livepermit_static

package livepermit

// The library inside the program, so that no shared library need be installed beside it. The linker
// of macOS knows no such name: there, install the library without its shared form.

// #cgo pkg-config: livepermit
// #cgo !darwin LDFLAGS: -Wl,--push-state,-Bstatic -llivepermit -Wl,--pop-state -Wl,--as-needed
// #cgo !darwin LDFLAGS: -lpthread -lm -ldl
import "C"
