/// The live properties every resource may have. Kinds add their own (``CollectionKind/properties``).
///
/// A name in the table is protected (RFC 4918 §4.2): PROPPATCH refuses it unless `PropertyUpdate` knows how to set it.
/// Any other name is a dead property.
public struct PropertyTable: Sendable {
    public let rows: [LiveProperty]
    private let byName: [XMLName: LiveProperty]

    public init(_ rows: [LiveProperty]) {
        self.rows = rows
        byName = Dictionary(rows.map { ($0.name, $0) }) { first, _ in first }
    }

    /// RFC 4918 §15, and what RFC 3253, 3744, 4331, 5397, 5842, 5995 and 6578 add.
    public static let standard = PropertyTable(
        LiveProperty.basic + LiveProperty.locks + LiveProperty.extensions + LiveProperty.selfDescription
            + LiveProperty.accessControl + LiveProperty.push + LiveProperty.sharing)

    /// The row of that name at a resource of (or in a collection of) that kind: the kind's own, if it has one.
    func row(_ name: XMLName, kind: CollectionKind) -> LiveProperty? {
        kind.properties.first { $0.name == name } ?? byName[name]
    }

    /// The row of that name that every resource has.
    func row(_ name: XMLName) -> LiveProperty? { byName[name] }

    func all(kind: CollectionKind) -> [LiveProperty] {
        let own = Set(kind.properties.map(\.name))
        return rows.filter { !own.contains($0.name) } + kind.properties
    }
}
