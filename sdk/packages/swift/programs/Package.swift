// swift-tools-version:5.9
import PackageDescription

// The example app, and the scenario that every language runs. The scenario shows the app's stills and asks its owner.
let humanseal = Target.Dependency.product(name: "Humanseal", package: "humanseal")
let package = Package(
    name: "programs",
    platforms: [.macOS(.v12)],
    dependencies: [.package(name: "humanseal", path: "../swift")],
    targets: [
        .executableTarget(name: "App", dependencies: [humanseal]),
        .executableTarget(name: "Scenario", dependencies: [humanseal], swiftSettings: [.define("SCENARIO")]),
    ]
)
