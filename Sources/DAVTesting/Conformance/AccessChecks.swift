import DAV

extension BackendConformance {
    /// RFC 3744: what was granted holds at once, for all below, and travels as A-08 says.
    static let accessChecks: [Case] = [
        Case(id: "A-06", title: "a grant holds for all below, until it is replaced") { world in
            try await world.makeCollection("C/")
            try await world.makeCollection("C/D/")
            try await world.put("C/D/a")
            try await world.demandSight(of: [], amidst: ["", "C", "C/D"])
            try await world.grant([.read], on: "C")
            try await world.demandSight(of: ["C", "C/D"], amidst: ["", "C", "C/D"])
            try await world.makeCollection("C/E/")
            try await world.demandSight(of: ["C/E"], amidst: ["C/E"])
            try await world.grant([.write], on: "C")
            try await world.demandSight(of: [], amidst: ["C", "C/D", "C/E"])
            try await world.grant([.read], on: "C/D")
            try await world.demandSight(of: ["C/D"], amidst: ["C", "C/D", "C/E"])
            try await world.grant([], on: "C/D")
            try await world.demandSight(of: [], amidst: ["C", "C/D"])
        },
        Case(id: "A-08", title: "MOVE takes grants along, COPY does not, and both inherit anew") { world in
            for text in ["C/", "C/D/", "open/", "shut/"] { try await world.makeCollection(text) }
            try await world.grant([.read], on: "C")
            try await world.grant([.read], on: "open")
            try await world.copy("C", "shut/copy")
            try await world.copy("C/D", "open/copy")
            try await world.demandSight(of: ["open/copy"], amidst: ["shut/copy", "shut/copy/D", "open/copy"])
            try await world.move("C/D", "shut/D")
            try await world.demandSight(of: [], amidst: ["shut/D"])
            try await world.move("C", "shut/C")
            try await world.demandSight(of: ["shut/C"], amidst: ["shut", "shut/C"])
            try await world.move("shut/D", "open/D")
            try await world.demandSight(of: ["open/D"], amidst: ["open/D"])
            try await world.move("open/D", "shut/D")
            try await world.demandSight(of: [], amidst: ["shut/D"])
        },
        Case(id: "A-08a", title: "what is made again at a place of old has none of its grants") { world in
            try await world.makeCollection("C/")
            try await world.grant([.read], on: "C")
            try await world.delete("C")
            try await world.makeCollection("C/")
            try await world.demandSight(of: [], amidst: ["C"])
        },
        Case(id: "A-13", title: "a right ends with the next request, and the token stays good") { world in
            let stranger = try world.stranger()
            try await world.makeCollection("C/")
            try await world.put("C/a")
            try await world.grant([.read], on: "C")
            let path = world.path("C")
            func seen() async throws -> (any DAVCollection)? {
                try await world.backend.collection(at: path, for: stranger)
            }
            guard let syncing = try await seen()?.syncing else { throw Skip(reason: "does not sync") }
            let page = try await syncing.changes(since: nil, level: .one, limit: 10, fields: [])
            try demand(page.changes.count == 1, "the reader sees \(page.changes.count) changes")
            try await world.grant([], on: "C")
            try demand(try await seen() == nil, "it is still seen")
            try await world.put("C/b")
            try await world.grant([.read], on: "C")
            let next = try await seen()?.syncing?.changes(since: page.token, level: .one, limit: 10, fields: [])
            try demand(next?.changes.map(\.path) == [[Name(literal: "b")]], "the reader missed something")
        },
        Case(id: "A-13a", title: "a change of rights is a change of the collection; the same again is none") { world in
            try await world.makeCollection("C/")
            let syncing = try world.syncing(try await world.collection("/"))
            let before = try await world.token("/")
            try await world.grant([.read], on: "C")
            let page = try await syncing.changes(since: before, level: .one, limit: 10, fields: [])
            try demand(page.changes.map(\.path) == [[Name(literal: "C")]], "reported: \(page.changes.map(\.path))")
            try await world.grant([.read], on: "C")
            try demand(try await world.token("/") == page.token, "nothing was changed, but the token")
        },
        Case(id: "A-06a", title: "conditions and locks are respected, and grants outlive a restart") { world in
            try await world.makeCollection("C/")
            var condition = world.condition()
            condition.ifMatch = .any
            try await world.grant([.read], on: "C", if: condition)
            condition.ifMatch = .list([ETag(opaque: "none")], weak: [])
            let refused = condition
            try await demandRefusal(412) { try await world.grant([], on: "C", if: refused) }
            try await world.demandSight(of: ["C"], amidst: ["C"])
            try await world.restart()
            try await world.demandSight(of: ["C"], amidst: ["C"])
        },
    ]
}

extension World {
    func stranger() throws -> Caller {
        guard let stranger = subject.stranger else { throw Skip(reason: "hides nothing") }
        return stranger
    }

    /// Replaces the collection's grants by one to the stranger.
    func grant(_ privileges: [Privilege], on text: String, if condition: Condition? = nil) async throws {
        guard let control = try await collection(text).accessControl else {
            throw Skip(reason: "rights cannot be changed")
        }
        guard let stranger = try stranger().principal else { throw Skip(reason: "the stranger is nobody") }
        let grants = privileges.isEmpty ? [] : [AccessControlEntry(.principal(stranger), granted: privileges)]
        try await control.setGrants(grants, if: condition ?? self.condition())
    }

    /// Demands that of all these collections the stranger sees exactly `visible`.
    fileprivate func demandSight(of visible: [String], amidst all: [String]) async throws {
        let stranger = try stranger()
        for text in all {
            let found = try await backend.collection(at: path(text), for: stranger)
            try demand((found != nil) == visible.contains(text), "\(text) is \(found == nil ? "not " : "")seen")
        }
    }
}
