/// Which principals somebody may find by listing and searching (RFC 3744 §9.4).
///
/// Those one shares with, or acts for, are always known by their URL.
public enum DirectoryPrivacy: String, Sendable, Hashable, CaseIterable {
    /// All of them.
    case everyone
    /// Those in a group one is in oneself, and these groups.
    case groups
    /// Only who is asked for by the whole name or the whole address; nobody is listed.
    case exact
    /// Nobody but oneself.
    case nobody
}
