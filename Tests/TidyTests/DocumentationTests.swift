import Foundation
import Testing

/// Code in articles is code that compiles: every Swift block of the documentation catalogue stands in an example, word for word.
struct DocumentationTests {
    @Test func everySwiftBlockOfAnArticleStandsInAnExample() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        // The smallest back-end of the package is an example too.
        let examples = try ["Examples/Sources", "Sources/DAVFolders"].flatMap { folder in
            try files(below: root.appending(path: folder), suffix: ".swift").map { try text($0) }
        }.joined()
        var blocks = 0
        for article in try files(below: root.appending(path: "Sources/DAV/DAV.docc"), suffix: ".md") {
            for block in swiftBlocks(in: try text(article)) {
                blocks += 1
                #expect(examples.contains(block), "not in any example, but in \(article.lastPathComponent):\n\(block)")
            }
        }
        #expect(blocks > 0)
    }

    /// Lines without their indentation: an excerpt begins at the margin.
    private func text(_ file: URL) throws -> String {
        let whole = try String(contentsOf: file, encoding: .utf8)
        return whole.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } + "\n" }
            .joined()
    }

    private func swiftBlocks(in text: String) -> [String] {
        text.split(separator: "```swift\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
    }

    private func files(below folder: URL, suffix: String) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(suffix) }.sorted().map {
            folder.appending(path: $0)
        }
    }
}
