// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

// Each dependency stands with its reason. What Martlet does not exist for, a well-kept library does.
let package = Package(
    name: "martlet",
    products: [
        .library(name: "DAV", targets: ["DAV"]),
        .library(name: "DAVGroupware", targets: ["DAVGroupware"]),
        .library(name: "DAVFolders", targets: ["DAVFolders"]),
        .library(name: "DAVStorage", targets: ["DAVStorage"]),
        .library(name: "DAVHummingbird", targets: ["DAVHummingbird"]),
        .library(name: "DAVTesting", targets: ["DAVTesting"]),
        .library(name: "WebPush", targets: ["WebPush"]),
        .library(name: "DAVWebPush", targets: ["DAVWebPush"]),
        .executable(name: "martlet", targets: ["martlet"]),
    ],
    dependencies: [
        // The currency types of HTTP messages, shared with every Swift server.
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        // The logging façade that the host application configures.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // The embedded SQL store: connection pool, migrations, backup, statement cache.
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // HTTP/1.1, HTTP/2, TLS and graceful shutdown.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        // Channel handlers that close the gaps between the HTTP library and a server facing the open Internet.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // The HTTP/2 face of the push service in the tests.
        .package(url: "https://github.com/apple/swift-nio-http2", exact: "1.46.0"),
        // Certificates and their reload.
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        // The bridge between NIO's HTTP parts and HTTPTypes.
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        // scrypt for stored passwords, HMAC for the credential cache; the encryption and signatures of Web Push.
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        // Requests to push services: pooled HTTP/2, names overridden by the addresses that were checked.
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        // Start and stop order of long-running services, signals.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        // The command line.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // The configuration file's format.
        .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
        // `make docs`.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"),
    ],
    targets: [
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .target(
            name: "DAV",
            dependencies: [
                "CExpat",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "DAVGroupware",
            dependencies: ["DAV", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: strict
        ),
        .target(name: "DAVFolders", dependencies: ["DAV"], swiftSettings: strict),
        .target(
            name: "DAVStorage",
            dependencies: [
                "DAV",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "DAVHummingbird",
            dependencies: [
                "DAV",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "WebPush",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "DAVWebPush",
            dependencies: ["DAV", "WebPush", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "MartletServer",
            dependencies: [
                "DAV", "DAVGroupware", "DAVStorage", "DAVHummingbird", "DAVWebPush", "WebPush",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "DAV", "DAVGroupware", "DAVStorage", "MartletServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(name: "DAVTesting", dependencies: ["DAV"], swiftSettings: strict),
        // What several test targets start programs with.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "DAVTests", dependencies: ["DAV", "DAVTesting", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "DAVFoldersTests", dependencies: ["DAVFolders", "DAV", "DAVTesting"], swiftSettings: strict),
        .testTarget(
            name: "DAVGroupwareTests", dependencies: ["DAVGroupware", "DAV", "DAVTesting", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "DAVStorageTests", dependencies: ["DAVStorage", "DAVGroupware", "DAVTesting"], swiftSettings: strict),
        .testTarget(
            name: "MartletServerTests",
            dependencies: [
                "MartletServer", "DAVGroupware", "DAVTesting", "DAVWebPush", "TestSupport", "WebPush",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WireTests",
            dependencies: [
                "MartletServer", "DAVGroupware", "DAVStorage", "DAVHummingbird", "DAVTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebPushTests",
            dependencies: [
                "TestSupport", "WebPush",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ]
)
