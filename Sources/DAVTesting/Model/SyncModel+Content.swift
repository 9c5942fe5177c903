import DAV

/// What a ``DAV/CollectionKind/desk`` and its collections of ``DAV/CollectionKind/notes`` refuse.
extension SyncModel {
    /// The UIDs of scripts.
    static let uids = 1...3

    /// The status and the element with which a legal operation is refused, and at a UID conflict the member that is in the way;
    /// `nil`: it is carried out.
    func refusal(of operation: Operation) -> DAVError? {
        guard isDesk else { return nil }
        return switch operation {
        case .putNote(let path, let uid): refusal(ofNote: uid, at: path)
        case .makeCollection(let path): refusal(of: .folder, at: path)
        case .makeBarred(let path): refusal(of: .barred, at: path)
        case .makeNotes(let path): refusal(of: .notes, at: path)
        case .move(let source, let path): refusal(of: source, at: path, leaving: source)
        case .copy(let source, let path, _): refusal(of: source, at: path)
        default: nil
        }
    }

    private func refusal(of kind: Kind, at path: Path) -> DAVError? {
        let isAllowed =
            if path.count == 1 { kind == .folder || kind == .notes } else { kind != .notes && !isInNotes(path) }
        return isAllowed ? nil : .forbidden("")
    }

    private func refusal(ofNote uid: Int?, at path: Path) -> DAVError? {
        if path.count == 1 { return .forbidden("") }
        guard isInNotes(path) else { return nil }
        guard let uid else { return NotePolicy.invalid }
        // Whoever uses the UID is named first (RFC 4791 §5.3.2.1).
        if let holder = holder(of: uid, in: path.dropLast(), except: [path]) { return conflict(with: holder) }
        if let present = live[path], present.uid != uid { return conflict(with: path) }
        return nil
    }

    /// COPY and MOVE: what they replace is gone before they are judged.
    private func refusal(of source: Path, at path: Path, leaving: Path? = nil) -> DAVError? {
        guard let node = live[source] else { return nil }
        guard node.kind == .file else { return refusal(of: node.kind, at: path) }
        if path.count == 1 { return .forbidden("") }
        guard isInNotes(path), !faults.contains(.bodiesOfPutAlone) else { return nil }
        guard let uid = node.uid else { return NotePolicy.invalid }
        if faults.contains(.uidsOfPutAlone) { return nil }
        return holder(of: uid, in: path.dropLast(), except: [path, leaving]).map(conflict)
    }

    private func conflict(with member: Path) -> DAVError { NotePolicy().uidConflict(with: DAVPath(member)) }

    private func isInNotes(_ path: Path) -> Bool { live[path.dropLast()]?.kind == .notes }

    private func holder(of uid: Int, in path: Path, except exempt: [Path?]) -> Path? {
        live.first { $0.value.uid == uid && $0.key.dropLast() == path[...] && !exempt.contains($0.key) }?.key
    }

    /// The members of a collection of notes that have the UID.
    func names(_ path: Path, uid: Int) -> [Name] {
        live.filter { member, node in
            guard node.uid == uid, member.count == path.count + 1, member.starts(with: path) else { return false }
            return !faults.contains(.indexStaysOnMove) || node.revision >= node.mapped
        }.compactMap(\.key.last).sorted()
    }
}
