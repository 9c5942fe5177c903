public import HTTPTypes

/// Methods of RFC 4918 that HTTPTypes does not name.
extension HTTPRequest.Method {
    public static let mkcol = known("MKCOL")
    public static let copy = known("COPY")
    public static let move = known("MOVE")
    public static let lock = known("LOCK")
    public static let unlock = known("UNLOCK")
    /// RFC 3744
    public static let acl = known("ACL")

    private static func known(_ name: String) -> HTTPRequest.Method {
        guard let method = HTTPRequest.Method(name) else { preconditionFailure("“\(name)” is not a method name") }
        return method
    }
}
