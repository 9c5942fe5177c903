typealias Fuzzed = ParserProperty
