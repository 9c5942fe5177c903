import DAV
import Synchronization

extension BackendConformance {
    /// RFC 4331.
    static let quotaChecks: [Case] = [
        Case(id: "SS-184", title: "a PUT over quota leaves nothing") { world in
            let quota = try world.quota()
            let token = try await world.entry("/", .syncToken)?.syncToken
            let (home, name) = try await world.place("big")
            let tooLong = [UInt8](repeating: 7, count: quota + 1)
            for declared in [nil, Int64(quota + 1)] {
                let upload = Upload(declaredLength: declared, body: .chunks(tooLong, of: 512))
                try await demandRefusal(507) {
                    _ = try await world.writing(home).put(name, upload, if: world.condition())
                }
            }
            try demand(try await world.entry("big") == nil, "a member is there")
            try demand(try await world.entry("/", .syncToken)?.syncToken == token, "the token moved")
        },
        Case(id: "E-06", title: "a body of unknown length is cut off as soon as it is too long") { world in
            let quota = try world.quota()
            let (home, name) = try await world.place("endless")
            let chunk = [UInt8](repeating: 7, count: 256 << 10)
            let sent = Mutex(0)
            let endless = BodyStream {
                let total = sent.withLock { sent in
                    sent += chunk.count
                    return sent
                }
                // A back-end that takes this much of what it cannot keep would have taken all.
                return total > quota + (16 << 20) ? nil : chunk
            }
            try await demandRefusal(507) {
                _ = try await world.writing(home).put(name, Upload(body: endless), if: world.condition())
            }
            try demand(sent.withLock { $0 } <= quota + (2 << 20), "it took \(sent.withLock { $0 }) bytes")
            try demand(try await world.entry("endless") == nil, "a member is there")
        },
        Case(id: "E-05", title: "a full home takes a body of the same size, and tells what is used") { world in
            let quota = try world.quota()
            let (home, name) = try await world.place("full")
            for byte in [UInt8(1), 2] {
                let upload = Upload(body: .bytes([UInt8](repeating: byte, count: quota)))
                _ = try await world.writing(home).put(name, upload, if: world.condition())
            }
            let told = try await world.demandEntry("/", .quota).quota
            try demand(told == Quota(usedBytes: Int64(quota), availableBytes: 0), "quota: \(String(describing: told))")
            try await demandRefusal(507) { try await world.copy("full", "copy") }
            try await demandRefusal(507) { try await world.put("more") }
            try await world.move("full", "moved")
            try await world.delete("moved")
            try demand(try await world.demandEntry("/", .quota).quota?.usedBytes == 0, "used bytes are left")
        },
    ]
}

extension World {
    fileprivate func quota() throws -> Int {
        guard let quota = subject.quotaBytes else { throw Skip(reason: "has no quota") }
        return Int(quota)
    }
}
