import DAV

extension LiveProperty {
    /// The properties of an address book (RFC 6352 §6.2, §8.3.1). Of them only `displayname` is in `allprop`.
    static func addressBook(_ limits: CardDAV.Limits) -> [LiveProperty] {
        [
            displayName, addressBookDescription, supportedAddressData, maxCardSize(limits), supportedCollations,
            addressData,
        ]
    }

    /// §6.2.1, kept as the client wrote it, `xml:lang` included.
    private static let addressBookDescription: LiveProperty = {
        let name = XMLName.cardDAV("addressbook-description")
        let update: Update = { element in
            [element.map { .set(DeadProperty(name: name, xml: $0.serialized())) } ?? .remove(name)]
        }
        return LiveProperty(name, fields: .deadProperties, setting: .always(update)) { subject in
            guard subject.isCollection else { return nil }
            return subject.entry.deadProperties.first { $0.name == name }.map { .stored($0) }
        }
    }()

    /// §6.2.2. A client that gives no version means 3.0, which is why that comes first.
    private static let supportedAddressData = LiveProperty(.cardDAV("supported-address-data")) { subject in
        guard subject.isCollection else { return nil }
        return .xml { xml in
            for version in ["3.0", "4.0"] {
                xml.empty(
                    .cardDAV("address-data-type"), attributes: ["content-type": "text/vcard", "version": version])
            }
        }
    }

    /// §6.2.3
    private static func maxCardSize(_ limits: CardDAV.Limits) -> LiveProperty {
        LiveProperty(.cardDAV("max-resource-size")) { subject in
            subject.isCollection ? .text(String(limits.maxResourceBytes)) : nil
        }
    }

    /// §8.3.1
    private static let supportedCollations = LiveProperty(.cardDAV("supported-collation-set")) { subject in
        guard subject.isCollection else { return nil }
        return .xml { xml in
            for collation in Collation.allCases {
                xml.element(.cardDAV("supported-collation"), text: collation.rawValue)
            }
        }
    }
}
