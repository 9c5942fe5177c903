/// One content line of an iCalendar or vCard text (RFC 5545 §3.1, RFC 6350 §3.3), unfolded.
///
/// It points back into the text it was read from, so that whatever is left alone can be written out octet for octet.
package struct ContentLine: Sendable, Hashable {
    /// vCard's `group.` (RFC 6350 §3.3), as written.
    package var group: String?
    /// As written; compare with ``isNamed(_:)``.
    package var name: String
    package var parameters: [Parameter]
    /// The raw value: unfolded, still escaped.
    package var value: String
    /// The octets of the line in its text, folds and line end included.
    package var source: Range<Int>

    package struct Parameter: Sendable, Hashable {
        package var name: String
        /// Unquoted, `^` decoded (RFC 6868).
        package var values: [String]

        package init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }
    }

    package init(
        group: String? = nil, _ name: String, _ parameters: [Parameter] = [], value: String, source: Range<Int> = 0..<0
    ) {
        self.group = group
        self.name = name
        self.parameters = parameters
        self.value = value
        self.source = source
    }

    /// - Parameter name: in upper case.
    package func isNamed(_ name: String) -> Bool { self.name.isASCIIEqual(to: name) }

    /// The values of all parameters of that name; empty if there is none.
    package func values(of parameter: String) -> [String] {
        parameters.filter { $0.name.isASCIIEqual(to: parameter) }.flatMap(\.values)
    }

    /// The first value of a parameter.
    package subscript(parameter: String) -> String? { values(of: parameter).first }
}

/// What stands between BEGIN and END (RFC 5545 §3.6).
package struct Component: Sendable, Hashable {
    /// In upper case.
    package var name: String
    package var properties: [ContentLine]
    package var components: [Component]
    /// The octets from BEGIN to the end of the END line.
    package var source: Range<Int>

    package init(
        _ name: String, _ properties: [ContentLine] = [], _ components: [Component] = [], source: Range<Int> = 0..<0
    ) {
        self.name = name
        self.properties = properties
        self.components = components
        self.source = source
    }

    /// The first property of that name, which is given in upper case.
    package subscript(name: String) -> ContentLine? { properties.first { $0.isNamed(name) } }

    package func all(_ name: String) -> [ContentLine] { properties.filter { $0.isNamed(name) } }
}

extension String {
    /// Whether both are the same but for the case of ASCII letters.
    package func isASCIIEqual(to other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy {
                $0 == $1 || $0 | 0x20 == $1 | 0x20 && UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20
            }
    }
}
