import Testing

@testable import DAV

@Suite struct LockRulesTests {
    static let now = Timestamp(seconds: 1000)
    static let alice = Caller.principal(PrincipalID(Name("alice")!))
    static let bob = Caller.principal(PrincipalID(Name("bob")!))

    func lock(
        _ path: DAVPath, _ token: String = "urn:1", _ scope: Lock.Scope = .exclusive, depth: Depth = .infinity,
        holder: Caller = alice, expires: Timestamp? = nil
    ) -> Lock {
        Lock(
            token: LockToken(uri: token), root: path, scope: scope, depth: depth, owner: nil, holder: holder,
            expires: expires)
    }

    func condition(_ caller: Caller = alice, tokens: String...) -> Condition {
        var condition = Condition(caller: caller, now: Self.now)
        condition.ifHeader = IfHeader(
            lists: tokens.map { .init(resource: .elsewhere, conditions: [.init(negated: true, state: .token($0))]) })
        return condition
    }

    @Test func aTokenMustBeSubmittedAndOnesOwn() {
        // W-53, and G-03: even in a list that is false or negated.
        let locks = [lock(path("a"))]
        #expect(throws: DAVError.lockTokenSubmitted([path("a")])) {
            try condition().mayChange(path("a", "b"), under: locks)
        }
        #expect(throws: DAVError.self) { try condition(Self.bob, tokens: "urn:1").mayChange(path("a"), under: locks) }
        #expect(throws: Never.self) { try condition(tokens: "urn:1").mayChange(path("a"), under: locks) }
    }

    @Test func anExpiredLockIsNone() {
        let locks = [lock(path("a"), expires: Self.now)]
        #expect(throws: Never.self) { try condition().mayChange(path("a"), under: locks) }
        #expect(throws: Never.self) { try condition().mayLock(path("a"), .exclusive, depth: .infinity, under: locks) }
    }

    @Test func aDepthZeroLockGuardsTheSetOfMembersButNotTheirContent() {
        // W-54, RFC 4918 §7.5
        let locks = [lock(path("a"), depth: .zero)]
        #expect(throws: DAVError.self) { try condition().mayBind(into: path("a"), under: locks) }
        #expect(throws: DAVError.self) { try condition().mayUnbind(path("a", "b"), under: locks) }
        #expect(throws: Never.self) { try condition().mayChange(path("a", "b"), under: locks) }
    }

    @Test func removingATreeNeedsEachTokenInIt() {
        let locks = [lock(path("a", "b"), "urn:1"), lock(path("a", "c", "d"), "urn:2")]
        #expect(throws: DAVError.lockTokenSubmitted([path("a", "c", "d")])) {
            try condition(tokens: "urn:1").mayUnbind(path("a"), under: locks)
        }
        #expect(throws: Never.self) { try condition(tokens: "urn:1", "urn:2").mayUnbind(path("a"), under: locks) }
        #expect(throws: Never.self) { try condition().mayUnbind(path("ab"), under: locks) }
    }

    @Test func onesOwnOfSeveralSharedLocksIsEnough() {
        let locks = [lock(path("a"), "urn:1", .shared), lock(path("a"), "urn:2", .shared, holder: Self.bob)]
        #expect(throws: Never.self) { try condition(Self.bob, tokens: "urn:2").mayChange(path("a"), under: locks) }
        #expect(throws: DAVError.self) { try condition(Self.bob, tokens: "urn:1").mayChange(path("a"), under: locks) }
    }

    @Test func onlySharedLocksStandTogether() {
        // W-51
        for (held, wanted, allowed) in [
            (Lock.Scope.exclusive, Lock.Scope.exclusive, false), (.exclusive, .shared, false),
            (.shared, .exclusive, false),
            (.shared, .shared, true),
        ] {
            for (root, depth, wantedAt, wantedDepth) in [
                (path("a"), Depth.infinity, path("a", "b"), Depth.zero), (path("a"), .zero, path("a"), .zero),
                (path("a", "b"), .zero, path("a"), .infinity),
            ] {
                let locks = [lock(root, "urn:1", held, depth: depth)]
                let judge = { try condition().mayLock(wantedAt, wanted, depth: wantedDepth, under: locks) }
                if allowed {
                    #expect(throws: Never.self) { try judge() }
                } else {
                    #expect(throws: DAVError.noConflictingLock([root])) { try judge() }
                }
            }
        }
        let below = [lock(path("a", "b"))]
        #expect(throws: Never.self) { try condition().mayLock(path("a"), .exclusive, depth: .zero, under: below) }
    }
}
