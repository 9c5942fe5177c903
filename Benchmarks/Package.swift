// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that tests do not build it. `make bench` runs it.
let package = Package(
    name: "martlet-benchmarks",
    dependencies: [
        .package(name: "martlet", path: ".."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "martlet-bench",
            dependencies: [
                .product(name: "DAV", package: "martlet"),
                .product(name: "DAVStorage", package: "martlet"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .treatAllWarnings(as: .error),
            ])
    ]
)
