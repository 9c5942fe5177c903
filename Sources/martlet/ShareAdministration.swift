import DAV
import DAVStorage

/// What `martlet share` does: the same as the owner's and the sharees' apps do, with their rights.
struct ShareAdministration {
    let store: SQLiteStore
    let rules: ShareRules

    /// - Throws: ``Failure`` for what is no path of a URL.
    static func path(_ text: String) throws -> DAVPath {
        guard let path = try? DAVPath(parsing: text), path != .root else {
            throw Failure(
                "\"\(text)\" is no path: give that of the collection's URL, such as /calendars/ann/team/. A space in it is written %20."
            )
        }
        return path
    }

    /// - Throws: ``StoreError/noSuchPrincipal(_:)``.
    func sharee(named text: String) throws -> ShareeRef {
        let id = try Accounts.name(text)
        if try store.isGroup(id) { return .group(id) }
        guard try store.account(id) != nil else { throw StoreError.noSuchPrincipal(text) }
        return .principal(id)
    }

    func list(of text: String) async throws -> ShareList { try await sharing(text).capability.shareList() }

    func change(_ text: String, _ changes: [ShareChange]) async throws {
        let (capability, info, owner) = try await sharing(text)
        for case .set(_, let grant, _, _) in changes where (try? info.kind.demandMayShow(grant.sight)) == nil {
            throw Failure("Nothing in \(text) can be hidden, only in calendars: leave out --busy and --hide-private.")
        }
        let condition = Condition(caller: .principal(owner), now: .now)
        do {
            try await capability.share(changes, rules: rules, roster: .empty, if: condition)
        } catch ShareRefusal.isOwner {
            throw Failure("\(text) is \(owner)'s own.")
        } catch ShareRefusal.tooManyInvites {
            throw Failure("No more than \(rules.mostInvites) can be invited; see the setting `sharing.invitations`.")
        }
    }

    /// - Returns: where the person has it.
    func accept(_ text: String, for person: PrincipalID) async throws -> DAVPath {
        guard let seat = try await list(of: text).seat(of: person) else {
            throw Failure("\(person) is not invited to \(text). `martlet share add \(text) \(person)` does that.")
        }
        let condition = Condition(caller: .principal(person), now: .now)
        let home = try await store.backend.invitations?.answer(
            ShareAnswer(hasAccepted: true), to: seat.id, by: person, placing: SharePlacement(), if: condition)
        guard let home = home ?? nil else { throw Failure("\(text) could not be put into the home of \(person).") }
        return home
    }

    /// The capability of the collection at a path, as its owner has it.
    private func sharing(_ text: String) async throws -> (
        capability: any Sharing, info: CollectionInfo, owner: PrincipalID
    ) {
        let path = try Self.path(text)
        guard path.names.count > 1 else {
            throw Failure("\(text) is no collection of a user: those are such as /calendars/ann/team/.")
        }
        let owner = PrincipalID(path.names[1])
        guard let collection = try await store.backend.collection(at: path, for: .principal(owner)) else {
            throw Failure("There is no collection \(text).")
        }
        guard let capability = collection.sharing, collection.info.owner == owner else {
            throw Failure(
                "\(text) cannot be shared: only what stands in a home can, by its owner, and no home itself.")
        }
        return (capability, collection.info, owner)
    }
}
