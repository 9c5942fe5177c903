extension BackendConformance {
    /// standards.md §16: members of one collection, and tokens.
    static let syncScenarios: [Scenario] = [
        Scenario("SS-001", "an empty collection has a valid token", "C/", "S1 C/ ∅ => {} as:T1", "S1 C/ T1 => {} tok="),
        Scenario("SS-002", "an initial report lists every member", "C/ C/a C/b", "S1 C/ ∅ => +a +b"),
        Scenario("SS-003", "nothing changed, nothing told", "C/ C/a C/b", "S1 C/ T0 => {} tok="),
        Scenario("SS-004", "a new member is changed", "C/ C/a", "put C/b", "S1 C/ T0 => +b tok≠"),
        Scenario("SS-005", "a replaced member is changed", "C/ C/a", "put C/a", "S1 C/ T0 => +a tok≠"),
        Scenario("SS-006", "two changes are told once", "C/ C/a", "put C/a", "put C/a", "S1 C/ T0 => +a"),
        Scenario("SS-007", "a deleted member is removed", "C/ C/a C/b", "delete C/a", "S1 C/ T0 => -a"),
        Scenario("SS-008", "created and deleted is removed", "C/", "put C/a", "delete C/a", "S1 C/ T0 => -a"),
        Scenario(
            "SS-009", "created, changed and deleted is removed once", "C/", "put C/a", "put C/a", "delete C/a",
            "S1 C/ T0 => -a"),
        Scenario("SS-010", "deleted and created again is changed", "C/ C/a", "delete C/a", "put C/a", "S1 C/ T0 => +a"),
        Scenario(
            "SS-011", "deleted and created with the same octets is changed", "C/", "put C/a same", "mark T1",
            "delete C/a",
            "put C/a same", "S1 C/ T1 => +a"),
        Scenario(
            "SS-012", "deleted, created, deleted is removed", "C/ C/a", "delete C/a", "put C/a", "delete C/a",
            "S1 C/ T0 => -a"),
        Scenario(
            "SS-013", "created, deleted, created is changed", "C/", "put C/a", "delete C/a", "put C/a", "S1 C/ T0 => +a"
        ),
        Scenario("SS-014", "the same octets again change nothing", "C/ C/a", "put-same C/a", "S1 C/ T0 => {} tok="),
        Scenario(
            "SS-015", "a PUT that fails its condition is not told", "C/ C/a", "412 put C/a if-match=wrong",
            "S1 C/ T0 => {} tok="),
        Scenario("SS-016", "a refused PUT is not told", "C/ C/a C/D/", "405 put C/D", "S1 C/ T0 => {} tok="),
        Scenario(
            "SS-017", "a DELETE refused for a lock is not told", "C/ C/a C/b", "lock C/a as:L", "423 delete C/a",
            "S1 C/ T0 => {} tok="),
        Scenario("SS-018", "a member added by POST is changed", "C/ C/a", "post C/", "S1 C/ T0 => 1+"),
        Scenario("SS-019", "LOCK on an unmapped URL makes a member", "C/ C/a", "lock C/x", "S1 C/ T0 => +x"),
        Scenario(
            "SS-020", "UNLOCK leaves the member LOCK made", "C/", "lock C/x as:L", "mark T1", "unlock C/x L",
            "S1 C/ T1 => {} tok=",
            "get C/x"),
        Scenario(
            "SS-021", "locking is not a change", "C/ C/a", "lock C/a as:L", "refresh C/a L", "unlock C/a L",
            "S1 C/ T0 => {} tok="),
        Scenario("SS-022", "PROPPATCH changes a member", "C/ C/a", "patch C/a", "S1 C/ T0 => +a tok≠"),
        Scenario(
            "SS-023", "a refused PROPPATCH is not told", "C/ C/a", "412 patch C/a if-match=wrong", "S1 C/ T0 => {} tok="
        ),
        Scenario(
            "SS-024", "a collection's own properties are news to its parent alone", "C/ C/a", "patch C/",
            "S1 C/ T0 => {} tok=",
            "S1 / T0 => +C/"),
        Scenario(
            "SS-026", "reading is not a change", "C/ C/a", "get C/a", "S1 C/ ∅ => +a", "S∞ / ∅ => +C/ +C/a",
            "S1 C/ T0 => {} tok="),
        Scenario("SS-030", "MOVE removes one name and adds another", "C/ C/a", "move C/a C/b", "S1 C/ T0 => -a +b"),
        Scenario("SS-031", "MOVE over a member changes it", "C/ C/a C/b", "move C/a C/b", "S1 C/ T0 => -a +b"),
        Scenario(
            "SS-032", "a MOVE that must not overwrite changes nothing", "C/ C/a C/b", "412 move C/a C/b keep",
            "S1 C/ T0 => {} tok="),
        Scenario(
            "SS-033", "MOVE to a child collection", "C/ C/a C/D/", "move C/a C/D/a", "S1 C/ T0 => -a",
            "S1 C/D/ T0 => +a"),
        Scenario(
            "SS-034", "MOVE from a child collection", "C/ C/D/ C/D/x", "move C/D/x C/x", "S1 C/ T0 => +x",
            "S1 C/D/ T0 => -x"),
        Scenario("SS-035", "MOVE there and back", "C/ C/a", "move C/a C/b", "move C/b C/a", "S1 C/ T0 => +a -b"),
        Scenario("SS-036", "COPY adds the destination alone", "C/ C/a", "copy C/a C/b", "S1 C/ T0 => +b"),
        Scenario(
            "SS-037", "COPY over a member changes the destination alone", "C/ C/a C/b", "copy C/a C/b", "S1 C/ T0 => +b"
        ),
        Scenario(
            "SS-038", "two names swapped", "C/ C/a C/b", "move C/a C/t", "move C/b C/a", "move C/t C/b",
            "S1 C/ T0 => +a +b -t"),
        Scenario(
            "SS-039", "MOVE away, then a new member of the old name", "C/ C/a", "move C/a C/c", "put C/a",
            "S1 C/ T0 => +a +c"),
        Scenario(
            "SS-040", "a token does not follow a moved collection", "C/ C/a", "move C/ C2/", "S1 C2/ T0@C/ => 403"),
        Scenario(
            "SS-041", "a token is not of the collection that came after", "C/", "move C/ C2/", "mkcol C/",
            "S1 C/ T0 => 403"),
        Scenario(
            "SS-042", "a collection deleted and made again starts over", "C/ C/a", "delete C/", "mkcol C/", "put C/b",
            "S1 C/ T0 => 403",
            "S1 C/ ∅ => +b"),
        Scenario(
            "SS-043", "a copied collection has tokens of its own", "C/ C/a C/b", "copy C/ E/", "S1 E/ ∅ => +a +b",
            "S1 E/ T0@C/ => 403"),
        Scenario("SS-044", "the token of a sibling is refused", "C/ D/", "S1 C/ T0@D/ => 403"),
        Scenario("SS-045", "the token of the parent is refused", "C/", "S1 C/ T0@/ => 403"),
        Scenario(
            "SS-046", "what is not a token is refused", "C/", "S1 C/ text:x => 403", "S1 C/ text:http:// => 403",
            "S1 C/ text:http://martlet.invalid/sync/1/1/9223372036854775807 => 403",
            "S1 C/ text:http://martlet.invalid/sync/1/1/99999999999999999999999 => 403", "S1 C/ text:&lt; => 403"),
        Scenario(
            "SS-048", "pruning where nothing was removed refuses no token", "C/ C/a C/b", "prune /",
            "S1 C/ T0 => {} tok="),
        Scenario(
            "SS-049", "pruning refuses exactly the tokens that need what was forgotten", "C/ C/a", "delete C/a",
            "mark T1", "prune C/",
            "S1 C/ T0 => 403", "S1 C/ T1 => {} tok="),
        Scenario(
            "SS-050", "a token of exactly the floor is valid", "C/ C/a", "delete C/a", "mark T1", "prune C/", "put C/c",
            "S1 C/ T1 => +c"),
        Scenario(
            "SS-051", "after a refusal the initial report is whole", "C/ C/a C/b", "delete C/a", "prune C/",
            "S1 C/ T0 => 403",
            "S1 C/ ∅ => +b"),
        Scenario("SS-052", "a token survives a restart", "C/ C/a", "put C/b", "restart", "S1 C/ T0 => +b"),
        Scenario(
            "SS-053", "tokens from before a restore are refused", "C/ C/a", "backup", "put C/b", "mark T1", "restore",
            "S1 C/ T1 => 403",
            "S1 C/ T0 => 403", "put C/c", "S1 C/ T1 => 403", "S1 C/ ∅ => +a +c"),
        Scenario(
            "SS-054", "the same token may be used twice", "C/ C/a", "put C/b", "S1 C/ T0 => +b", "put C/c",
            "S1 C/ T0 => +b +c"),
        Scenario(
            "SS-055", "a newer token does not revoke an older one", "C/ C/a", "put C/b", "mark T1", "delete C/a",
            "S1 C/ T1 => -a",
            "S1 C/ T0 => +b -a"),
        Scenario("SS-185", "a client's own change is told to it", "C/ C/a", "put C/a", "S1 C/ T0 => +a"),
    ]
}
