import DAV
import HTTPTypes
import DAVTesting
import Testing

/// The order of refusals, and what every answer carries.
@Suite struct DoorTests {
    @Test func anonymousCallersAreAskedToSignInWhateverIsThere() async throws {
        let wire = Wire()
        for target in [
            "/", "/files/", "/files/alice/", "/files/alice/missing", "/nowhere/at/all", "/principals/alice/",
        ] {
            for method in ["PROPFIND", "OPTIONS", "REPORT", "PROPPATCH"] {
                let answer = try await wire.send(method, target, as: .anonymous)
                #expect(answer.status == 401, "\(method) \(target)")
                #expect(answer.headers[.wwwAuthenticate] == "Basic realm=\"test\"")
            }
        }
    }

    @Test func whatACallerMayNotReadDoesNotExistForThem() async throws {
        let wire = Wire()
        try await wire.put("/files/alice/secret")
        for target in ["/files/alice/", "/files/alice/secret", "/files/alice/missing"] {
            #expect(try await wire.send("PROPFIND", target, as: .principal(Wire.bob)).status == 404)
            #expect(try await wire.send("PROPPATCH", target, as: .principal(Wire.bob)).status == 404)
        }
    }

    @Test func aMissingPrivilegeIsNamedWithItsResource() async throws {
        let answer = try await Wire().send("PROPPATCH", "/files/", ["Depth": "0"])
        #expect(answer.status == 403)
        #expect(answer.headers[.contentType] == "application/xml; charset=utf-8")
        let need = try #require(try answer.xml().first(.dav("need-privileges")))
        let resource = try #require(need.first(.dav("resource")))
        #expect(resource.first(.dav("href"))?.text == "/files/")
        #expect(resource.first(.dav("privilege"))?.elements.map(\.name) == [.dav("write-properties")])
    }

