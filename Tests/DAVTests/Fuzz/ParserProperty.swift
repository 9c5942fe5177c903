@testable import DAV

/// What must hold of a parser for every input whatever: it ends, it does not crash, and what it accepts it understands, so
/// that writing it down and reading it again gives the same.
///
/// `scripts/fuzz` lets libFuzzer look for inputs that break one; ``MutationTests`` tries some in every test run.
enum ParserProperty: String, CaseIterable, Sendable {
    case xml
    case `if`
    case href
    case header
    case token

    /// - Throws: ``Violation`` if the property does not hold.
    func check(_ input: [UInt8]) throws {
        switch self {
        case .xml: try checkXML(input)
        case .if: try checkIf(String(decoding: input, as: UTF8.self))
        case .href: try checkHref(String(decoding: input, as: UTF8.self))
        case .header: try checkHeader(String(decoding: input, as: UTF8.self))
        case .token: try checkToken(String(decoding: input, as: UTF8.self))
        }
    }

    struct Violation: Error, CustomStringConvertible {
        var description: String
    }

    func demand(_ condition: Bool, _ rule: String) throws {
        if !condition { throw Violation(description: "\(rawValue): \(rule)") }
    }
}
