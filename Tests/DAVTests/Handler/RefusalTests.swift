@testable import DAV
import HTTPTypes
import DAVTesting
import Testing

/// What an error says on the wire (X-03, Appendix A).
@Suite struct RefusalTests {
    private let facts = ServerFacts(principals: Wire.People())
    private let path = DAVPath([Name("a b")!])

    private func bytes(_ error: DAVError) -> [UInt8] {
        guard case .bytes(let bytes) = DAVResponse(refusing: error, facts: facts, collection: nil).body else {
            return []
        }
        return bytes
    }

    @Test func everyConditionIsTheOneChildOfError() throws {
        let errors: [(DAVError, Int, String)] = [
            (.noExternalEntities, 403, "no-external-entities"), (.propfindFiniteDepth, 403, "propfind-finite-depth"),
            (.cannotModifyProtectedProperty, 403, "cannot-modify-protected-property"),
            (.lockTokenSubmitted([path]), 423, "lock-token-submitted"),
            (.noConflictingLock([path]), 423, "no-conflicting-lock"),
            (.lockTokenMatchesRequestURI, 409, "lock-token-matches-request-uri"),
            (.supportedReport, 403, "supported-report"), (.validSyncToken, 403, "valid-sync-token"),
            (.numberOfMatchesWithinLimits, 507, "number-of-matches-within-limits"),
            (.quotaNotExceeded, 507, "quota-not-exceeded"), (.sufficientDiskSpace, 507, "sufficient-disk-space"),
            (.validResourceType, 403, "valid-resourcetype"),
            (.needPrivileges([.init(resource: path, privilege: .bind)]), 403, "need-privileges"),
        ]
        for (error, status, element) in errors {
            let response = DAVResponse(refusing: error, facts: facts, collection: nil)
            #expect(response.status.code == status)
            #expect(response.headers[.contentType] == "application/xml; charset=utf-8")
            let root = try XMLElement.parse(bytes(error))
            #expect(root.name == .dav("error"))
            #expect(root.elements.map(\.name) == [.dav(element)])
        }
        let locked = try XMLElement.parse(bytes(.lockTokenSubmitted([path])))
        #expect(locked.elements[0].elements.map(\.text) == ["/a%20b"])
    }

    @Test func aRefusalIsNeverWithoutAWord() {
        for error in [DAVError(.forbidden), .forbidden("No."), .notFound, .badRequest("x"), DAVError(.conflict)] {
            #expect(!bytes(error).isEmpty)
            #expect(!String(decoding: bytes(error), as: UTF8.self).contains("error"))
        }
        #expect(bytes(.notModified).isEmpty)
    }

    @Test func every401OffersEveryChallenge() {
        var facts = facts
        facts.challenges = ["Basic realm=\"a\"", "Bearer"]
        let response = DAVResponse(refusing: .unauthenticated, facts: facts, collection: nil)
        #expect(response.headers[values: .wwwAuthenticate] == facts.challenges)
    }
}
