extension Entry {
    /// Whether the body was left behind for being long.
    var lacksContent: Bool { content == nil && !isCollection && contentLength != 0 }
}

extension DAVCollection {
    /// The entry with its body: the one that came along, or the member opened, in which case all of the entry is of that
    /// state.
    ///
    /// - Returns: `nil` if the member is gone.
    public func filled(_ entry: Entry, named name: Name, fields: Fields = []) async throws -> Entry? {
        guard entry.lacksContent else { return entry }
        guard let member = try await open(name, fields: fields) else { return nil }
        var filled = member.entry
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(clamping: member.body.length))
        while bytes.count < member.body.length {
            let chunk = try await member.body.read(at: Int64(bytes.count), count: 1 << 20)
            if chunk.isEmpty { return nil }
            bytes += chunk
        }
        filled.content = bytes
        return filled
    }

    /// The names of the members a query is about: from the index if there is one, else of all members.
    public func names(matching query: ContentQuery) async throws -> [Name] {
        if let querying { return try await querying.names(matching: query) }
        var names: [Name] = []
        var last: Name?
        while true {
            let page = try await entries(.all(after: last, limit: 1000), fields: [])
            names += page.lazy.filter { !$0.isCollection }.map(\.name)
            last = page.last?.name
            if page.count < 1000 { return names }
        }
    }
}
