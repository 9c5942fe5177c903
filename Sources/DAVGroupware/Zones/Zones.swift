import Glibc
import Synchronization

/// The zones that have a name: those of the system's zone files (IANA), found by whatever clients write for them.
///
/// Only names that a walk through the folder has found are ever opened, so a TZID cannot lead outside it. Thread-safe; a zone is
/// read once.
package final class Zones: Sendable {
    private struct State {
        /// The names by their lower case.
        var names: [String: String]?
        var rules: [String: ZoneRules] = [:]
        /// By a hash of what they say. Emptied when it has grown large.
        var components: [Int: ZoneRules] = [:]
    }

    private let folder: String
    private let state = Mutex(State())

    package init(folder: String = "/usr/share/zoneinfo") { self.folder = folder }

    /// Every IANA name, in order. Empty where the system has no zone files.
    package var names: [String] { state.withLock { index(&$0).values.sorted() } }

    /// The IANA name that a TZID means, whatever the case of its letters.
    ///
    /// - Parameter tzid: an IANA name; or one with a prefix, as in `/freeassociation.sourceforge.net/Europe/Berlin`; or a
    ///   Windows name such as `W. Europe Standard Time`.
    package func name(of tzid: String) -> String? {
        let bare = DateValue.bare(tzid: tzid)
        guard bare.utf8.count <= 255 else { return nil }
        if let name = exactName(bare) { return name }
        if let name = WindowsZones.names[bare.lowercased()] { return exactName(name) }
        guard bare.utf8.contains(UInt8(ascii: "/")) else { return nil }
        // `/mozilla.org/20050126_1/America/Argentina/Ushuaia`: the longest end that is a name.
        var rest = Substring(bare)
        while let slash = rest.firstIndex(of: "/") {
            rest = rest[rest.index(after: slash)...]
            if let name = exactName(String(rest)) { return name }
        }
        return nil
    }

    /// The IANA name that is spelled like that but for the case of its letters.
    package func exactName(_ name: String) -> String? { state.withLock { index(&$0)[name.lowercased()] } }

    /// The rules of the zone that a TZID means: an IANA name, anything that ``name(of:)`` knows, or an offset: `UTC+02:00`.
    package func rules(_ tzid: String) -> ZoneRules? {
        guard let name = name(of: tzid) else { return Self.fixed(DateValue.bare(tzid: tzid)) }
        if let known = state.withLock({ $0.rules[name] }) { return known }
        guard let bytes = Self.read(folder + "/" + name), let rules = ZoneFile.rules(bytes) else { return nil }
        return state.withLock { state in
            state.rules[name] = state.rules[name] ?? rules
            return state.rules[name]
        }
    }

    /// The rules of a VTIMEZONE.
    package func rules(of component: Component) -> ZoneRules? {
        var hasher = Hasher()
        Self.hash(component, into: &hasher)
        let key = hasher.finalize()
        if let known = state.withLock({ $0.components[key] }) { return known }
        guard let rules = ZoneRules(component) else { return nil }
        state.withLock { state in
            if state.components.count >= 500 { state.components.removeAll() }
            state.components[key] = rules
        }
        return rules
    }

    /// Where in a text it stands does not matter.
    private static func hash(_ component: Component, into hasher: inout Hasher) {
        hasher.combine(component.name)
        for line in component.properties {
            hasher.combine(line.name)
            hasher.combine(line.value)
        }
        hasher.combine(component.components.count)
        for part in component.components { hash(part, into: &hasher) }
    }

    /// `GMT+0200`, `UTC-05:00`.
    private static func fixed(_ tzid: String) -> ZoneRules? {
        let upper = tzid.uppercased()
        guard upper.hasPrefix("GMT") || upper.hasPrefix("UTC") else { return nil }
        return UTCOffset(upper.dropFirst(3).filter { $0 != ":" }).map(ZoneRules.fixed)
    }
}

// MARK: - Files

extension Zones {
    private func index(_ state: inout State) -> [String: String] {
        if let names = state.names { return names }
        var names: [String: String] = [:]
        Self.walk(folder, "", depth: 0, &names)
        state.names = names
        return names
    }

    private static func walk(_ folder: String, _ prefix: String, depth: Int, _ names: inout [String: String]) {
        guard depth < 4, let directory = opendir(folder + "/" + prefix) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let type = Int32(entry.pointee.d_type)
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            // Zones begin with a capital; `posix`, `right`, `posixrules` and the tables do not.
            guard let first = name.utf8.first, UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first, names.count < 5_000,
                !name.utf8.contains(UInt8(ascii: "."))
            else { continue }
            if type == Int32(DT_DIR) {
                walk(folder, prefix + name + "/", depth: depth + 1, &names)
            } else {
                names[(prefix + name).lowercased()] = prefix + name
            }
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return count < bytes.count ? Array(bytes.prefix(count)) : nil
    }
}
