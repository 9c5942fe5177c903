import DAVTesting
import HTTPTypes
import Testing

@testable import DAV

/// The headers of RFC 6638 §8.
@Suite struct SchedulingHeaderTests {
    private static let tag = HTTPField.Name.ifScheduleTagMatch
    private static let reply = HTTPField.Name.scheduleReply

    private func parse(_ headers: HTTPFields) throws -> SchedulingHeaders {
        var request = DAVRequest(method: .put, target: "/files/alice/a", caller: .principal(Wire.alice))
        request.headers = headers
        return try Condition(request, now: Timestamp(seconds: 0), prefix: "").scheduling
    }

    /// D-11. Old clients of Apple send the header without a value.
    @Test(arguments: [("\"a-1\"", "a-1"), ("", nil), ("\"\"", nil), (" \"a\" ", "a")] as [(String, String?)])
    func aTagIsReadAsItIsTold(field: String, tag: String?) throws {
        #expect(try parse([Self.tag: field]).ifScheduleTagMatch == tag)
    }

    @Test(arguments: ["a", "\"a", "W/\"a\"", "\"a\", \"b\"", "*", "\"a\" x", "\"\u{7f}\""])
    func aTagThatCannotBeReadIsNotTakenForNone(field: String) {
        let error = #expect(throws: DAVError.self) { try parse([Self.tag: field]) }
        #expect(error?.status == .badRequest)
    }

    /// D-06
    @Test func theOrganizerIsToldUnlessTheClientSaysOtherwise() throws {
        #expect(try parse([:]) == SchedulingHeaders())
        #expect(try parse([:]).sendsReply)
        #expect(try parse([Self.reply: "T"]).sendsReply)
        #expect(try !parse([Self.reply: "F"]).sendsReply)
        #expect(try !parse([Self.reply: "f"]).sendsReply)
        for field in ["", "no", "FF", "F, F"] {
            let error = #expect(throws: DAVError.self) { try parse([Self.reply: field]) }
            #expect(error?.status == .badRequest, "\(field)")
        }
    }

    /// Keeps nothing, and says of all it is given that it is scheduled.
    private struct Scheduled: Backend, DAVCollection, Writing {
        var info: CollectionInfo {
            CollectionInfo(
                path: DAVPath([Name("c")!]), kind: .folder, owner: Wire.alice, capabilities: [.writing, .copying])
        }
        var writing: (any Writing)? { self }
        private var result: WriteResult {
            var result = WriteResult(created: true)
            result.scheduleTag = "t-1"
            return result
        }

        func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
            path == info.path ? self : nil
        }
        func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
            let now = Timestamp(seconds: 0)
            return switch members {
            case .itself: [Entry(name: Name("c")!, collection: info, created: now, modified: now)]
            case .named([Name("a")!]): [Entry(name: Name("a")!, etag: ETag(opaque: "e"), created: now, modified: now)]
            default: []
            }
        }
        func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult { result }
        func makeCollection(
            _ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition
        ) async throws {}
        func delete(_ name: Name, if condition: Condition) async throws {}
        func move(_ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition) async throws
            -> WriteResult
        { result }
        func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {}
        func copy(
            _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition
        ) async throws -> WriteResult { result }
    }

    /// D-10: also where no ETag is told, since other octets are stored.
    @Test(arguments: [("PUT", "/c/b"), ("COPY", "/c/a"), ("MOVE", "/c/a"), ("POST", "/c/")])
    func whateverWritesTellsTheTag(method: String, target: String) async throws {
        let handler = DAVHandler(
            backend: Scheduled(), authorizer: OwnerAuthorizer(), facts: ServerFacts(principals: Wire.People())
        ) { Timestamp(seconds: 0) }
        var headers = HTTPFields()
        if ["COPY", "MOVE"].contains(method) { headers[.destination] = "/c/b" }
        let answer = await handler.handle(
            DAVRequest(
                method: HTTPRequest.Method(method)!, target: target, headers: headers, body: BodyStream { nil },
                caller: .principal(Wire.alice)))
        #expect(answer.status == .created)
        #expect(answer.headers[.scheduleTag] == "\"t-1\"")
        #expect(answer.headers[.eTag] == nil)
    }
}
