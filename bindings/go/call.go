package livepermit

// #include <stdlib.h>
// #include <livepermit.h>
import "C"

import (
	"runtime"
	"sync"
	"unsafe"
)

// A call of the library: memory outside of Go for what goes in and what comes out. Arguments are
// copied there, because structs of C point to other structs and texts, and memory of Go may not be
// reached in this way. Calls are used again, so most functions ask for no memory at all.
type call struct {
	// Why there is no result.
	why *C.lp_error
	// Where the library writes results.
	buffer *C.lp_buffer
	// The memory for arguments: the first chunk is kept, larger ones are freed at the end.
	first, chunk []byte
	used, start  int
	more         [][]byte
	// What the arguments are made of.
	held   []*handle
	pinner runtime.Pinner
	// The first argument that cannot be passed.
	failed error
}

const (
	firstBytes = 6144
	// Larger buffers are not kept: those of lists, which are rare.
	keptBytes = C.LP_SCAN_BYTES
	alignment = 16
)

var calls = sync.Pool{New: func() any { return newCall() }}

func newCall() *call {
	c := new(call)
	c.first = unsafe.Slice((*byte)(C.malloc(firstBytes)), firstBytes)
	c.chunk = c.first
	c.why = one[C.lp_error](c)
	c.buffer = one[C.lp_buffer](c)
	c.start = c.used
	c.grow(C.LP_VERDICT_BYTES)
	// The pool forgets calls that nobody needs.
	runtime.SetFinalizer(c, (*call).free)
	return c
}

func (c *call) free() {
	C.free(unsafe.Pointer(c.buffer.data))
	C.free(unsafe.Pointer(unsafe.SliceData(c.first)))
}

// Begins a call. Its memory must be given back by end.
func begin() *call { return calls.Get().(*call) }

// Everything that the library gave must be copied before.
func (c *call) end() {
	for _, h := range c.held {
		h.release()
	}
	clear(c.held)
	c.held = c.held[:0]
	c.pinner.Unpin()
	for _, chunk := range c.more {
		C.free(unsafe.Pointer(unsafe.SliceData(chunk)))
	}
	c.more = c.more[:0]
	c.chunk, c.used, c.failed = c.first, c.start, nil
	if c.buffer.capacity > keptBytes {
		C.free(unsafe.Pointer(c.buffer.data))
		c.buffer.data, c.buffer.capacity = nil, 0
		c.grow(C.LP_VERDICT_BYTES)
	}
	calls.Put(c)
}

// Ends a call that has secrets.
func (c *call) endWiped() {
	clear(c.first[c.start:])
	for _, chunk := range c.more {
		clear(chunk)
	}
	clear(unsafe.Slice((*byte)(c.buffer.data), c.buffer.capacity))
	c.end()
}

// Makes the buffer for results larger.
func (c *call) grow(bytes C.size_t) {
	if c.buffer.capacity < bytes {
		C.free(unsafe.Pointer(c.buffer.data))
		c.buffer.data = (*C.uint8_t)(C.malloc(bytes))
		c.buffer.capacity = bytes
	}
}

// Calls a function that can be called again when its result does not fit into the buffer.
func (c *call) run(function func() C.lp_result) error {
	for c.failed == nil {
		result := function()
		if result == C.LP_OK {
			return nil
		}
		if result != C.LP_BUFFER_TOO_SMALL || c.buffer.used <= c.buffer.capacity {
			return errorOf(c.why)
		}
		c.grow(c.buffer.used)
	}
	return c.failed
}

// Calls a function that uses something up: it gets so much room that its result fits.
func (c *call) once(room C.size_t, function func() C.lp_result) error {
	if c.failed != nil {
		return c.failed
	}
	c.grow(room)
	if function() != C.LP_OK {
		return errorOf(c.why)
	}
	return nil
}

func (c *call) fail(err error) {
	if c.failed == nil {
		c.failed = err
	}
}

// Keeps an object until the end of the call.
func (c *call) use(h *handle, what string) unsafe.Pointer {
	if !h.acquire() {
		c.fail(closed(what))
		return nil
	}
	c.held = append(c.held, h)
	return h.pointer
}

func closed(what string) *Error {
	return failure(CodeClosed, what+" is closed, or nil", "Close it when nobody uses it.", nil)
}

// Memory for so many bytes: zeros, because the garbage collector looks at what pointers replace.
func (c *call) room(bytes int) unsafe.Pointer {
	from := (c.used + alignment - 1) / alignment * alignment
	if from+bytes > len(c.chunk) {
		size := max(bytes, 2*len(c.chunk))
		c.chunk = unsafe.Slice((*byte)(C.malloc(C.size_t(size))), size)
		c.more = append(c.more, c.chunk)
		from = 0
	}
	c.used = from + bytes
	memory := c.chunk[from:c.used]
	clear(memory)
	return unsafe.Pointer(unsafe.SliceData(memory))
}

func one[T any](c *call) *T {
	var value T
	return (*T)(c.room(int(unsafe.Sizeof(value))))
}

func several[T any](c *call, count int) []T {
	if count == 0 {
		return nil
	}
	var value T
	return unsafe.Slice((*T)(c.room(count*int(unsafe.Sizeof(value)))), count)
}

// A value in the memory of the call.
func placed[T any](c *call, value T) *T {
	place := one[T](c)
	*place = value
	return place
}

// The place of a handle that the library gives.
func (c *call) place() *unsafe.Pointer { return one[unsafe.Pointer](c) }

func (c *call) text(text string) C.lp_text {
	memory := c.room(len(text) + 1)
	copy(unsafe.Slice((*byte)(memory), len(text)), text)
	return C.lp_text{data: (*C.char)(memory), length: C.size_t(len(text))}
}

// The empty text is absent.
func (c *call) maybeText(text string) C.lp_text {
	if text == "" {
		return C.lp_text{}
	}
	return c.text(text)
}

func (c *call) texts(texts []string) C.lp_texts {
	items := several[C.lp_text](c, len(texts))
	for i, text := range texts {
		items[i] = c.text(text)
	}
	return C.lp_texts{items: unsafe.SliceData(items), count: C.size_t(len(items))}
}

func (c *call) bytes(bytes []byte) C.lp_bytes {
	memory := c.room(len(bytes) + 1)
	copy(unsafe.Slice((*byte)(memory), len(bytes)), bytes)
	return C.lp_bytes{data: (*C.uint8_t)(memory), length: C.size_t(len(bytes))}
}

// Nil is absent.
func (c *call) maybeBytes(bytes []byte) C.lp_bytes {
	if bytes == nil {
		return C.lp_bytes{}
	}
	return c.bytes(bytes)
}

// Bytes that are too many to be copied. They stay where they are until the end of the call.
func (c *call) pinned(bytes []byte) C.lp_bytes {
	if len(bytes) == 0 {
		return c.bytes(nil)
	}
	first := unsafe.SliceData(bytes)
	c.pinner.Pin(first)
	return C.lp_bytes{data: (*C.uint8_t)(first), length: C.size_t(len(bytes))}
}

func textOf(text C.lp_text) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(text.data)), text.length))
}

// Absent bytes are nil.
func bytesOf(bytes C.lp_bytes) []byte {
	if bytes.data == nil {
		return nil
	}
	out := make([]byte, bytes.length)
	copy(out, unsafe.Slice((*byte)(bytes.data), bytes.length))
	return out
}

func textsOf(texts C.lp_texts) []string {
	out := make([]string, texts.count)
	for i, text := range unsafe.Slice(texts.items, texts.count) {
		out[i] = textOf(text)
	}
	return out
}
