import Foundation

/// The two clocks of a phone, and its alarm.
public protocol PhoneClock: Sendable {
    /// Seconds since 1970, as the phone shows the time.
    func wall() -> Int64

    /// Milliseconds of a counter that nobody can set, and that goes on while the phone sleeps.
    func uptime() -> Int64

    /// Returns after so many milliseconds, or throws `CancellationError`.
    func sleep(milliseconds: Int64) async throws
}

/// The clocks of the system.
public struct SystemClock: PhoneClock {
    private let start = ContinuousClock.now

    public init() {}

    public func wall() -> Int64 {
        Int64(Date().timeIntervalSince1970)
    }

    public func uptime() -> Int64 {
        let passed = start.duration(to: ContinuousClock.now).components
        return passed.seconds * 1_000 + passed.attoseconds / 1_000_000_000_000_000
    }

    public func sleep(milliseconds: Int64) async throws {
        try await Task.sleep(nanoseconds: UInt64(milliseconds) * 1_000_000)
    }
}

/// What the screen shows.
public enum LiveScreen: @unchecked Sendable {
    /// A code, until another value comes. The schedule tells what time the code has left.
    case code(token: Token, schedule: CodeSchedule)
    /// No code is ready: show a spinner. `failure` is why the last signature did not come.
    case waiting(failure: (any Error)?)
    /// The credential is not valid yet, by this phone's clock.
    case notYetValid(from: Int64)
    /// The credential has ended: fetch another. Nothing comes after this.
    case ended(at: Int64)

    /// Whether the screen needs no change. Each failure is told, even if it is like the last one.
    fileprivate func isSame(as other: LiveScreen) -> Bool {
        switch (self, other) {
        case let (.code(token, _), .code(before, _)): return token == before
        case (.waiting(nil), .waiting(nil)): return true
        case let (.notYetValid(from), .notYetValid(before)): return from == before
        default: return false
        }
    }
}

extension Holder {
    /// The codes of this wallet, each signed shortly before it is shown, replaced every `refresh`
    /// seconds. Ask for the next value while the screen is visible, and draw each value at once.
    /// Both clocks are read again for each value, and the next credential that the wallet accepted
    /// is used; begin anew when the app comes to the front.
    public func liveCodes(
        key: any DeviceKey,
        recipient: Recipient = .anyone,
        refresh: Int64 = 10,
        clock: any PhoneClock = SystemClock()
    ) -> LiveCodes {
        LiveCodes(holder: self, key: key, recipient: recipient, refresh: refresh, clock: clock)
    }
}

/// The codes of a wallet as an asynchronous sequence: `for try await screen in …`. It ends when the
/// credential has ended or the task is cancelled.
public struct LiveCodes: AsyncSequence, @unchecked Sendable {
    public typealias Element = LiveScreen

    fileprivate let holder: Holder
    fileprivate let key: any DeviceKey
    fileprivate let recipient: Recipient
    fileprivate let refresh: Int64
    fileprivate let clock: any PhoneClock

    public func makeAsyncIterator() -> Iterator {
        Iterator(codes: self)
    }

    /// One run of the sequence.
    public struct Iterator: AsyncIteratorProtocol {
        private let codes: LiveCodes
        private var credential: HeldCredential?
        private var schedule: CodeSchedule?
        /// What the last step ordered, to be done before the next.
        private var order: ScheduleStep?
        /// The last two: the one that is shown, and the one that replaces it.
        private var signed: [(slot: Slot, token: Token)] = []
        private var failure: (any Error)?
        private var shown: LiveScreen?
        private var hasEnded = false

        fileprivate init(codes: LiveCodes) {
            self.codes = codes
        }

        public mutating func next() async throws -> LiveScreen? {
            do {
                while !hasEnded {
                    if let order {
                        self.order = nil
                        try await carryOut(order)
                    }
                    guard let screen = try look() else { continue }
                    if case .ended = screen { hasEnded = true }
                    if let shown, screen.isSame(as: shown) { continue }
                    shown = screen
                    return screen
                }
            } catch is CancellationError {
                hasEnded = true
            }
            return nil
        }

        /// Reads the clocks: what the screen must show, and the order to be carried out next.
        private mutating func look() throws -> LiveScreen? {
            let wall = codes.clock.wall()
            guard let schedule = try currentSchedule(wall: wall) else { return .ended(at: wall) }
            let step = try schedule.at(wall: wall, uptimeMillis: codes.clock.uptime())
            order = step
            switch step.screen {
            case .code(let slot):
                let found = signed.first { $0.slot == slot }
                return found.map { LiveScreen.code(token: $0.token, schedule: schedule) }
            case .waiting: return .waiting(failure: failure)
            case .notYetValid(let from): return .notYetValid(from: from)
            case .ended(let at): return .ended(at: at)
            }
        }

        /// The schedule of the newest credential; nothing for a wallet that never had one.
        private mutating func currentSchedule(wall: Int64) throws -> CodeSchedule? {
            let newest = try codes.holder.current(now: wall)
            guard let schedule else {
                let held = try codes.holder.credentials()
                guard let first = newest ?? held.last else { return nil }
                let made = try CodeSchedule(
                    notBefore: first.notBefore, expires: first.expires, window: first.window,
                    refresh: shorter(first.window))
                credential = first
                self.schedule = made
                return made
            }
            if let newest, newest.bytes != credential?.bytes {
                credential = newest
                try schedule.renew(
                    notBefore: newest.notBefore, expires: newest.expires, window: newest.window,
                    refresh: shorter(newest.window))
            }
            return schedule
        }

        private func shorter(_ window: Int64) -> Int64 {
            Swift.min(codes.refresh, window - 1)
        }

        /// Signs a code that was ordered, or waits.
        private mutating func carryOut(_ step: ScheduleStep) async throws {
            let clock = codes.clock
            guard let slot = step.prepare, let schedule else {
                let left = step.wake - clock.uptime()
                return try await clock.sleep(milliseconds: Swift.max(left, 1))
            }
            do {
                let prepared = try codes.holder.prepare(
                    recipient: codes.recipient, now: slot.issuedAt)
                let token = try await codes.key.sign(prepared)
                failure = nil
                let arrival = try schedule.prepared(slot: slot, uptimeMillis: clock.uptime())
                if case .accepted = arrival {
                    signed = Array(([(slot: slot, token: token)] + signed).prefix(2))
                }
            } catch let cancelled as CancellationError {
                throw cancelled
            } catch {
                failure = error
                try schedule.failed(slot: slot, uptimeMillis: clock.uptime())
            }
        }
    }
}
