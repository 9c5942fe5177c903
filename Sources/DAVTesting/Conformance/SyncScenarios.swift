extension BackendConformance {
    /// standards.md §16: members of one collection.
    static let syncScenarios: [Scenario] = [
        Scenario("SS-001", "an empty collection has a valid token", "C/", "S1 C/ ∅ => {} as:T1", "S1 C/ T1 => {} tok="),
        Scenario("SS-002", "an initial report lists every member", "C/ C/a C/b", "S1 C/ ∅ => +a +b"),
        Scenario("SS-003", "nothing changed, nothing told", "C/ C/a C/b", "S1 C/ T0 => {} tok="),
        Scenario("SS-004", "a new member is changed", "C/ C/a", "put C/b", "S1 C/ T0 => +b tok≠"),
    ]
}
