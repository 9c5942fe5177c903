public import HTTPTypes

/// Statuses WebDAV adds to HTTP (RFC 4918 §11).
extension HTTPResponse.Status {
    public static let multiStatus = Self(code: 207, reasonPhrase: "Multi-Status")
    public static let locked = Self(code: 423, reasonPhrase: "Locked")
    public static let failedDependency = Self(code: 424, reasonPhrase: "Failed Dependency")
    public static let insufficientStorage = Self(code: 507, reasonPhrase: "Insufficient Storage")
}
