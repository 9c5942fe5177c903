import DAV
import GRDB

/// What can be wrong with a data folder, in sentences for the person who runs the server.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    case closed
    case inUse(folder: String, process: Int32?)
    case notAStore(String)
    case notEmpty(String)
    case newerFormat(String)
    case noSuchAccount(String)
    case accountExists(String)
    case noSuchGroup(String)
    case groupExists(String)
    case noSuchPrincipal(String)
    case badName(String)
    case io(String, code: Int32)

    public var description: String {
        switch self {
        case .closed: "The store is closed."
        case .inUse(let folder, let process):
            "\(folder) is in use by \(process.map { "process \($0)" } ?? "another process"). Stop that server first, or name another folder."
        case .notAStore(let path): "\(path) holds no Martlet store."
        case .notEmpty(let path): "\(path) is not empty. Restoring writes only into a new or empty folder."
        case .newerFormat(let path): "\(path) was written by a newer Martlet. Update this one."
        case .noSuchAccount(let name): "There is no account \(name)."
        case .accountExists(let name): "The account \(name) exists already."
        case .noSuchGroup(let name): "There is no group \(name)."
        case .groupExists(let name): "The name \(name) is taken already, by a group or an account."
        case .noSuchPrincipal(let name): "There is neither an account nor a group \(name)."
        case .badName(let name): "“\(name)” cannot be the name of an account."
        case .io(let what, let code): "\(what): \(errorText(code))"
        }
    }

    /// The error as the one who asked for the write should see it.
    static func asAnswer(_ error: any Error) -> any Error {
        switch error {
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: DAVError.sufficientDiskSpace
        case StoreError.io(_, let code) where isDiskFull(code): DAVError.sufficientDiskSpace
        default: error
        }
    }

    /// Whether the transaction cannot go on after this.
    static func isFatal(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_CORRUPT, .SQLITE_INTERRUPT].contains(
            error.resultCode)
    }
}
