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
        for line in try Self.text("COMPLIANCE.md").split(separator: "\n") where line.hasPrefix("|") {
            for match in line.matches(of: Self.namedTest) {
                #expect(try Self.text(String(match.1)).contains("func \(match.2)("), "\(match.2)")
            }
        }
    }

    private static var namedTest: Regex<(Substring, Substring, Substring)> {
        /`(Tests\/[A-Za-z\/+]+\.swift)` ([A-Za-z0-9_]+)/
    }

    /// Each scenario of sharing is the test that bears its number.
    @Test func scenariosOfSharingAreTestsOfThatNumber() throws {
        var count = 0
        for line in try Self.text("COMPLIANCE.md").split(separator: "\n")
        where line.contains("`Tests/WireTests/Sharing/") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            for match in cells[3].matches(of: Self.namedTest) {
                let source = try Self.text(String(match.1))
                let start = try #require(source.range(of: "func \(match.2)("), "\(match.2)")
                let numbers = source[start.lowerBound...].prefix { $0 != "\n" }.split(separator: "//").last ?? ""
                let bears = numbers.split { " ,".contains($0) }.contains { $0 == cells[0] }
                #expect(bears, "\(cells[0]): \(match.2)")
            }
            count += 1
        }
        #expect(count >= 109)
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
