import DAVGroupware
import NIOCore
import Synchronization

/// Messages by way of a UnifiedPush distributor: an ntfy server that takes them, and streams them to who is behind a router.
///
/// The topic is the secret: who knows it can read (what is encrypted) and write. `ntfy` does not look at VAPID.
struct DistributorStream: Sendable {
    var server: ProbeURL
    var topic: String
    var client: ProbeClient

    /// ntfy lets the subscriber, not the sender, pay for topics of exactly this form.
    static func makeTopic() -> String { "up" + RandomName.make(length: 12) }

    /// Where messages go. A secret.
    var url: String { at("?up=1").description }

    private func at(_ suffix: String) -> ProbeURL {
        server.at((server.path.hasSuffix("/") ? server.path : server.path + "/") + topic + suffix)
    }

    /// Listens until the task is cancelled, and begins again when the connection breaks, where it left off.
    func run(_ report: @escaping @Sendable (Event) -> Void) async {
        let last = Mutex<String?>(nil)
        var pause = 1
        while !Task.isCancelled {
            let splitter = Mutex(LineSplitter())
            let since = last.withLock { $0 }.map { "?since=" + $0 } ?? ""
            let request = ProbeRequest(
                method: "GET", url: at("/json" + since),
                receive: { octets in
                    for line in splitter.withLock({ $0.lines(of: octets) }) {
                        guard let (id, event) = Event.parse(line) else { continue }
                        if case .message = event { last.withLock { $0 = id } }
                        report(event)
                    }
                })
            let began = ContinuousClock.now
            do {
                let answer = try await client.send(request)
                report(.trouble(answer.isSuccess ? "it ended the stream" : "it answers \(answer.status)"))
            } catch {
                report(.trouble((error as? ProbeFailure)?.text ?? "\(error)"))
            }
            if ContinuousClock.now - began > .seconds(60) { pause = 1 }
            try? await Task.sleep(for: .seconds(pause))
            pause = min(pause * 2, 60)
        }
    }

    enum Event: Sendable, Hashable {
        /// The distributor knows that we listen.
        case opened
        case message([UInt8])
        /// For people: what is wrong with the distributor.
        case trouble(String)

        /// One line of the stream.
        ///
        /// - Returns: `nil` for what is of no interest, such as a sign of life.
        static func parse(_ line: [UInt8]) -> (id: String, event: Event)? {
            guard let object = try? JSONReader.value(of: line, maxBytes: LineSplitter.longestLine),
                case .string(let kind)? = object["event"], case .string(let id)? = object["id"], isPlain(id)
            else { return nil }
            switch kind {
            case "open": return (id, .opened)
            case "message":
                guard case .string("base64")? = object["encoding"], case .string(let text)? = object["message"],
                    let octets = Base64.decode(Array(text.utf8)), octets.count <= DeliveryRules.mostBody
                else { return nil }
                return (id, .message(octets))
            default: return nil
            }
        }

        /// It becomes part of a URL.
        private static func isPlain(_ id: String) -> Bool {
            1...64 ~= id.utf8.count
                && id.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                }
        }
    }
}

/// Lines out of chunks that end anywhere.
struct LineSplitter: Sendable {
    /// What is longer is left out.
    static let longestLine = 64 << 10

    private var rest: [UInt8] = []
    private var isTooLong = false

    mutating func lines(of octets: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for octet in octets {
            if octet == UInt8(ascii: "\n") {
                if !isTooLong, !rest.isEmpty { lines.append(rest) }
                rest.removeAll()
                isTooLong = false
            } else if rest.count < Self.longestLine {
                rest.append(octet)
            } else {
                isTooLong = true
            }
        }
        return lines
    }
}

/// Names that cannot be guessed.
enum RandomName {
    /// Of letters and digits: just under six bits each.
    static func make(length: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var random = SystemRandomNumberGenerator()
        return String(
            decoding: (0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] },
            as: UTF8.self)
    }
}
