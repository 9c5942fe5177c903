import HTTPTypes
import Testing

@testable import DAV

@Suite struct ConditionTests {
    static let now = Timestamp(seconds: 1_792_000_000)
    static let modified = Timestamp(seconds: 784_111_777)
    static let mapped = ResourceState(isMapped: true, etag: ETag(opaque: "e"), modified: modified)
    static let collection = ResourceState(isMapped: true, modified: modified)

    struct Row: Sendable, CustomTestStringConvertible {
        var headers: HTTPFields
        var purpose: Condition.Purpose
        var state: ResourceState
        var status: Int?
        var testDescription: String { "\(headers) \(purpose) \(state.etag?.opaque ?? "-") \(status ?? 0)" }
        init(_ headers: HTTPFields, _ purpose: Condition.Purpose, _ state: ResourceState, _ status: Int?) {
            self.headers = headers
            self.purpose = purpose
            self.state = state
            self.status = status
        }
    }

    static let same = "Sun, 06 Nov 1994 08:49:37 GMT"
    static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
    static let table: [Row] = [
        Row([:], .write, mapped, nil), Row([:], .write, .unmapped, nil),
        // H-02
        Row([.ifMatch: "*"], .write, mapped, nil), Row([.ifMatch: "*"], .write, collection, nil),
        Row([.ifMatch: "*"], .write, .unmapped, 412), Row([.ifMatch: #""e""#], .write, mapped, nil),
        Row([.ifMatch: #""d", "e""#], .read, mapped, nil), Row([.ifMatch: #""d""#], .read, mapped, 412),
        Row([.ifMatch: #"W/"e""#], .write, mapped, 412), Row([.ifMatch: #""e""#], .write, .unmapped, 412),
        Row([.ifMatch: #""e""#], .write, collection, 412),
        // H-03
        Row([.ifNoneMatch: "*"], .write, .unmapped, nil), Row([.ifNoneMatch: "*"], .write, mapped, 412),
        Row([.ifNoneMatch: "*"], .read, mapped, 304), Row([.ifNoneMatch: #""e""#], .read, mapped, 304),
        Row([.ifNoneMatch: #"W/"e""#], .read, mapped, 304), Row([.ifNoneMatch: #"W/"e""#], .write, mapped, 412),
        Row([.ifNoneMatch: #""d""#], .read, mapped, nil), Row([.ifNoneMatch: #""e""#], .write, .unmapped, nil),
        // H-05
        Row([.ifModifiedSince: same], .read, mapped, 304), Row([.ifModifiedSince: before], .read, mapped, nil),
        Row([.ifModifiedSince: same], .write, mapped, nil), Row([.ifModifiedSince: "yesterday"], .read, mapped, nil),
        Row([.ifUnmodifiedSince: same], .write, mapped, nil), Row([.ifUnmodifiedSince: before], .write, mapped, 412),
        Row([.ifUnmodifiedSince: "yesterday"], .write, mapped, nil),
        // H-01
        Row([.ifMatch: #""e""#, .ifUnmodifiedSince: before], .write, mapped, nil),
        Row([.ifNoneMatch: #""d""#, .ifModifiedSince: same], .read, mapped, nil),
        Row([.ifMatch: #""e""#, .ifNoneMatch: #""e""#], .read, mapped, 304),
        Row([.ifMatch: #""e""#, .if: "(<urn:x>)"], .write, mapped, 412),
        Row([.ifMatch: #""e""#, .if: "([\"e\"])"], .write, mapped, nil),
    ]

    @Test(arguments: table) func conditionsAreJudgedInTheOrderOfRFC9110(_ row: Row) throws {
        let request = DAVRequest(method: .put, target: "/a", headers: row.headers, caller: .anonymous)
        let condition = try Condition(request, now: Self.now, prefix: "")
        var status: Int?
        do {
            try condition.check(row.purpose, at: path("a")) { _ in row.state }
        } catch let error as DAVError {
            status = error.status.code
        }
        #expect(status == row.status)
    }

    @Test func severalFieldsOfOneNameAreOneList() throws {
        var headers = HTTPFields()
        headers.append(HTTPField(name: .ifMatch, value: #""a""#))
        headers.append(HTTPField(name: .ifMatch, value: #""b""#))
        let request = DAVRequest(method: .put, target: "/", headers: headers, caller: .anonymous)
        #expect(
            try Condition(request, now: Self.now, prefix: "").ifMatch
                == .list([ETag(opaque: "a"), ETag(opaque: "b")], weak: []))
    }
}
