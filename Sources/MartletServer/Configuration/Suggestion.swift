/// "Did you mean": the known word with the smallest edit distance.
enum Suggestion {
    static func text(for word: String, among known: [String]) -> String {
        nearest(to: word, among: known).map { " Did you mean `\($0)`?" } ?? " `martlet config` lists what there is."
    }

    /// - Returns: `nil` if nothing is near: more than a third of the letters differ.
    static func nearest(to word: String, among known: [String]) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let ranked = known.map { (word: $0, distance: distance(word, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        // `tls.cert` and `certificate` should both lead to `tls.certificate`.
        let partial = known.first { $0.hasPrefix(word) || $0.hasSuffix("." + word) }
        return best.distance <= max(2, best.word.utf8.count / 3) ? best.word : partial
    }

    /// Levenshtein's, over bytes.
    static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b.utf8)
        var row = Array(0...b.count)
        for (i, x) in a.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let substituted = diagonal + (x == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
