/// Why a body may not be stored.
///
/// - Parameter Precondition: the names of the elements that tell so.
package struct ContentViolation<Precondition>: Error, Hashable, CustomStringConvertible
where Precondition: RawRepresentable<String> & Sendable & Hashable {
    package var precondition: Precondition
    /// From 1; `nil` if the whole is meant.
    package var line: Int?
    /// A sentence for the person who reads the client's log.
    package var message: String

    package init(_ precondition: Precondition, line: Int? = nil, _ message: String) {
        self.precondition = precondition
        self.line = line
        self.message = message
    }

    package var description: String { line.map { "Line \($0): \(message)" } ?? message }
}
