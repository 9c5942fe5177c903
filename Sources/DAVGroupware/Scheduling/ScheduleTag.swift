package import DAV
import HTTPTypes

/// The schedule tag of a scheduling object (RFC 6638 §3.2.10): its entry tag when it was last changed in a way that counts.
///
/// Nothing is kept as long as that is the present one. Where the server changes an object without that counting, the tag it had
/// until then is kept beside it (``kept(_:)``), in the transaction that changes it; whoever writes it directly removes that again.
package enum ScheduleTag {
    /// RFC 6638 §9.3, and the name under which a tag is kept.
    package static let name = XMLName.calDAV("schedule-tag")

    /// - Parameters:
    ///   - entry: of the member, with ``Fields/deadProperties``.
    ///   - body: `nil`: too long to come along, which only those with many attendees are.
    /// - Returns: `nil` if it is no scheduling object.
    package static func of(_ entry: Entry, body: [UInt8]?) -> String? {
        guard !entry.isCollection, body.map(isScheduled) ?? (entry.contentLength != 0) else { return nil }
        let kept = entry.deadProperties.first { $0.name == name }.flatMap { try? XMLElement.parse($0.xml).text }
        return kept ?? entry.etag?.opaque
    }

    /// A tag to be told from now on, whatever the entry tag.
    package static func kept(_ tag: String) -> DeadProperty {
        var xml = XMLWriter()
        xml.element(name, text: tag)
        return DeadProperty(name: name, xml: xml.take())
    }

    /// Whether somebody is named as organizer, without taking the body apart.
    static func isScheduled(_ body: [UInt8]) -> Bool {
        let name = "ORGANIZER".utf8
        var start = body.startIndex
        while body.count - start > name.count {
            let end = start + name.count
            let follows = body[end]
            if follows == UInt8(ascii: ":") || follows == UInt8(ascii: ";"),
                zip(body[start..<end], name).allSatisfy({ $0 & 0xDF == $1 })
            {
                return true
            }
            guard let newline = body[start...].firstIndex(of: UInt8(ascii: "\n")) else { return false }
            start = newline + 1
        }
        return false
    }
}

extension LiveProperty {
    /// RFC 6638 §9.3: protected, and not in `allprop`.
    static let scheduleTag = LiveProperty(ScheduleTag.name, fields: [.content, .deadProperties]) { subject in
        ScheduleTag.of(subject.entry, body: subject.entry.content).map { .text("\"\($0)\"") }
    }
}

extension OpenedMember {
    /// `Schedule-Tag` (RFC 6638 §8.2), for whoever gets the member.
    func schedulingHeaders() async throws -> HTTPFields {
        guard let tag = ScheduleTag.of(entry, body: try await octets()) else { return [:] }
        return [.scheduleTag: "\"\(tag)\""]
    }
}
