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
        filled.content = try await member.octets()
        return filled
    }

    /// Every member with its body, in the order of their names. Few are in memory at a time.
    public func forEachMember(_ take: (Entry) async throws -> Void) async throws {
        let limit = 50
        var last: Name?
        while true {
            let page = try await entries(.all(after: last, limit: limit), fields: .content)
            for entry in page where !entry.isCollection {
                if let filled = try await filled(entry, named: entry.name) { try await take(filled) }
            }
            last = page.last?.name
            if page.count < limit { return }
        }
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

extension OpenedMember {
    /// The whole body; for kinds whose policy bounds it.
    public func octets() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(clamping: body.length))
        while bytes.count < body.length {
            let chunk = try await body.read(at: Int64(bytes.count), count: 1 << 20)
            guard !chunk.isEmpty else { throw BodyEndedEarly() }
            bytes += chunk
        }
        return bytes
    }
}
