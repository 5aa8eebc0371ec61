// Package livepermit issues, shows and verifies live permit codes: permits that can be shown, but
// not copied. It calls the C library of livepermit; nothing is verified in Go itself.
//
// # Who is who
//
// An [Issuer] prepares passes, credentials and slips, and a key signs them: a [SecretKey] in
// memory, or any [crypto.Signer]. A [Holder] is the wallet of a device key: it makes codes from a
// credential. A [Verifier] tells whether a code is genuine, live and for this gate. A [Gate] also
// knows whether the code was used before, by its [Store].
//
// # Refusals and errors
//
// A visitor who is refused is a value: [Verdict], [Admission], [ScanEvent]. An error is what the
// caller did wrong, or what a store or a signer did: [*Error], with a stable code. A defect of the
// library is an [*Error] with the code [CodeInternal].
//
// # Times
//
// The format counts whole seconds. A [time.Time] means the second in which it lies, so the time of
// a clock is taken as it is; a time that is forgotten, the zero Time, is an error. Where a time may
// be absent, the zero Time says so. Spans are [Seconds], which have no fractions.
//
// # Choices
//
// The zero value of a choice, such as of [Passage], is none of its values, so a choice that was
// forgotten is an error. Take rules from [NewPolicy], [NewGateSettings] and [NewPermit], and change
// their fields. What weakens a check has Dangerous in its name.
//
// # Memory and goroutines
//
// Types with a method Close hold memory of the library. Close gives it back at once; without it the
// garbage collector does, later. After Close, methods return an [*Error] with the code
// [CodeClosed]. All functions and methods can be called from several goroutines at once, Close
// among them: a call that runs is not disturbed.
package livepermit
