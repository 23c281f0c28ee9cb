// swift-tools-version:5.9
import PackageDescription

// `Humanseal.xcframework` holds the library for device and simulator; docs/sdk.md says how it is made on a Mac.
let package = Package(
    name: "Humanseal",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Humanseal", targets: ["Humanseal"])],
    targets: [
        .binaryTarget(name: "HumansealFFI", path: "Humanseal.xcframework"),
        .target(name: "Humanseal", dependencies: ["HumansealFFI"]),
    ]
)
