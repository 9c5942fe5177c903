extension BackendConformance {
    static let checks: [Case] = []
    static let treeScenarios: [Scenario] = []
    static let pagingScenarios: [Scenario] = []
    static let conditionScenarios: [Scenario] = []
    static let writingScenarios: [Scenario] = []
    static let lockScenarios: [Scenario] = []
}
