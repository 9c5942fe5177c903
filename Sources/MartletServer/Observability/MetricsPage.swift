/// Puts metric families into text.
struct MetricsPage {
    private(set) var text = ""

    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let list = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
        let number = Int64(exactly: value).map { String($0) } ?? "\(value)"
        text += name + (list.isEmpty ? "" : "{\(list)}") + " \(number)\n"
    }

    mutating func single(_ name: String, _ type: String, _ help: String, _ value: Double) {
        family(name, type, help)
        sample(name, [], value)
    }

    mutating func histogram(_ name: String, _ help: String, _ bounds: [Double], _ buckets: [Int], _ sum: Double?) {
        family(name, "histogram", help)
        var total = 0
        for (index, count) in buckets.enumerated() {
            total += count
            sample(name + "_bucket", [("le", index < bounds.count ? "\(bounds[index])" : "+Inf")], Double(total))
        }
        if let sum { sample(name + "_sum", [], sum) }
        sample(name + "_count", [], Double(total))
    }
}
