import Crypto
import DAV
import DAVGroupware

/// The objects of an iCalendar or vCard file, one after the other.
final class TransferQueue {
    /// What is to be stored, or why it cannot be.
    struct Item: Sendable {
        var line: Int
        var uid: String?
        var octets: [UInt8] = []
        var isCard: Bool
        var problem: String?

        var contentType: String { isCard ? "text/vcard" : "text/calendar" }
        var suffix: String { isCard ? ".vcf" : ".ics" }
    }

    private enum Source {
        case calendar(CalendarImport, next: Int)
        case cards(ComponentSplitter, ready: [ComponentSplitter.Piece], offset: Int64)
        case nothing
    }

    private let file: TransferFile
    private var source: Source?
    /// How much of the file is done.
    private(set) var share = 0.0

    init(_ file: TransferFile) { self.file = file }

    /// The next ones, `count` at most; none at the end.
    ///
    /// - Throws: ``Importer/Problem`` if the file cannot be read as a whole.
    func next(_ count: Int) throws -> [Item] {
        do {
            var source = try self.source ?? begin()
            // What is changed below is held once, and so not copied.
            self.source = nil
            defer { self.source = source }
            switch source {
            case .calendar(let calendar, let next):
                let end = min(next + count, calendar.objects.count)
                var items = try calendar.objects[next..<end].map { try item($0, calendar) }
                if next == 0 {
                    items += calendar.problems.map { Item(line: $0.line, isCard: false, problem: $0.message) }
                }
                share = calendar.objects.isEmpty ? 1 : Double(end) / Double(calendar.objects.count)
                source = .calendar(calendar, next: end)
                return items
            case .cards(var splitter, var ready, var offset):
                source = .nothing
                while ready.count < count, offset < file.length {
                    let chunk = try file.read(offset..<min(file.length, offset + Self.chunk))
                    offset = chunk.isEmpty ? file.length : offset + Int64(chunk.count)
                    ready += try splitter.add(chunk)
                    if offset == file.length { ready += try splitter.finish() }
                }
                let items = ready.prefix(count).map(item)
                ready.removeFirst(items.count)
                share = file.length == 0 ? 1 : Double(offset) / Double(file.length)
                source = .cards(splitter, ready: ready, offset: offset)
                return items
            case .nothing: return []
            }
        } catch let error as ContentTextError {
            throw Importer.Problem(line: error.line, message: error.message)
        }
    }

    static func holdsCards(_ file: TransferFile) throws -> Bool {
        let head = try file.read(0..<min(file.length, 1024))
        return String(decoding: head, as: UTF8.self).uppercased().contains("BEGIN:VCARD")
    }

    private static let chunk: Int64 = 64 << 10

    private func begin() throws -> Source {
        if try Self.holdsCards(file) {
            return .cards(ComponentSplitter(container: nil), ready: [], offset: 0)
        }
        var calendar = CalendarImport()
        var offset: Int64 = 0
        while offset < file.length {
            let chunk = try file.read(offset..<min(file.length, offset + Self.chunk))
            if chunk.isEmpty { break }
            try calendar.add(chunk)
            offset += Int64(chunk.count)
        }
        try calendar.finish()
        return .calendar(calendar, next: 0)
    }

    private func item(_ object: CalendarImport.Object, _ calendar: CalendarImport) throws -> Item {
        let octets = try calendar.octets(of: object) { try file.read(Int64($0.lowerBound)..<Int64($0.upperBound)) }
        // Behind the component is the end of the VCALENDAR alone.
        let item = Item(line: object.line, uid: object.uid, octets: octets, isCard: false)
        return object.uid == nil ? named(item, linesBehind: 2) : item
    }

    private func item(_ piece: ComponentSplitter.Piece) -> Item {
        let card = try? ContentText.components(of: piece.octets).first
        let uid = card?["UID"].map { TextValue.unescape($0.value) }
        let item = Item(
            line: piece.line, uid: uid, octets: piece.octets, isCard: true, problem: piece.problem?.message)
        return card != nil && uid == nil ? named(item, linesBehind: 1) : item
    }

    /// Gives what has no UID one: the same for the same octets, so that it is there once however often it is imported.
    private func named(_ item: Item, linesBehind: Int) -> Item {
        var item = item
        let uid = Self.digest(item.octets)
        var place = item.octets.count
        for _ in 0..<linesBehind {
            place = item.octets[..<max(0, place - 1)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        }
        item.octets.insert(contentsOf: Array("UID:\(uid)\r\n".utf8), at: place)
        item.uid = uid
        return item
    }
}

extension TransferQueue {
    fileprivate static func digest(_ octets: [UInt8]) -> String {
        SHA256.hash(data: octets).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension TransferQueue.Item {
    /// The UID where it makes a plain file name, as with most clients.
    var name: Name? {
        let uid = uid ?? ""
        let isPlain =
            !uid.isEmpty && uid.utf8.count <= 128 && !uid.hasPrefix(".")
            && uid.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._@".utf8.contains(octet)
                }
            }
        return Name((isPlain ? uid : TransferQueue.digest(Array(uid.utf8))) + suffix)
    }
}
