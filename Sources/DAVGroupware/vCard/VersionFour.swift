/// A card of version 3.0 told as 4.0 (RFC 6350 appendix A).
struct VersionFour {
    private let card: Component
    // Looked up once: a card may have as many properties as it likes.
    private let sortKey: String?
    private let hasKind: Bool

    init(_ card: Component) {
        self.card = card
        sortKey = card["SORT-STRING"].map { TextValue.unescape($0.value) }
        hasKind = card["X-ADDRESSBOOKSERVER-KIND"] != nil
    }

    var properties: [ContentLine] {
        var labels: [LabelKey: ArraySlice<ContentLine>] = [:]
        for label in card.all("LABEL") { labels[LabelKey(label), default: []].append(label) }
        var result: [ContentLine] = []
        for line in card.properties {
            guard var converted = convert(line) else { continue }
            if line.isNamed("ADR"), let label = labels[LabelKey(line)]?.popFirst() {
                converted.parameters.append(.init("LABEL", [TextValue.unescape(label.value)]))
            }
            result.append(converted)
        }
        for label in card.all("LABEL") {
            guard let rest = labels.removeValue(forKey: LabelKey(label)) else { continue }
            for label in rest {
                var address = common(ContentLine(group: label.group, "ADR", label.parameters, value: ";;;;;;"))
                address.parameters.append(.init("LABEL", [TextValue.unescape(label.value)]))
                result.append(address)
            }
        }
        return withRequired(result)
    }

    /// What makes a LABEL that of an ADR: they are of the same group and types.
    private struct LabelKey: Hashable {
        var group: String?
        var types: Set<String>

        init(_ line: ContentLine) {
            group = line.group?.lowercased()
            types = Set(line.types.map { $0.lowercased() }).subtracting(["pref"])
        }
    }

    private func convert(_ line: ContentLine) -> ContentLine? {
        if line.isNamed(anyOf: ["VERSION", "LABEL", "PROFILE", "SORT-STRING"]) { return nil }
        var line = common(line)
        if line.isNamed(anyOf: VCardConversion.media) { return CardMedia.asURI(line) }
        if line.isNamed(anyOf: ["BDAY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-DEATHDATE", "REV"]) {
            line = CardDate.basic(line)
        } else if line.isNamed("TZ") {
            line = zone(line)
        } else if line.isNamed("GEO") {
            line.value = "geo:" + TextValue.split(line.value, on: ";").joined(separator: ",")
        } else if line.isNamed("UID") {
            // A URI unless said otherwise (RFC 6350 §6.7.6).
            if !line.value.utf8.contains(UInt8(ascii: ":")), line["VALUE"] == nil {
                line.parameters.append(.init("VALUE", ["text"]))
            }
        } else if line.isNamed("AGENT") {
            line.name = "RELATED"
            let isURI = line.hasValueType("URI")
            line.parameters = [.init("TYPE", ["agent"])] + (isURI ? [] : [.init("VALUE", ["text"])])
        } else if line.isNamed("N"), let sortKey {
            line.parameters.append(.init("SORT-AS", [sortKey]))
        } else if line.isNamed("X-ABSHOWAS") {
            guard line.value.isASCIIEqual(to: "COMPANY"), !hasKind else { return line }
            return ContentLine("KIND", value: "org")
        }
        if let pair = VCardConversion.names.first(where: { line.isNamed($0.three) }) { line.name = pair.four }
        if line.isNamed("X-EVOLUTION-ANNIVERSARY") { line.name = "ANNIVERSARY" }
        if line.isNamed("X-BDAY") { line.name = "BDAY" }
        return line
    }

    /// What every property has in common: PREF for TYPE=pref (RFC 6350 §5.3), no character set.
    private func common(_ line: ContentLine) -> ContentLine {
        var line = line
        line.remove("CHARSET")
        if line.parameters.contains(where: { $0.name.isASCIIEqual(to: "TYPE") }) {
            let isPreferred = line.hasType("pref")
            line.setTypes(
                line.types.filter { type in
                    !type.isASCIIEqual(to: "pref") && !(line.isNamed("EMAIL") && type.isASCIIEqual(to: "internet"))
                })
            if isPreferred { line.parameters.append(.init("PREF", ["1"])) }
        }
        return line
    }

    /// An offset unless it says text (RFC 2426 §3.4.1); the reverse in 4.0 (RFC 6350 §6.5.1).
    private func zone(_ line: ContentLine) -> ContentLine {
        var line = line
        if line.hasValueType("TEXT") {
            line.remove("VALUE")
        } else {
            line.remove("VALUE")
            line.parameters.append(.init("VALUE", ["utc-offset"]))
            line.value = String(decoding: line.value.utf8.filter { $0 != UInt8(ascii: ":") }, as: UTF8.self)
        }
        return line
    }

    /// FN is required (RFC 6350 §6.2.1), and what a 3.0 card without one has instead is N, ORG or EMAIL.
    private func withRequired(_ properties: [ContentLine]) -> [ContentLine] {
        guard !properties.contains(where: { $0.isNamed("FN") }) else { return properties }
        let name = card["N"].map { line in
            let parts = TextValue.split(line.value, on: ";")
            return [3, 1, 2, 0, 4].filter { $0 < parts.count && !parts[$0].isEmpty }.map { parts[$0] }.joined(
                separator: " ")
        }
        let words = [name, card["ORG"]?.value, card["EMAIL"]?.value].compactMap { $0 }.first { !$0.isEmpty }
        return [ContentLine("FN", value: words ?? "")] + properties
    }
}
