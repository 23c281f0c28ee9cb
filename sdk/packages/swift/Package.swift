// swift-tools-version:5.9
import PackageDescription

// On a Mac `Humanseal.xcframework` holds the library for device and simulator; docs/sdk.md says how it is made. On Linux
// the library is a file, whose folder a build is told with `-Xlinker -L`.
#if os(Linux)
let library = Target.target(name: "HumansealFFI", linkerSettings: [.linkedLibrary("humanseal")])
#else
let library = Target.binaryTarget(name: "HumansealFFI", path: "Humanseal.xcframework")
#endif

let package = Package(
    name: "Humanseal",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Humanseal", targets: ["Humanseal"])],
    targets: [library, .target(name: "Humanseal", dependencies: ["HumansealFFI"], resources: [.copy("models")])]
)
