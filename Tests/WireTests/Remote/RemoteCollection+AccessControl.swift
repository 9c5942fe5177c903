import DAV

extension RemoteCollection: AccessControlling {
    func setGrants(_ grants: [AccessControlEntry], if condition: Condition) async throws {
        let lines = grants.map { entry in
            let subject =
                if case .principal(let id) = entry.subject { "<D:href>/principals/\(id)/</D:href>" } else {
                    "<D:authenticated/>"
                }
            let privileges = entry.granted.map { "<D:privilege><D:\($0.xmlName.local)/></D:privilege>" }.joined()
            return "<D:ace><D:principal>\(subject)</D:principal><D:grant>\(privileges)</D:grant></D:ace>"
        }
        let body = "<D:acl xmlns:D='DAV:'>\(lines.joined())</D:acl>"
        _ = try await send("ACL", .itself, [], Array(body.utf8), if: condition)
    }
}
