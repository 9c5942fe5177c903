import DAV
import Testing

@testable import MartletServer

@Suite struct LogTimeTests {
    @Test(arguments: [
        (784_111_777_000_000, "1994-11-06T08:49:37.000Z"), (951_782_400_005_999, "2000-02-29T00:00:00.005Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func linesTellMilliseconds(microseconds: Int64, text: String) {
        var bytes: [UInt8] = []
        LogTime.append(Timestamp(microseconds: microseconds), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
