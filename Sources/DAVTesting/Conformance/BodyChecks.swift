import DAV
import Synchronization

extension BackendConformance {
    /// Octets in, octets out; a replacement is atomic.
    static let bodyChecks: [Case] = [
        Case(id: "W-31a", title: "octets come back as they were stored") { world in
            let octets = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            let size = min(octets.count, Int(world.subject.quotaBytes ?? 200_000) / 2)
            let body = Array(octets.prefix(size))
            let (home, name) = try await world.place("a")
            let writing = try world.writing(home)
            _ = try await writing.put(
                name, Upload(contentType: "x/y", body: .chunks(body, of: 999)), if: world.condition())
            guard let opened = try await home.open(name, fields: []) else { throw Mismatch("it has no body") }
            try demand(opened.body.length == Int64(size) && opened.entry.contentLength == Int64(size), "another length")
            try demand(opened.entry.contentType == "x/y", "another type")
            var read: [UInt8] = []
            while true {
                let part = try await opened.body.read(at: Int64(read.count), count: 1234)
                if part.isEmpty { break }
                read += part
            }
            try demand(read == body, "other octets")
            try demand(try await home.open(Name(literal: "nothing"), fields: []) == nil, "nothing has a body")
        },
        Case(id: "W-31b", title: "an opened body stays what it was") { world in
            try await world.put("a", "before")
            let (home, name) = try await world.place("a")
            guard let opened = try await home.open(name, fields: []) else { throw Mismatch("it has no body") }
            try await world.put("a", "after, and longer")
            let read = try await opened.body.read(at: 0, count: 100)
            try demand(String(decoding: read, as: UTF8.self) == "before", "it changed while open")
            try demand(try await world.body("a") == "after, and longer", "it was not replaced")
        },
        Case(id: "W-31c", title: "an aborted upload leaves no trace") { world in
            let token = try await world.entry("/", .syncToken)?.syncToken
            for text in ["new", "old"] {
                if text == "old" { try await world.put("old", "whole") }
                let (home, name) = try await world.place(text)
                let chunks = Mutex(3)
                let body = BodyStream {
                    let left = chunks.withLock { left in
                        left -= 1
                        return left
                    }
                    if left == 0 { throw Aborted() }
                    return [1, 2, 3]
                }
                do {
                    _ = try await world.writing(home).put(name, Upload(body: body), if: world.condition())
                    throw Mismatch("the upload succeeded")
                } catch is Aborted {}
                if text == "new" {
                    try demand(try await world.entry("new") == nil, "half a member is there")
                    try demand(try await world.entry("/", .syncToken)?.syncToken == token, "the token moved")
                }
            }
            try demand(try await world.body("old") == "whole", "the old body is gone")
        },
        Case(id: "H-100", title: "what can be refused is refused before the body is read") { world in
            try await world.put("a")
            let (home, name) = try await world.place("a")
            let wasRead = Mutex(false)
            let body = BodyStream {
                wasRead.withLock { $0 = true }
                return nil
            }
            var condition = world.condition()
            condition.ifNoneMatch = .any
            try await demandRefusal(412) {
                _ = try await world.writing(home).put(name, Upload(body: body), if: condition)
            }
            try demand(!wasRead.withLock { $0 }, "it was read")
        },
        Case(id: "E-03", title: "add chooses a free name") { world in
            let home = try await world.collection("/")
            let writing = try world.writing(home)
            var names: Set<Name> = []
            for index in 0..<5 {
                let upload = Upload(body: .bytes([UInt8(index)]))
                let (name, result) = try await writing.add(upload, suggestion: "same", if: world.condition())
                try demand(result.created && names.insert(name).inserted, "\(name) was taken")
            }
        },
    ]

    private struct Aborted: Error {}
}

extension BodyStream {
    /// `bytes` in chunks of `size`.
    static func chunks(_ bytes: [UInt8], of size: Int) -> BodyStream {
        let source = Offset()
        return BodyStream {
            let start = source.next(size)
            guard start < bytes.count else { return nil }
            return Array(bytes[start..<Swift.min(bytes.count, start + size)])
        }
    }
}

/// Where a body in chunks stands.
private final class Offset: Sendable {
    private let value = Mutex(0)
    func next(_ step: Int) -> Int {
        value.withLock { value in
            defer { value += step }
            return value
        }
    }
}
