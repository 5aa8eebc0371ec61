//go:build !livepermit_static

package livepermit

// #cgo pkg-config: livepermit
import "C"
