import DAV
import DAVTesting
import Testing

/// Who sees what: standards.md 17.1, "views".
struct ViewedModelTests {
    private let p: SyncModel.Path = [Name("P")!]
    private let x: SyncModel.Path = [Name("P")!, Name("x")!]

    private func lines(_ model: ViewedModel, since token: SyncModel.Token?, _ level: SyncLevel) throws -> Set<String> {
        let tree = try #require(model.tree(of: "u"))
        return Set(
            try tree.report([], since: token, level).lines.map {
                $0.mark.rawValue + $0.path.map(\.string).joined(separator: "/")
            })
    }

    /// P/ with x in it, and a viewer who sees or does not see it.
    private func start(hidden: Bool) throws -> (ViewedModel, SyncModel.Token) {
        var model = ViewedModel(viewers: ["u", "owner"])
        model.apply(.makeCollection(p))
        model.apply(.put(x))
        if hidden { model.hide(p, from: "u") }
        let token = try #require(model.tree(of: "u")?.token(of: []))
        return (model, token)
    }

    @Test("SS-080: what happens in a hidden collection is never told, not even by the token")
    func hiddenChangesAreSilent() throws {
        var (model, token) = try start(hidden: true)
        model.apply(.put(x))
        model.apply(.delete(x))
        model.apply(.put([Name("P")!, Name("y")!]))
        #expect(try lines(model, since: token, .infinite) == [])
        #expect(model.tree(of: "u")?.token(of: []) == token)
        #expect(model.tree(of: "owner")?.live.count == 3)
    }

    @Test("SS-081: losing sight of a collection removes it, for that viewer alone")
    func lossIsARemoval() throws {
        var (model, token) = try start(hidden: false)
        let owner = try #require(model.tree(of: "owner")?.token(of: []))
        model.hide(p, from: "u")
        #expect(try lines(model, since: token, .infinite) == ["-P"])
        #expect(try lines(model, since: token, .one) == ["-P"])
        #expect(model.tree(of: "owner")?.token(of: []) == owner)
    }

    @Test("SS-082: gaining sight brings the members, however old")
    func gainBringsMembers() throws {
        var (model, token) = try start(hidden: true)
        model.show(p, to: "u")
        #expect(try lines(model, since: token, .infinite) == ["+P", "+P/x"])
        #expect(try lines(model, since: token, .one) == ["+P"])
    }

    @Test("SS-083: sight lost and regained is a change, never a removal")
    func lossAndGain() throws {
        var (model, token) = try start(hidden: false)
        model.hide(p, from: "u")
        model.apply(.delete(x))
        model.show(p, to: "u")
        #expect(try lines(model, since: token, .infinite) == ["+P", "-P/x"])
        #expect(try lines(model, since: token, .one) == ["+P"])
    }

    @Test("SS-084: what moves out of sight is removed, what moves into sight appears")
    func movesAcrossTheBorder() throws {
        var (model, token) = try start(hidden: true)
        model.apply(.move(x, [Name("x")!]))
        #expect(try lines(model, since: token, .infinite) == ["+x"])
        model.apply(.move([Name("x")!], x))
        #expect(try lines(model, since: token, .infinite) == ["-x"])
    }

    @Test("INV-21: a viewer's tree does not depend on what is hidden", arguments: UInt64(0)..<50)
    func hiddenOperationsDoNotInterfere(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let hidden: SyncModel.Path = [Name("H")!]
        var whole = ViewedModel(viewers: ["u"])
        whole.apply(.makeCollection(hidden))
        whole.hide(hidden, from: "u")
        var part = whole
        for _ in 0..<200 {
            let name = Name(["a", "b", "c"].randomElement(using: &random)!)!
            let other = Name(["a", "b", "c"].randomElement(using: &random)!)!
            let below = Bool.random(using: &random)
            let path = below ? hidden + [name] : [name]
            let target = below ? hidden + [other] : [other]
            let operation: DAVTesting.Operation =
                switch Int.random(in: 0..<5, using: &random) {
                case 0, 1: .put(path)
                case 2: .makeCollection(path)
                case 3: .delete(path)
                default: .move(path, target)
                }
            whole.apply(operation)
            if !below { part.apply(operation) }
            #expect(whole.tree(of: "u")?.live == part.tree(of: "u")?.live)
            #expect(whole.tree(of: "u")?.token(of: []) == part.tree(of: "u")?.token(of: []))
        }
    }
}
