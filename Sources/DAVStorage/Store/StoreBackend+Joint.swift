import DAV

extension StoreBackend: JointWriting {
    var jointWriting: (any JointWriting)? { self }

    /// Cost: that of the steps one by one, and one commit.
    func write(_ steps: [WriteStep]) async throws -> [WriteResult] {
        var ready: [ReadyStep] = []
        do {
            for (index, step) in steps.enumerated() {
                ready.append(try await JointFailure.naming(index) { try await prepare(step) })
            }
        } catch {
            store.blobs.settle(ready.compactMap(\.received), keep: false)
            throw error
        }
        return try await store.blobs.settling(ready.compactMap(\.received)) { try await commit(ready) }
    }

    /// A step whose body has been taken.
    fileprivate struct ReadyStep: Sendable {
        var step: WriteStep
        var collection: StoreCollection
        var received: ReceivedBody?
        /// Of what is copied or moved.
        var admission: Admission?
    }

    private func prepare(_ step: WriteStep) async throws -> ReadyStep {
        let holder = try await collection(at: step.path.parent, for: step.condition.caller)
        guard let name = step.path.last, let collection = holder as? StoreCollection else { throw DAVError.conflict }
        guard collection.info.capabilities.contains(step.action.needed) else { throw DAVError.methodNotAllowed }
        var ready = ReadyStep(step: step, collection: collection)
        if case .put(let upload?, _, _) = step.action {
            ready.received = try await collection.receive(upload, as: name)
        }
        return ready
    }

    /// - Throws: ``DAVError/conflict`` (409) where what is copied or moved is replaced again and again while it is judged. So it is
    ///   too by an earlier step, if its body is a file.
    private func commit(_ ready: [ReadyStep]) async throws -> [WriteResult] {
        for _ in 0..<10 {
            do {
                let judged = try await judge(ready)
                return try await store.commits.write { transaction in
                    try judged.enumerated().map { index, step in
                        try JointFailure.naming(index) { try step.carryOut(in: transaction) }
                    }
                }
            } catch is StaleAdmission {}
        }
        throw DAVError.conflict
    }

    /// Judges what is copied or moved for the place it comes to.
    private func judge(_ ready: [ReadyStep]) async throws -> [ReadyStep] {
        var ready = ready
        for (index, step) in ready.enumerated() {
            switch step.step.action {
            case .move(let destination, _), .copy(let destination, _, _):
                ready[index].admission = try await JointFailure.naming(index) {
                    try await step.collection.admission(of: step.step.path, at: destination)
                }
            case .put, .patch, .delete: break
            }
        }
        return ready
    }
}

extension StoreBackend.ReadyStep {
    fileprivate func carryOut(in transaction: Transaction) throws -> WriteResult {
        let (path, condition, holder) = (step.path, step.condition, collection.holder)
        switch step.action {
        case .put(_, let own, let properties):
            let result =
                try received.map { try transaction.put($0, own, at: path, of: holder, if: condition) }
                ?? transaction.keep(own, at: path, of: holder, if: condition)
            if !properties.isEmpty {
                try transaction.patch(transaction.locateMember(path, of: holder), properties, if: condition)
            }
            return result
        case .patch(let changes):
            try transaction.patch(path, changes, .memberOf(holder), if: condition)
            return WriteResult(created: false)
        case .delete:
            try transaction.delete(path, of: holder, if: condition)
            return WriteResult(created: false)
        case .move(let destination, let overwrite):
            return try transaction.move(
                path, of: holder, to: destination, transaction.renewed(admission, of: path, at: destination),
                overwrite: overwrite, if: condition)
        case .copy(let destination, let depth, let overwrite):
            return try transaction.copy(
                path, .memberOf(holder), to: destination, transaction.renewed(admission, of: path, at: destination),
                depth: depth, overwrite: overwrite, if: condition)
        }
    }
}

extension Transaction {
    /// A judgement, made again if an earlier step has replaced what was judged.
    fileprivate func renewed(_ admission: Admission?, of source: DAVPath, at destination: DAVPath) throws -> Admission?
    {
        guard let member = try tree.locate(source)?.entry?.member, member.version != admission?.version,
            let parent = try tree.locate(destination)?.parents.last, let judge = try ContentJudge(parent, facts, sql),
            let id = member.body,
            let body = try sql.first(
                "SELECT data FROM body WHERE id = ?1 AND file IS NULL", .int(id), decode: { $0.blob(0) })
        else { return admission }
        return try judge.admission(of: member, body)
    }
}
