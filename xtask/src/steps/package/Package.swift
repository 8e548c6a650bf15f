// swift-tools-version:6.0
import PackageDescription

let package = Package(
    name: "FirstSteps",
    dependencies: [.package(path: "Saferoom")],
    targets: [.executableTarget(name: "FirstSteps", dependencies: [.product(name: "Saferoom", package: "Saferoom")])]
)
