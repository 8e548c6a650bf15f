// swift-tools-version:6.0
import PackageDescription

// On Apple platforms the native library comes as an XCFramework (scripts/xcframework.sh). Elsewhere the linker is told where
// libsaferoom_ffi.a lies: `swift build -Xlinker -L<folder>`.
#if canImport(Darwin)
    let library: Target = .binaryTarget(name: "SaferoomFFI", path: "SaferoomFFI.xcframework")
#else
    let library: Target = .systemLibrary(name: "SaferoomFFI", path: "Sources/SaferoomFFI")
#endif

let package = Package(
    name: "Saferoom",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Saferoom", targets: ["Saferoom"])],
    targets: [
        library,
        // What uniffi generates keeps to the rules of Swift 5; what is written by hand, to those of Swift 6.
        .target(name: "SaferoomNative", dependencies: ["SaferoomFFI"], swiftSettings: [.swiftLanguageMode(.v5)]),
        .target(name: "Saferoom", dependencies: ["SaferoomNative"]),
        .executableTarget(name: "interview-desk", dependencies: ["Saferoom"], path: "Examples/InterviewDesk"),
        .executableTarget(name: "hosts-bench", dependencies: ["Saferoom"], path: "Benches/Hosts"),
        .executableTarget(name: "crossing", dependencies: ["Saferoom"], path: "Tests/Crossing"),
        .testTarget(name: "SaferoomTests", dependencies: ["Saferoom", "SaferoomNative", "SaferoomFFI", "interview-desk"]),
    ]
)
