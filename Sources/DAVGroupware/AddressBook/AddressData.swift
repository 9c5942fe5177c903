import DAV
import HTTPTypes

extension LiveProperty {
    /// `CARDDAV:address-data` (RFC 6352 §10.4): a card in the answer of a report, in the form asked for.
    static let addressData = LiveProperty(ofReports: .cardDAV("address-data"), fields: .content) {
        (element) throws(DAVError) -> @Sendable (PropertySubject) -> PropertyValue? in
        let request = try AddressData(element)
        return { subject in
            guard let octets = subject.entry.content, !subject.isCollection else { return nil }
            guard let told = request.told(octets) else {
                return .refused(.addressDataConversion(.unsupportedMediaType))
            }
            return .text(String(decoding: told, as: UTF8.self))
        }
    }
}

/// What a report wants of each card: a form, and all of it or some properties.
struct AddressData: Sendable, Hashable {
    var form: CardForm
    /// `nil`: all of them (§10.4.1).
    var properties: [Selected]?

    /// `CARDDAV:prop` (§10.4.2)
    struct Selected: Sendable, Hashable {
        /// `nil`: whatever the group.
        var group: String?
        var name: String
        var withoutValue: Bool
    }

    /// Properties without which a card is none; they are told whether asked for or not.
    private static let mandatory = ["VERSION", "N", "FN", "UID"]

    /// Reads the element. Nothing said means a vCard of version 3.0 with all it holds; attributes and elements that are not
    /// known are left aside.
    ///
    /// - Throws: 403 `supported-address-data` for a form nobody can have (§8.6.2).
    init(_ element: XMLElement) throws(DAVError) {
        form = try AddressData.form(element[attribute: "content-type"], element[attribute: "version"])
        let selected = element.elements.filter { $0.name == .cardDAV("prop") }.compactMap(Selected.init)
        properties = selected.isEmpty ? nil : selected
    }

    private static func form(_ contentType: String?, _ version: String?) throws(DAVError) -> CardForm {
        let type = MediaRange(contentType ?? "text/vcard")
        switch type?.essence {
        case "text/vcard", "text/x-vcard", "text/directory":
            guard let version = VCard.Version(rawValue: version ?? type?.parameters["version"] ?? "3.0") else {
                throw .supportedAddressData
            }
            return .vCard(version)
        case VCardMediaType.jCard:
            guard version ?? "4.0" == "4.0" else { throw .supportedAddressData }
            return .jCard
        default: throw .supportedAddressData
        }
    }

    /// The card as asked for; `nil`: it cannot be read, or not be told that way.
    ///
    /// A card that is wanted whole, in the version it has, is not even parsed.
    func told(_ octets: [UInt8]) -> [UInt8]? {
        guard let properties else { return CardConversion.octets(octets, as: form) }
        let isJSON = form == .jCard
        guard let whole = CardConversion.octets(octets, as: isJSON ? .vCard(.four) : form),
            let card = try? ContentText.components(of: whole).first
        else { return nil }
        let chosen = AddressData.octets(whole, of: card, properties)
        return isJSON ? CardConversion.octets(chosen, as: form) : chosen
    }

    /// The lines that are wanted, octet by octet.
    private static func octets(_ whole: [UInt8], of card: Component, _ selected: [Selected]) -> [UInt8] {
        var writer = ContentWriter()
        writer.begin(card.name)
        for line in card.properties {
            let isMandatory = mandatory.contains { line.isNamed($0) }
            guard let chosen = selected.first(where: { $0.names(line) }) else {
                if isMandatory { writer.raw(whole[line.source]) }
                continue
            }
            if chosen.withoutValue, !isMandatory {
                var empty = line
                empty.value = ""
                writer.property(empty)
            } else {
                writer.raw(whole[line.source])
            }
        }
        writer.end(card.name)
        return writer.take()
    }
}

extension AddressData.Selected {
    init?(_ element: XMLElement) {
        guard let name = element[attribute: "name"], !name.isEmpty else { return nil }
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        group = parts.count == 2 ? parts[0] : nil
        self.name = (parts.last ?? name).uppercased()
        withoutValue = element[attribute: "novalue"] == "yes"
    }

    /// As in filters, a name without a group stands for the property in every group.
    func names(_ line: ContentLine) -> Bool {
        guard line.isNamed(name) else { return false }
        guard let group else { return true }
        return line.group?.isASCIIEqual(to: group) ?? false
    }
}
