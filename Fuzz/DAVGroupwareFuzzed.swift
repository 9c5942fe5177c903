typealias Fuzzed = GroupwareProperty
