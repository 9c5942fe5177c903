import Foundation
import Testing

/// COMPLIANCE.md names a test for each requirement that is met; a name that leads nowhere is a lie.
@Suite struct ComplianceTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func rows() throws -> [[String]] {
        try text("COMPLIANCE.md").split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return cells.count == 5 && cells[0].wholeMatch(of: /[A-Z]-\d+/) != nil ? cells : nil
        }
    }

    @Test func everyRequirementStandsOnce() throws {
        let names = try Self.rows().map { $0[0] }
        #expect(names.count > 150)
        #expect(Set(names).count == names.count)
    }

    @Test func whatIsMetNamesItsTest() throws {
        for row in try Self.rows() where row[2].hasPrefix("met") || row[2].hasPrefix("partly") {
            #expect(row[3].contains("`Sources/"), "\(row[0])")
            #expect(row[4].contains("`Tests/") || row[4].contains("conformance "), "\(row[0])")
        }
    }

    @Test func testsNamedByFunctionExist() throws {
        for row in try Self.rows() {
            for match in row[4].matches(of: /`(Tests\/[A-Za-z\/+]+\.swift)` ([A-Za-z0-9_]+)/) {
                #expect(try Self.text(String(match.1)).contains("func \(match.2)("), "\(row[0]): \(match.2)")
            }
        }
    }

    @Test func conformanceCasesNamedExist() throws {
        let folder = "Sources/DAVTesting/Conformance"
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: folder).path)
        let cases = try files.map { try Self.text("\(folder)/\($0)") }.joined()
        for row in try Self.rows() {
            for match in row[4].matches(of: /conformance ([A-Za-z0-9\-, ]+)/) {
                for name in match.1.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
                    #expect(cases.contains("\"\(name)\""), "\(row[0]): \(name)")
                }
            }
        }
    }
}
