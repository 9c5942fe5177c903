@testable import DAV

extension ParserProperty {
    func checkToken(_ input: String) throws {
        let token = SyncToken(uri: input)
        guard let cursor = SyncCursor(token) else { return }
        try demand(cursor.token.uri.hasSameBytes(as: input), "a cursor has one spelling")
        _ = cursor.deliveredRevision
        _ = cursor.isValid(epoch: cursor.epoch, incarnation: cursor.incarnation, current: cursor.revision, floor: 0)
    }
}
