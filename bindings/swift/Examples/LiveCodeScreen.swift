#if canImport(SwiftUI)
import Livepermit
import SwiftUI

/// Shows the live code while the screen is visible. An app takes this file as it is.
///
/// - The code is hidden while the app is not in front: no picture in the list of apps has it.
/// - The screen is bright and stays on.
/// - A key that asks its user is told in words.
@available(iOS 16, macOS 13, *)
public struct LiveCodeScreen: View {
    private let wallet: Holder
    private let key: any DeviceKey
    private let clock = SystemClock()
    @State private var screen = LiveScreen.waiting(failure: nil)
    @Environment(\.scenePhase) private var phase

    public init(wallet: Holder, key: any DeviceKey) {
        self.wallet = wallet
        self.key = key
    }

    public var body: some View {
        content
            .padding()
            .frame(maxWidth: .infinity, maxHeight: .infinity)
            // Light around the code in dark mode as well: readers need the border.
            .background(Color.white)
            .foregroundStyle(Color.black)
            .task(id: phase) { await follow() }
            .onAppear { shine(true) }
            .onDisappear { shine(false) }
    }

    @ViewBuilder private var content: some View {
        if phase != .active {
            Text("Open the app to show your permit.")
        } else {
            switch screen {
            case .code(let token, let schedule):
                CodePicture(text: token.qrText).accessibilityLabel("Permit code")
                CountdownBar(schedule: schedule, clock: clock)
            case .waiting(let failure):
                ProgressView()
                if failure != nil { Text("This phone does not sign now. Unlock it, and wait.") }
            case .notYetValid:
                Text("This permit is not valid yet. Check the phone's clock.")
            case .ended:
                Text("This permit has ended. Connect to fetch the next one.")
            }
        }
    }

    /// A code that nobody looks at is not signed: the task ends when the phase changes.
    private func follow() async {
        guard phase == .active else { return }
        do {
            for try await next in wallet.liveCodes(key: key, clock: clock) { screen = next }
        } catch {
            screen = .waiting(failure: error)
        }
    }

    @MainActor private func shine(_ isOn: Bool) {
        #if os(iOS)
        UIApplication.shared.isIdleTimerDisabled = isOn
        if isOn { UIScreen.main.brightness = 1 }
        #endif
    }
}

/// A QR code in whole pixels, with its light border.
@available(iOS 16, macOS 13, *)
struct CodePicture: View {
    private let width: Int
    private let modules: Data
    /// Light modules around a QR code (ISO/IEC 18004).
    private let quiet = 4

    init(text: String) {
        let picture = try? drawQr(text: text, level: .medium)
        width = Int(picture?.width() ?? 0)
        modules = picture?.modules() ?? Data()
    }

    var body: some View {
        Canvas { context, size in
            let all = width + 2 * quiet
            let side = (min(size.width, size.height) / CGFloat(all)).rounded(.down)
            for row in 0..<width {
                for column in 0..<width where modules[row * width + column] == 1 {
                    let module = CGRect(
                        x: CGFloat(column + quiet) * side, y: CGFloat(row + quiet) * side,
                        width: side, height: side)
                    context.fill(Path(module), with: .color(.black))
                }
            }
        }
        .aspectRatio(1, contentMode: .fit)
    }
}

/// The time until the next code. The schedule is asked for every frame; nothing else keeps time.
@available(iOS 16, macOS 13, *)
struct CountdownBar: View {
    let schedule: CodeSchedule
    let clock: SystemClock

    var body: some View {
        TimelineView(.animation) { _ in
            ProgressView(value: part).accessibilityHidden(true)
        }
    }

    private var part: Double {
        let read = try? schedule.remaining(wall: clock.wall(), uptimeMillis: clock.uptime())
        guard let left = read, left.refresh > 0 else { return 0 }
        return min(max(Double(left.toNext) / Double(left.refresh), 0), 1)
    }
}
#endif
