import DAV
import FoundationEssentials

/// Finds folders: the one requirement of a back-end.
struct Folders: Backend {
    let base: String
    let owner: PrincipalID

    init(below base: String, owner: PrincipalID) {
        self.base = base
        self.owner = owner
    }

    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        guard let file = file(at: path), let state = FileState(file), state.isFolder else { return nil }
        let info = CollectionInfo(path: path, kind: .folder, owner: owner, capabilities: .writing)
        return Folder(info: info, file: file, state: state, folders: self)
    }

    /// - Returns: `nil` for a name that is no file name. A name from a URL may hold a slash (`%2F`); as a file name it would
    ///   lead somewhere else.
    func file(at path: DAVPath) -> String? {
        guard
            !path.names.contains(where: {
                $0.string.utf8.contains(UInt8(ascii: "/")) || $0.string.hasPrefix(TemporaryFile.prefix)
            })
        else { return nil }
        // The first name is the one this back-end is mounted at.
        return ([base] + path.names.dropFirst().map(\.string)).joined(separator: "/")
    }
}

/// A folder as a collection. `info` and `entries` make it listable, `open` makes its files readable; `writing` is in the file beside.
struct Folder: DAVCollection {
    let info: CollectionInfo
    let file: String
    let state: FileState
    let folders: Folders

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        switch members {
        case .itself:
            return [entry(info.path.last ?? Name("files")!, state)]
        case .named(let names):
            return names.compactMap(entry)
        case .all(let after, let limit):
            // In the order of names, so that a long listing can be taken page by page.
            let names = try FileManager.default.contentsOfDirectory(atPath: file).compactMap(Name.init).sorted()
            return Array(names.lazy.filter { name in after.map { $0 < name } ?? true }.compactMap(entry).prefix(limit))
        }
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
        guard let entry = entry(name), !entry.isCollection, let path = folders.file(at: info.path.appending(name))
        else { return nil }
        return try OpenedMember(entry: entry, body: FileBody(path))
    }

    private func entry(_ name: Name) -> Entry? {
        folders.file(at: info.path.appending(name)).flatMap(FileState.init).map { entry(name, $0) }
    }

    private func entry(_ name: Name, _ state: FileState) -> Entry {
        var child = info
        if name != info.path.last || state.file != file { child.path = info.path.appending(name) }
        return Entry(
            name: name, collection: state.isFolder ? child : nil, etag: state.isFolder ? nil : state.etag,
            contentLength: state.isFolder ? nil : state.size, created: state.modified, modified: state.modified)
    }

    var writing: (any Writing)? { self }
}
