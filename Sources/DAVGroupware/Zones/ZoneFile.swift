/// A compiled zone file (TZif, RFC 8536), as they lie in `/usr/share/zoneinfo`.
enum ZoneFile {
    /// `nil` if that is no such file, or one that ends too early.
    static func rules(_ bytes: [UInt8]) -> ZoneRules? {
        guard let first = Header(bytes, at: 0) else { return nil }
        guard first.version >= 2 else { return block(bytes, first, timeSize: 4, footer: nil) }
        guard let second = Header(bytes, at: first.end(timeSize: 4)) else { return nil }
        let footer = second.end(timeSize: 8)
        guard footer < bytes.count, bytes[footer] == 0x0A else { return nil }
        let line = bytes[(footer + 1)...].prefix { $0 != 0x0A }
        return block(bytes, second, timeSize: 8, footer: String(decoding: line, as: UTF8.self))
    }

    private struct Header {
        var version: Int
        /// Where the data begin.
        var start: Int
        var utcIndicators, standardIndicators, leaps, times, types, characters: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard start >= 0, start + 44 <= bytes.count, bytes[start..<start + 4].elementsEqual("TZif".utf8) else {
                return nil
            }
            let counts = (0..<6).map { Int(ZoneFile.integer(bytes, at: start + 20 + $0 * 4, size: 4)) }
            // The largest real file has a few hundred of each.
            guard counts.allSatisfy({ 0...100_000 ~= $0 }), counts[4] > 0 else { return nil }
            version = bytes[start + 4] >= UInt8(ascii: "2") ? 2 : 1
            self.start = start + 44
            (utcIndicators, standardIndicators, leaps) = (counts[0], counts[1], counts[2])
            (times, types, characters) = (counts[3], counts[4], counts[5])
        }

        func end(timeSize: Int) -> Int {
            start + times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standardIndicators
                + utcIndicators
        }
    }

    private static func block(_ bytes: [UInt8], _ header: Header, timeSize: Int, footer: String?) -> ZoneRules? {
        guard header.end(timeSize: timeSize) <= bytes.count else { return nil }
        let indices = header.start + header.times * timeSize
        let types = indices + header.times
        let names = types + header.types * 6
        let observances: [ZoneRules.Observance] = (0..<header.types).map { index in
            let at = types + index * 6
            let name = bytes[min(names + Int(bytes[at + 5]), names + header.characters)..<(names + header.characters)]
            return ZoneRules.Observance(
                offset: Int(integer(bytes, at: at, size: 4)), isDaylight: bytes[at + 4] != 0,
                name: String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
        }
        guard observances.allSatisfy({ abs($0.offset) < 93_600 }) else { return nil }
        var changes: [ZoneRules.Change] = []
        for index in 0..<header.times {
            let start = integer(bytes, at: header.start + index * timeSize, size: timeSize)
            let type = Int(bytes[indices + index])
            guard type < observances.count, changes.last.map({ $0.start < start }) ?? true else { return nil }
            // Old files begin with a change at the Big Bang.
            changes.append(ZoneRules.Change(start: max(start, ZoneRules.beginning), observance: observances[type]))
        }
        let yearly = footer.flatMap(YearlyChanges.init(posix:))
        return ZoneRules(initial: observances[0], changes: changes, yearly: yearly)
    }

    /// Big-endian, signed.
    private static func integer(_ bytes: [UInt8], at start: Int, size: Int) -> Int64 {
        let value = bytes[start..<start + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
}
