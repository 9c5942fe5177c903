extension MemoryCollection: AccessControlling {
    func setGrants(_ grants: [AccessControlEntry], if condition: Condition) async throws {
        try store.transaction(condition) { tree in
            guard var collection = tree.collection(at: path) else { throw DAVError.notFound }
            try store.judge(condition, at: path, in: tree)
            try condition.mayChange(path, under: tree.locks)
            if collection.grants == grants { return }
            tree.advance()
            collection.grants = grants
            tree.change(path) { $0.content = .collection(collection) }
        }
    }
}
