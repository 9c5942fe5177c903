/// Seeds as they are, and then 5,000 inputs that were made of them at random: a little of what `scripts/fuzz` does, in every test
/// run. The same in each, so a failure comes back until it is mended.
package struct MutatedInputs: Sequence, IteratorProtocol {
    private let seeds: [[UInt8]]
    private var untouched: ArraySlice<[UInt8]>
    private var left = 5_000
    private var random = SeededGenerator(seed: 20_261_121)

    package init(of seeds: [String]) {
        self.seeds = seeds.map { Array($0.utf8) }
        untouched = self.seeds[...]
    }

    package mutating func next() -> [UInt8]? {
        if let seed = untouched.popFirst() { return seed }
        guard left > 0, var input = seeds.randomElement(using: &random) else { return nil }
        left -= 1
        for _ in 0...Int.random(in: 0..<6, using: &random) { mutate(&input) }
        return input
    }

    private mutating func mutate(_ input: inout [UInt8]) {
        let index = Int.random(in: 0...input.count, using: &random)
        let end = Swift.min(input.count, index + Int.random(in: 0..<8, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: input.insert(UInt8.random(in: 0...255, using: &random), at: index)
        case 1: input.removeSubrange(index..<end)
        case 2: input.insert(contentsOf: input[index..<end], at: Int.random(in: 0...input.count, using: &random))
        case 3: if index < input.count { input[index] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 4:
            let mark = "<>/%\"[](),;: =-".utf8.randomElement(using: &random)
            input.replaceSubrange(index..<end, with: mark.map { [$0] } ?? [])
        default:
            guard let other = seeds.randomElement(using: &random), !other.isEmpty else { return }
            let start = Int.random(in: 0..<other.count, using: &random)
            input.insert(contentsOf: other[start...].prefix(24), at: index)
        }
    }
}
