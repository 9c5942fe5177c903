extension MemoryBackend: JointWriting {
    public var jointWriting: (any JointWriting)? { self }

    public func write(_ steps: [WriteStep]) async throws -> [WriteResult] {
        var drafts: [MemoryCollection.Draft?] = []
        for (index, step) in steps.enumerated() {
            drafts.append(try await JointFailure.naming(index) { try await draft(of: step) })
        }
        return try transaction { [drafts] tree, isLoud in
            var results: [WriteResult] = []
            for (index, step) in steps.enumerated() {
                try JointFailure.naming(index) {
                    results.append(try carryOut(step, drafts[index], &tree, &isLoud))
                }
            }
            return results
        }
    }

    private func draft(of step: WriteStep) async throws -> MemoryCollection.Draft? {
        let (collection, name) = try read { try holder(of: step, in: $0) }
        guard case .put(let upload?, _, _) = step.action else { return nil }
        return try await collection.draft(upload, for: name)
    }

    private func holder(of step: WriteStep, in tree: MemoryTree) throws -> (MemoryCollection, Name) {
        guard let name = step.path.last,
            let holder = visibleCollection(at: step.path.parent, for: step.condition.caller, in: tree)
        else { throw DAVError.conflict }
        guard holder.info.capabilities.contains(step.action.needed) else { throw DAVError.methodNotAllowed }
        try holder.demandStanding(in: tree)
        return (holder, name)
    }

    private func carryOut(
        _ step: WriteStep, _ draft: MemoryCollection.Draft?, _ tree: inout MemoryTree, _ isLoud: inout Bool
    ) throws -> WriteResult {
        let condition = step.condition
        let (holder, name) = try holder(of: step, in: tree)
        let view = tree.view(of: holder.path)
        /// Content and properties are told for themselves.
        func told<T>(_ body: (inout MemoryTree) throws -> T) throws -> T {
            try self.step(condition, &tree, &isLoud, body)
        }
        switch step.action {
        case .put(_, let own, let properties):
            let result = try told { tree in
                try holder.spelled(view) {
                    guard let draft else { return try holder.keep(own, as: name, if: condition, in: &tree) }
                    return try holder.put(draft, own, as: name, if: condition, in: &tree)
                }
            }
            if !properties.isEmpty {
                try told { try holder.patch(step.path, properties, if: condition, in: &$0) }
            }
            return result
        case .patch(let changes):
            try told { tree in
                try judge(step.path, existsFor: condition, in: tree)
                try holder.patch(step.path, changes, if: condition, in: &tree)
            }
            return WriteResult(created: false)
        case .delete:
            try told { tree in
                try holder.spelled(view) { try holder.delete(name, if: condition, in: &tree) }
            }
            return WriteResult(created: false)
        case .move(let destination, let overwrite):
            return try told {
                try holder.move(name, to: destination, overwrite: overwrite, if: condition, in: &$0)
            }
        case .copy(let destination, let depth, let overwrite):
            return try told {
                try holder.copy(
                    .member(name), to: destination, depth: depth, overwrite: overwrite, if: condition, in: &$0)
            }
        }
    }
}
