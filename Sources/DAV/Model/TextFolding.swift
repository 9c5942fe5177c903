/// Folds text so that two strings any collation of CalDAV and CardDAV takes for equal become the same bytes, at least.
///
/// An index of folded text can exclude members, never include them: the collation itself judges afterwards.
public enum TextFolding {
    /// Lower case of every character, compatibility aside.
    public static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            return String(decoding: text.utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
        }
        return text.lowercased()
    }
}
