// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// A package of its own, as yours would be: it sees of Martlet what everybody sees.
let package = Package(
    name: "martlet-examples",
    dependencies: [
        .package(name: "martlet", path: ".."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    ],
    targets: [
        "FileServer", "ComputedCalendar", "NotesOverYourTables", "SharedShelves", "MountInHummingbirdApp",
    ].map { name in
        .executableTarget(
            name: name,
            dependencies: [
                .product(name: "DAV", package: "martlet"),
                .product(name: "DAVFolders", package: "martlet"),
                .product(name: "DAVGroupware", package: "martlet"),
                .product(name: "DAVHummingbird", package: "martlet"),
                .product(name: "DAVWebPush", package: "martlet"),
                .product(name: "WebPush", package: "martlet"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: strict)
    }
)
