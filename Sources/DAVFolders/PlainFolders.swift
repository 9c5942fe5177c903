public import DAV
import FoundationEssentials

/// A folder of this machine, and all below it, as collections: files as they are, no database beside them.
///
/// It offers what a file system can keep: bodies, and writing that is atomic for each file. It keeps no properties, locks or
/// history, so none are offered. Links and devices do not exist for it; no link leads out of the folder. It takes itself to be
/// the only program that changes the folder's structure while it serves.
public struct PlainFolders: Backend {
    let base: String
    let root: DAVPath
    let owner: PrincipalID

    /// - Parameters:
    ///   - base: the folder in the file system.
    ///   - root: where it is mapped.
    ///   - owner: whose it is, all of it.
    public init(below base: String, at root: DAVPath, owner: PrincipalID) {
        self.base = base
        self.root = root
        self.owner = owner
    }

    public func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        guard let file = file(at: path), let state = FileState(file), state.isFolder else { return nil }
        return PlainFolder(info: info(path), file: file, state: state, folders: self)
    }

    func info(_ path: DAVPath) -> CollectionInfo {
        CollectionInfo(path: path, kind: .folder, owner: owner, capabilities: .writing)
    }

    /// - Returns: `nil` for a path outside, for a name that is no file name, and if a link stands on the way. A name from a URL
    ///   may hold a slash (`%2F`); as a file name it would lead somewhere else.
    func file(at path: DAVPath) -> String? {
        guard let names = path.relative(to: root) else { return nil }
        var file = base
        for (index, name) in names.enumerated() {
            guard !name.string.utf8.contains(UInt8(ascii: "/")), !name.string.hasPrefix(TemporaryFile.prefix) else {
                return nil
            }
            if index > 0, FileState(file)?.isFolder != true { return nil }
            file += "/" + name.string
        }
        return file
    }
}

/// A folder as a collection. `info` and `entries` make it listable, `open` makes its files readable; `writing` is in the file beside.
struct PlainFolder: DAVCollection {
    let info: CollectionInfo
    let file: String
    let state: FileState
    let folders: PlainFolders

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        switch members {
        case .itself:
            return [entry(info.path.last ?? .root, at: info.path, state)]
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
        let path = info.path.appending(name)
        return folders.file(at: path).flatMap(FileState.init).map { entry(name, at: path, $0) }
    }

    private func entry(_ name: Name, at path: DAVPath, _ state: FileState) -> Entry {
        Entry(
            name: name, collection: state.isFolder ? folders.info(path) : nil, etag: state.isFolder ? nil : state.etag,
            contentLength: state.isFolder ? nil : state.size, created: state.modified, modified: state.modified)
    }

    var writing: (any Writing)? { self }
}
