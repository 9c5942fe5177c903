/// A card of version 4.0 told as 3.0.
struct VersionThree {
    private let card: Component
    // Looked up once: a card may have as many properties as it likes.
    private let nameSortKey: String?

    init(_ card: Component) {
        self.card = card
        nameSortKey = card["N"]?["SORT-AS"]
    }

    var properties: [ContentLine] {
        let preferred = mostPreferred
        var alternatives: Set<[String]> = []
        var result: [ContentLine] = []
        for (index, line) in card.properties.enumerated() {
            // Of alternatives the first is told (RFC 6350 §5.4): 3.0 has one N and one FN.
            if let alternative = line["ALTID"], !alternatives.insert([line.name.uppercased(), alternative]).inserted {
                continue
            }
            guard let converted = convert(line, isPreferred: preferred.contains(index)) else { continue }
            result.append(converted)
            if line.isNamed("ADR"), let label = line["LABEL"] {
                var parameters = converted
                parameters.remove("LABEL")
                result.append(
                    ContentLine(group: line.group, "LABEL", parameters.parameters, value: TextValue.escape(label)))
            }
        }
        return withRequired(result)
    }

    /// Of each property the one with the lowest PREF: 3.0 knows no order, only the preferred one.
    private var mostPreferred: Set<Int> {
        var best: [String: (index: Int, preference: Int)] = [:]
        for (index, line) in card.properties.enumerated() {
            guard let preference = line["PREF"].flatMap({ Int($0) }) else { continue }
            let name = line.name.uppercased()
            if let known = best[name], known.preference <= preference { continue }
            best[name] = (index, preference)
        }
        return Set(best.values.map(\.index))
    }

    private func convert(_ line: ContentLine, isPreferred: Bool) -> ContentLine? {
        if line.isNamed(anyOf: ["VERSION", "CLIENTPIDMAP"]) { return nil }
        var line = line
        line.remove("PREF", "ALTID", "PID", "SORT-AS", "LABEL", "CALSCALE")
        if isPreferred || line.parameters.contains(where: { $0.name.isASCIIEqual(to: "TYPE") }) {
            line.setTypes(line.types + (isPreferred ? ["pref"] : []))
        }
        if line.isNamed(anyOf: VCardConversion.media) { return CardMedia.inline(line) }
        line.remove("MEDIATYPE")
        if line.isNamed("KIND") { return kind(line) }
        if line.isNamed(anyOf: ["BDAY", "ANNIVERSARY", "DEATHDATE", "REV"]) { line = CardDate.extended(line) }
        if line.isNamed("TZ") { line = zone(line) }
        if line.isNamed("GEO") { line = position(line) }
        if line.isNamed("UID") { line.remove("VALUE") }
        if line.isNamed("TEL") { line = number(line) }
        if line.isNamed("RELATED"), line.hasType("agent") {
            line.name = "AGENT"
            line.remove("TYPE")
            if line.hasValueType("TEXT") { line.remove("VALUE") } else { line.parameters = [.init("VALUE", ["uri"])] }
            return line
        }
        if let pair = VCardConversion.names.first(where: { line.isNamed($0.four) }) { line.name = pair.three }
        return line
    }

    private func kind(_ line: ContentLine) -> ContentLine? {
        if line.value.isASCIIEqual(to: "individual") { return nil }
        if line.value.isASCIIEqual(to: "org") { return ContentLine("X-ABShowAs", value: "COMPANY") }
        return ContentLine("X-ADDRESSBOOKSERVER-KIND", value: line.value)
    }

    private func zone(_ line: ContentLine) -> ContentLine {
        var line = line
        let isOffset = line.hasValueType("UTC-OFFSET")
        line.remove("VALUE")
        guard isOffset else {
            line.parameters.append(.init("VALUE", ["text"]))
            return line
        }
        let octets = Array(line.value.utf8)
        if octets.count == 5 {
            line.value = String(decoding: octets[..<3] + [UInt8(ascii: ":")] + octets[3...], as: UTF8.self)
        }
        return line
    }

    private func position(_ line: ContentLine) -> ContentLine {
        var line = line
        guard line.value.utf8.starts(with: "geo:".utf8) else { return line }
        line.remove("VALUE")
        // What follows a semicolon are parameters of the URI (RFC 5870 §3.3).
        let place = line.value.utf8.dropFirst(4).prefix { $0 != UInt8(ascii: ";") }
        line.value = place.split(separator: UInt8(ascii: ",")).prefix(2).map { String(Substring($0)) }.joined(
            separator: ";")
        return line
    }

    /// 3.0 has numbers as text, and no place for an extension.
    private func number(_ line: ContentLine) -> ContentLine {
        var line = line
        guard line.hasValueType("URI") || line.value.lowercased().hasPrefix("tel:") else { return line }
        line.remove("VALUE")
        guard line.value.lowercased().hasPrefix("tel:") else { return line }
        let parts = line.value.dropFirst(4).split(separator: ";")
        let number = parts.first.map(String.init) ?? ""
        let place = parts.first { $0.lowercased().hasPrefix("ext=") }.map { " ext. " + $0.dropFirst(4) } ?? ""
        line.value = number + place
        return line
    }

    /// N and FN are required (RFC 2426 §3.1); a sort key is a property.
    private func withRequired(_ properties: [ContentLine]) -> [ContentLine] {
        var result = properties
        let fullName = card["FN"]?.value ?? ""
        if !result.contains(where: { $0.isNamed("FN") }) { result.insert(ContentLine("FN", value: ""), at: 0) }
        if !result.contains(where: { $0.isNamed("N") }) {
            let family = TextValue.escape(TextValue.unescape(fullName))
            result.insert(ContentLine("N", value: "\(family);;;;"), at: 0)
        }
        if let key = nameSortKey ?? card["ORG"]?["SORT-AS"], card["SORT-STRING"] == nil {
            result.append(ContentLine("SORT-STRING", value: TextValue.escape(key)))
        }
        return result
    }
}
