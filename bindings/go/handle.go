package livepermit

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// An object of the library. It is freed when it is closed, or not reachable any more, and no call
// uses it.
type handle struct {
	pointer unsafe.Pointer
	free    func(unsafe.Pointer)
	// The owner and the calls that run.
	users  atomic.Int64
	closed atomic.Bool
}

func newHandle(pointer unsafe.Pointer, free func(unsafe.Pointer)) *handle {
	h := &handle{pointer: pointer, free: free}
	h.users.Store(1)
	runtime.SetFinalizer(h, (*handle).Close)
	return h
}

// Close gives the memory back, after the calls that run. It can be called several times.
func (h *handle) Close() {
	if h == nil || h.closed.Swap(true) {
		return
	}
	runtime.SetFinalizer(h, nil)
	h.release()
}

// Keeps the object for a call, if it is not closed.
func (h *handle) acquire() bool {
	if h == nil {
		return false
	}
	for {
		users := h.users.Load()
		if users == 0 || h.closed.Load() {
			return false
		}
		if h.users.CompareAndSwap(users, users+1) {
			return true
		}
	}
}

func (h *handle) release() {
	if h.users.Add(-1) == 0 {
		h.free(h.pointer)
	}
}
