public import HTTPTypes

/// Header fields of WebDAV and its relatives that HTTPTypes does not name.
extension HTTPField.Name {
    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("“\(name)” is not a field name") }
        return name
    }

    /// RFC 4918 §10.1
    public static let dav = known("DAV")
    /// What Windows looks for before it speaks WebDAV.
    public static let msAuthorVia = known("MS-Author-Via")
    /// RFC 4918 §10.2
    public static let depth = known("Depth")
    /// RFC 7240 §2
    public static let prefer = known("Prefer")
    /// RFC 7240 §3
    public static let preferenceApplied = known("Preference-Applied")
    /// The older spelling of `Prefer: return=minimal` (RFC 8144 §2.1 names the successor).
    public static let brief = known("Brief")
    /// What Apple's MobileMe clients sent instead of `Prefer`.
    static let mobileMeOptions = known("X-MobileMe-DAV-Options")
    /// RFC 4918 §10.4
    public static let `if` = known("If")
    /// RFC 4918 §10.3
    public static let destination = known("Destination")
    /// RFC 4918 §10.6
    public static let overwrite = known("Overwrite")
    /// RFC 4918 §10.7
    public static let timeout = known("Timeout")
    /// RFC 4918 §10.5
    public static let lockToken = known("Lock-Token")
    /// RFC 5023 §9.7: the name a POST would like its new member to have.
    public static let slug = known("Slug")
    /// draft-bitfire-webdav-push §4.2
    public static let pushDontNotify = known("Push-Dont-Notify")
    /// RFC 6638 §8.1: whether the organizer is to be told.
    public static let scheduleReply = known("Schedule-Reply")
    /// RFC 6638 §8.2
    public static let scheduleTag = known("Schedule-Tag")
    /// RFC 6638 §8.3
    public static let ifScheduleTagMatch = known("If-Schedule-Tag-Match")
    /// What Finder calls the length of a chunked upload.
    static let expectedLength = known("X-Expected-Entity-Length")
}

extension HTTPFields {
    /// The same as the subscript, without the work of joining where there is nothing to join.
    package func value(of name: HTTPField.Name) -> String? {
        var only: String?
        for field in self where field.name == name {
            // A second one: they are joined.
            if only != nil { return self[name] }
            only = field.value
        }
        return only
    }
}
