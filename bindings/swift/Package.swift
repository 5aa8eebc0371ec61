// swift-tools-version: 5.9
import PackageDescription

// `generate` writes what is not in the repository: the Swift sources of the bridge, the module of its
// C functions, and the library.
#if os(macOS)
// `xcframework` builds it for devices, simulators and Macs.
let library: Target = .binaryTarget(name: "livepermitFFI", path: "livepermitFFI.xcframework")
let linking: [LinkerSetting] = []
#else
let library: Target = .systemLibrary(name: "livepermitFFI", path: "Sources/livepermitFFI")
let folder = Context.packageDirectory + "/library"
let linking: [LinkerSetting] = [
    .unsafeFlags(["-L" + folder, "-Xlinker", "-rpath", "-Xlinker", folder])
]
#endif

let package = Package(
    name: "livepermit",
    // `ContinuousClock` needs them.
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [.library(name: "Livepermit", targets: ["Livepermit"])],
    targets: [
        library,
        .target(name: "Livepermit", dependencies: ["livepermitFFI"], linkerSettings: linking),
        // For the tests alone.
        .target(name: "Support", path: "Tests/Support"),
        .executableTarget(name: "exchange", dependencies: ["Livepermit", "Support"]),
        .testTarget(name: "LivepermitTests", dependencies: ["Livepermit", "Support"]),
    ]
)