    @Test func unknownMethodsAnswer501AndThoseThatDoNotWorkHere405WithAllow() async throws {  // H-10
        let wire = Wire()
        #expect(try await wire.send("BREW", "/").status == 501)
        for method in ["SEARCH", "PATCH", "PUT", "MKCALENDAR"] {
            let answer = try await wire.send(method, "/files/alice/", [:], as: .principal(Wire.alice), "")
            // Whether a home may be replaced is a matter of the list of homes, which nobody writes.
            #expect(answer.status == (method == "PUT" ? 403 : 405), "\(method)")
            if answer.status == 405 { #expect(try #require(answer.headers[.allow]).contains("PROPFIND")) }
            #expect(answer.headers[.allow]?.contains("SEARCH") != true)
        }
        #expect(try await wire.send("ACL", "/files/alice/missing").status == 404)
        try await wire.mkcol("/files/alice/d")
        for method in ["MKCOL", "PUT"] {
            #expect(try await wire.send(method, "/files/alice/d/").status == 405)
        }
        #expect(try await wire.send("POST", "/files/alice/d/f").status == 404)
    }

    @Test func optionsTellsWhatWorks() async throws {
        let wire = Wire()
        let answer = try await wire.send("OPTIONS", "/files/alice/")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentLength] == "0")
        #expect(answer.headers[.dav]?.hasPrefix("1, 2, 3, access-control, extended-mkcol") == true)
        #expect(answer.headers[.msAuthorVia] == "DAV")
        let allow = try #require(answer.headers[.allow])
        #expect(allow.contains("PROPPATCH"))
        // The list of homes belongs to the server.
        #expect(!allow.contains("DELETE"))
        let root = try await wire.send("OPTIONS", "/")
        #expect(root.headers[.dav] == "1, 3, access-control, extended-mkcol")
        #expect(root.headers[.allow]?.contains("PROPPATCH") == false)
        #expect(try await wire.send("OPTIONS", "*", as: .anonymous).status == 200)
    }

    @Test func everyAnswerToSomeoneWhoSignedInCarriesDAV() async throws {
        let wire = Wire()
        for (method, target) in [("PROPFIND", "/"), ("PROPFIND", "/missing"), ("BREW", "/"), ("REPORT", "/")] {
            #expect(try await wire.send(method, target, ["Depth": "0"]).headers[.dav] != nil, "\(method) \(target)")
        }
        #expect(try await wire.send("PROPFIND", "/", as: .anonymous).headers[.dav] == nil)
    }

    @Test func aCollectionAnswersWithoutItsSlashAndSaysSo() async throws {  // W-02
        let wire = Wire()
        let answer = try await wire.send("PROPFIND", "/files/alice", ["Depth": "0"])
        #expect(answer.status == 207)
        #expect(answer.headers[.contentLocation] == "/files/alice/")
        #expect(try await wire.send("PROPFIND", "/files/alice/", ["Depth": "0"]).headers[.contentLocation] == nil)
    }

    @Test(arguments: ["/files/../x", "/files/%2e%2e/x", "/files/%00", "/files/%zz", "files", "/files/%ff"])
    func hostilePathsAnswer400(target: String) async throws {
        #expect(try await Wire().send("PROPFIND", target, ["Depth": "0"]).status == 400)
    }

    @Test func aPrefixIsPartOfEveryHref() async throws {
        let wire = Wire(prefix: "/dav")
        let answer = try await wire.propfind("/dav/files/alice/", "<current-user-principal/><owner/>")
        let response = try #require(answer["/dav/files/alice/"])
        #expect(response.property("owner")?.elements.first?.text == "/dav/principals/alice/")
        #expect(try await wire.send("PROPFIND", "/files/alice/", ["Depth": "0"]).status == 404)
    }

    @Test func aCollectionThatIsListedButNotReadableIsHidden() async throws {
        /// Lists bob's collection to everybody, and hands it out to nobody.
        struct Careless: Backend, DAVCollection {
            var info: CollectionInfo { CollectionInfo(path: .root, kind: .system, owner: nil, capabilities: []) }
            func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
                path.isRoot ? self : nil
            }
            func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
                let path = DAVPath([Name("bob")!])
                let info = CollectionInfo(path: path, kind: .folder, owner: Wire.bob, capabilities: .writing)
                let now = Timestamp(seconds: 0)
                if members == .itself {
                    return [Entry(name: .root, collection: self.info, created: now, modified: now)]
                }
                if case .named(let names) = members, names != path.names { return [] }
                return [Entry(name: path.names[0], collection: info, created: now, modified: now)]
            }
        }
        let facts = ServerFacts(principals: Wire.People())
        let handler = DAVHandler(backend: Careless(), authorizer: OwnerAuthorizer(), facts: facts) {
            Timestamp(seconds: 0)
        }
        for method in ["PROPFIND", "DELETE", "OPTIONS", "MKCOL", "PUT", "LOCK", "COPY", "GET"] {
            let name = try #require(HTTPRequest.Method(method))
            let answers = await ["/bob", "/nobody"].asyncMap {
                await handler.handle(
                    DAVRequest(method: name, target: $0, headers: [.depth: "0"], caller: .principal(Wire.alice)))
            }
            #expect(answers[0].status == answers[1].status && answers[0].headers == answers[1].headers, "\(method)")
        }
        let listing = DAVRequest(
            method: try #require(HTTPRequest.Method("PROPFIND")), target: "/", headers: [.depth: "1"],
            caller: .principal(Wire.alice))
        guard case .bytes(let bytes) = await handler.handle(listing).body else { return #expect(Bool(false)) }
        #expect(!String(decoding: bytes, as: UTF8.self).contains("bob"))
    }

    @Test func anErrorInsideIsA500WithoutDetail() async throws {
        struct Broken: Backend {
            struct Secret: Error {}
            func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
                throw Secret()
            }
        }
        let facts = ServerFacts(principals: Wire.People())
        let handler = DAVHandler(backend: Broken(), authorizer: OwnerAuthorizer(), facts: facts) {
            Timestamp(seconds: 0)
        }
        let response = await handler.handle(DAVRequest(method: .options, target: "/", caller: .principal(Wire.alice)))
        #expect(response.status == .internalServerError)
        guard case .bytes(let body) = response.body else { return #expect(Bool(false)) }
        #expect(!String(decoding: body, as: UTF8.self).contains("Secret"))
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ transform: (Element) async -> T) async -> [T] {
        var result: [T] = []
        for element in self { result.append(await transform(element)) }
        return result
    }
}
