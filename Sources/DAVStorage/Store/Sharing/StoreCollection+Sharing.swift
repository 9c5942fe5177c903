import DAV

extension StoreCollection: Sharing {
    func shareList() async throws -> ShareList {
        guard let owner = info.owner else { throw DAVError.notFound }
        return try store.connections.read { try ShareTable(sql: $0).shares(of: row.id, owner: owner).list }
    }

    func share(_ changes: [ShareChange], rules: ShareRules, roster: ShareRoster, if condition: Condition) async throws {
        try await store.commits.write {
            try $0.share(changes, rules, roster, at: path, self.identity(of: .itself), if: condition)
        }
    }
}

struct StoreInvitations: Invitations {
    let store: SQLiteStore

    func answer(
        _ answer: ShareAnswer, to invitation: ResourceID, by person: PrincipalID, placing: SharePlacement,
        if condition: Condition
    ) async throws -> DAVPath? {
        try await store.commits.write {
            try $0.answer(answer, to: invitation, by: person, placing, if: condition)
        }
    }
}
