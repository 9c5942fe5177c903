public import DAV

/// A key that the server keeps to itself. It stands in the store, and so in every backup, readable by the server's account
/// alone.
public struct StoredSecret: Sendable, Hashable {
    /// Rises with each new one of the same purpose.
    public var number: Int64
    public var value: [UInt8]
    public var created: Timestamp

    public init(number: Int64, value: [UInt8], created: Timestamp) {
        self.number = number
        self.value = value
        self.created = created
    }
}

extension SQLiteStore {
    /// The secrets of a purpose, the one in use first.
    public func secrets(_ purpose: String) async throws -> [StoredSecret] {
        try await connections.scan { try $0.secrets(purpose) }
    }

    /// Keeps `value` as the first secret of a purpose, unless there is one: of two processes that start at once, both get the
    /// same.
    ///
    /// - Returns: all there are, the one in use first.
    public func ensureSecret(_ purpose: String, value: [UInt8]) async throws -> [StoredSecret] {
        let present = try await secrets(purpose)
        guard present.isEmpty else { return present }
        return try await commits.write { transaction in
            let present = try transaction.sql.secrets(purpose)
            guard present.isEmpty else { return present }
            try transaction.add(purpose, value)
            return try transaction.sql.secrets(purpose)
        }
    }

    /// Has `value` used from now on; those before it stay.
    public func replaceSecret(_ purpose: String, by value: [UInt8]) async throws -> [StoredSecret] {
        try await commits.write { transaction in
            try transaction.add(purpose, value)
            return try transaction.sql.secrets(purpose)
        }
    }

    /// Forgets secrets that were replaced before `time`.
    public func removeSecrets(_ purpose: String, replacedBefore time: Timestamp) async throws {
        try await commits.write { transaction in
            _ = try transaction.sql.run(
                """
                DELETE FROM secret WHERE purpose = ?1 AND EXISTS
                (SELECT 1 FROM secret n WHERE n.purpose = ?1 AND n.number > secret.number AND n.created < ?2)
                """, .text(purpose), .int(time.microseconds))
        }
    }
}

extension SQL {
    fileprivate func secrets(_ purpose: String) throws -> [StoredSecret] {
        try rows(
            "SELECT number, value, created FROM secret WHERE purpose = ?1 ORDER BY number DESC", .text(purpose)
        ) {
            StoredSecret(number: $0.int(0), value: $0.blob(1), created: Timestamp(microseconds: $0.int(2)))
        }
    }
}

extension Transaction {
    fileprivate func add(_ purpose: String, _ value: [UInt8]) throws {
        try sql.run(
            """
            INSERT INTO secret (purpose, number, value, created)
            SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3 FROM secret WHERE purpose = ?1
            """, .text(purpose), .blob(value), .int(now.microseconds))
    }
}
