// Compiled by scripts/fuzz into one module with a target and the properties of its tests, so that libFuzzer sees which branches
// an input reaches. `Fuzzed` is `ParserProperty` or `GroupwareProperty`, which Fuzz/*Fuzzed.swift say.
import Glibc

/// Which property this process looks at: `FUZZ_PROPERTY`.
private let property: Fuzzed = {
    guard let name = getenv("FUZZ_PROPERTY").map({ String(cString: $0) }), let property = Fuzzed(rawValue: name)
    else { fatalError("FUZZ_PROPERTY must be one of \(Fuzzed.allCases.map(\.rawValue))") }
    return property
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try property.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        // libFuzzer keeps the input that ends the process.
        fatalError("\(error)")
    }
    return 0
}
