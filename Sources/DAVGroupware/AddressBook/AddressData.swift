import DAV

extension LiveProperty {
    /// `CARDDAV:address-data` (RFC 6352 §10.4): a card in the answer of a report, in the form asked for.
    static let addressData = LiveProperty(ofReports: .cardDAV("address-data"), fields: .content) {
        (element) throws(DAVError) -> @Sendable (PropertySubject) -> PropertyValue? in
        return { subject in
            subject.entry.content.map { .text(String(decoding: $0, as: UTF8.self)) }
        }
    }
}
