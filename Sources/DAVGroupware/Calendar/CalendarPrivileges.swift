public import DAV

extension Privilege {
    /// RFC 4791 §6.1.1: see when somebody is busy, and no more. Whoever may read may do this, too; alone it is enough to
    /// know of a calendar and to ask for free-busy times.
    public static let readFreeBusy = Privilege(.calDAV("read-free-busy"), in: .read, "See when somebody is busy")
}
