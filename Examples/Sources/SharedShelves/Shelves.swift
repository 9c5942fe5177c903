import DAV
import Synchronization

/// Stands for your application's data: a shelf of books for each person, and who else is shown it.
final class Shelves: Backend {
    static let root = DAVPath([Name("shelves")!])
    /// What everybody's own shelf is called.
    static let own = Name("books")!

    /// One transaction at a time reads or changes all of it, as a database would.
    struct State {
        var books: [PrincipalID: [String]]
        var ids: [PrincipalID: ResourceID]
        /// Who is invited to whose shelf. Nothing else has to be kept of that.
        var lists: [PrincipalID: ShareList] = [:]
        /// What stands in somebody's home besides their own shelf.
        var instances: [PrincipalID: [Name: Instance]] = [:]
    }

    struct Instance {
        var owner: PrincipalID
        var grant: ShareGrant
    }

    let state: Mutex<State>

    init(books: [PrincipalID: [String]]) {
        state = Mutex(State(books: books, ids: books.mapValues { _ in .random() }))
    }

    /// `/shelves/ada/`, `/shelves/ada/books/`, and in a home whatever is shared with that person.
    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        guard let names = path.relative(to: Self.root), let first = names.first, names.count < 3 else { return nil }
        let person = PrincipalID(first)
        return state.withLock { state in
            guard state.books[person] != nil else { return nil }
            guard names.count == 2 else { return Home(shelves: self, person: person) }
            return state.shelf(names[1], of: person).map { Shelf(shelves: self, info: $0) }
        }
    }
}

extension Shelves.State {
    func list(of owner: PrincipalID) -> ShareList { lists[owner] ?? ShareList(owner: owner) }

    /// A shelf as whoever's home that is has it. Its own path, the owner's name: everything else follows from `share`.
    func shelf(_ name: Name, of person: PrincipalID) -> CollectionInfo? {
        let path = Shelves.root.appending(person.name).appending(name)
        if name == Shelves.own {
            var info = CollectionInfo(path: path, kind: .folder, owner: person, capabilities: .sharing)
            info.share = list(of: person).invites.isEmpty ? .none : .owner
            return info
        }
        guard let instance = instances[person]?[name] else { return nil }
        let source = Shelves.root.appending(instance.owner.name).appending(Shelves.own)
        var info = CollectionInfo(path: path, kind: .folder, owner: instance.owner, capabilities: [])
        info.share = .instance(ShareInstance(at: path, of: person, instance.grant, source: source))
        return info
    }

    func entry(of shelf: CollectionInfo) -> Entry {
        let time = Timestamp(seconds: 0)
        var entry = Entry(name: shelf.path.last!, collection: shelf, created: time, modified: time)
        guard let owner = shelf.owner, let id = ids[owner] else { return entry }
        // The owner is told of everybody, a sharee of themselves.
        let lines = shelf.share.instance.map { list(of: owner).lines(of: $0.sharee) } ?? list(of: owner).lines
        entry.shares = ShareView(id: id, lines: lines)
        return entry
    }

    /// Does what a change of somebody's list says.
    mutating func carryOut(_ effects: [ShareEffect], of owner: PrincipalID) {
        for effect in effects {
            switch effect {
            case .instanceAppeared(let id, let person, let grant), .accessChanged(let id, let person, let grant):
                instances[person, default: [:]][Name(id.uuidString.lowercased())!] = .init(owner: owner, grant: grant)
            case .instanceRemoved(let id, let person):
                instances[person]?[Name(id.uuidString.lowercased())!] = nil
            // There is no change log to tell, and no collection of notifications.
            case .inviteListChanged, .notify: break
            }
        }
    }
}

/// Somebody's own shelf, and what others show them.
struct Home: DAVCollection {
    let shelves: Shelves
    let person: PrincipalID
    var info: CollectionInfo {
        CollectionInfo(path: Shelves.root.appending(person.name), kind: .folder, owner: person, capabilities: [])
    }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        shelves.state.withLock { state in
            let all = [Shelves.own] + (state.instances[person] ?? [:]).keys
            let names: [Name]
            switch members {
            case .itself:
                let time = Timestamp(seconds: 0)
                return [Entry(name: person.name, collection: info, created: time, modified: time)]
            case .named(let wanted): names = wanted.filter(all.contains)
            case .all(let after, let limit):
                names = Array(all.sorted().filter { name in after.map { $0 < name } ?? true }.prefix(limit))
            }
            return names.compactMap { state.shelf($0, of: person) }.map(state.entry)
        }
    }
}

/// Books as read-only files, `Kindred.txt`, at whichever URL.
struct Shelf: DAVCollection {
    let shelves: Shelves
    let info: CollectionInfo

    /// Its owner's alone: an instance cannot be shared on.
    var sharing: (any Sharing)? { info.share.instance == nil ? self : nil }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        shelves.state.withLock { state in
            // What was taken back since the request was resolved shows nothing any more.
            guard let owner = info.owner, standsStill(in: state) else { return [] }
            let books = (state.books[owner] ?? []).map(book)
            switch members {
            case .itself: return [state.entry(of: info)]
            case .named(let names): return books.filter { names.contains($0.name) }
            case .all(let after, let limit):
                let following = books.sorted { $0.name < $1.name }.filter { book in after.map { $0 < book.name } ?? true
                }
                return Array(following.prefix(limit))
            }
        }
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
        guard let entry = try await entries(.named([name]), fields: fields).first else { return nil }
        return OpenedMember(entry: entry, body: MemoryBody(text(name)))
    }

    private func standsStill(in state: Shelves.State) -> Bool {
        guard let instance = info.share.instance, let name = info.path.last else { return true }
        return state.instances[instance.sharee]?[name]?.owner == info.owner
    }

    private func book(_ title: String) -> Entry {
        let (name, time) = (Name(title + ".txt")!, Timestamp(seconds: 0))
        return Entry(
            name: name, etag: ETag(opaque: title.replacing(" ", with: "-")), contentType: "text/plain; charset=utf-8",
            contentLength: Int64(text(name).count), created: time, modified: time)
    }

    private func text(_ name: Name) -> [UInt8] { Array((name.string.dropLast(4) + "\n").utf8) }
}

// All that sharing takes: keep the list, do what it says, in one transaction.
extension Shelf: Sharing {
    func shareList() async throws -> ShareList {
        guard let owner = info.owner else { throw DAVError.notFound }
        return shelves.state.withLock { $0.list(of: owner) }
    }

    func share(_ changes: [ShareChange], rules: ShareRules, roster: ShareRoster, if condition: Condition) async throws {
        guard let owner = info.owner else { throw DAVError.notFound }
        try shelves.state.withLock { state in
            try condition.check(.write, at: info.path) { _ in ResourceState(isMapped: true) }
            let (list, effects) = try state.list(of: owner).apply(changes, rules, roster)
            state.lists[owner] = list
            state.carryOut(effects, of: owner)
        }
    }
}
