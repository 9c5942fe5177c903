import GRDB
import GRDBSQLite

/// A connection as the store uses it: prepared statements kept by GRDB, stepped and decoded without boxes.
///
/// A statement exists once per connection, so it must not be used again while its rows are being read: ``rows(_:_:_:)``
/// reads all of them before it returns, and ``each(_:_:_:)`` must not run the same text inside.
struct SQL {
    let database: Database

    /// A value bound to a parameter. `?1` is the first.
    enum Value {
        case null
        case int(Int64)
        case text(String)
        case blob([UInt8])

        static func optional(_ value: Int64?) -> Value { value.map(Value.int) ?? .null }
        static func optional(_ value: String?) -> Value { value.map(Value.text) ?? .null }
    }

    /// The current row of a statement; valid until the next step.
    struct Row {
        let statement: OpaquePointer

        func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
        func bool(_ column: Int32) -> Bool { int(column) != 0 }
        func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
        func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }
        func text(_ column: Int32) -> String {
            guard let start = sqlite3_column_text(statement, column) else { return "" }
            let count = Int(sqlite3_column_bytes(statement, column))
            return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        }
        func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
        func blob(_ column: Int32) -> [UInt8] {
            guard let start = sqlite3_column_blob(statement, column) else { return [] }
            return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
        }
    }

    /// Runs a statement to its end.
    /// - Returns: how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: Value...) throws -> Int {
        try step(sql, values) { _ in true }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    /// The first row, if there is one.
    func first<T>(_ sql: String, _ values: Value..., decode: (Row) throws -> T) throws -> T? {
        var result: T?
        try step(sql, values) { row in
            result = try decode(row)
            return false
        }
        return result
    }

    func rows<T>(_ sql: String, _ values: Value..., decode: (Row) throws -> T) throws -> [T] {
        var result: [T] = []
        try step(sql, values) { row in
            result.append(try decode(row))
            return true
        }
        return result
    }

    /// Reads row after row until `body` returns `false`.
    func each(_ sql: String, _ values: Value..., body: (Row) throws -> Bool) throws {
        try step(sql, values, body)
    }

    func each(_ sql: String, values: [Value], body: (Row) throws -> Bool) throws {
        try step(sql, values, body)
    }

    var lastInsertedRowID: Int64 { database.lastInsertedRowID }
    var isInTransaction: Bool { database.isInsideTransaction }

    private func step(_ sql: String, _ values: [Value], _ body: (Row) throws -> Bool) throws {
        let statement = try database.cachedStatement(sql: sql).sqliteStatement
        // A statement left open would hold its snapshot and keep the log from being checkpointed.
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1), of: statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: if try !body(Row(statement: statement)) { return }
            case SQLITE_DONE: return
            default: throw failure(sql)
            }
        }
    }

    private func bind(_ value: Value, at index: Int32, of statement: OpaquePointer) throws {
        // SQLITE_TRANSIENT, a cast in a C macro that Swift does not import: the value is a mark, never called.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code =
            switch value {
            case .null: sqlite3_bind_null(statement, index)
            case .int(let int): sqlite3_bind_int64(statement, index, int)
            // An empty string may have no address, and SQLite would take that for NULL.
            case .text(""): sqlite3_bind_text(statement, index, "", 0, transient)
            case .text(var text):
                text.withUTF8 { utf8 in
                    utf8.withMemoryRebound(to: CChar.self) {
                        sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), transient)
                    }
                }
            case .blob(let bytes):
                bytes.isEmpty
                    ? sqlite3_bind_zeroblob(statement, index, 0)
                    : bytes.withUnsafeBytes {
                        sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), transient)
                    }
            }
        guard code == SQLITE_OK else { throw failure("bind") }
    }

    private func failure(_ sql: String) -> DatabaseError {
        let connection = database.sqliteConnection
        return DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: sqlite3_errmsg(connection).map { String(cString: $0) }, sql: sql)
    }
}
