/// What in a component of an invitation is the attendee's own, and stays when the organizer writes it anew.
struct OwnPart: Sendable {
    private let component: Component
    private let isTask: Bool
    /// What is compared, wherever it stands.
    private let lines: [ContentLine]
    private let alarms: [Component]

    /// Clients keep these with what the organizer says; without it they are wrong.
    private static let organizers = [
        "X-ALT-DESC", "X-APPLE-STRUCTURED-LOCATION", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-",
    ]
    private static let progress = ["PERCENT-COMPLETE", "COMPLETED", "STATUS"]

    init(of component: Component) {
        self.component = component
        let isTask = component.name == "VTODO"
        self.isTask = isTask
        alarms = component.components.filter { $0.name == "VALARM" }.map(\.withoutSource)
        lines = component.properties.compactMap { line in
            guard
                line.isNamed("TRANSP") || line.isNamed("COMMENT") || Self.isExtension(line)
                    || isTask && Self.progress.contains(where: line.isNamed)
            else { return nil }
            var line = line
            line.source = 0..<0
            return line
        }
    }

    private static func isExtension(_ line: ContentLine) -> Bool {
        let name = line.name.uppercased()
        return name.hasPrefix("X-") && !organizers.contains { name.hasPrefix($0) }
    }

    private func isProgress(_ line: ContentLine) -> Bool { isTask && Self.progress.contains(where: line.isNamed) }

    /// Whether both are the same of two instances.
    func isEqual(to other: OwnPart, of owner: CalendarUser) -> Bool {
        lines == other.lines
            && component.attendee(owner)?.participation == other.component.attendee(owner)?.participation
            && alarms == other.alarms
    }

    /// What the organizer sends, with this.
    ///
    /// - Parameters:
    ///   - answer: what the owner of the copy has answered.
    ///   - isKept: whether that is what they had answered before.
    func kept(in sent: Component, of owner: CalendarUser, answer: String?, isKept: Bool) -> Component {
        var result = sent
        let has = { (name: String) in component[name] != nil }
        let names = Set(sent.properties.map { $0.name.uppercased() })
        result.properties.removeAll { line in
            line.isNamed("TRANSP") && has("TRANSP") || line.isNamed("COMMENT") && has("COMMENT")
                || PersonalPart.isNote(line) || isKept && isProgress(line) && !sent.isCancelled
        }
        for index in result.properties.indices {
            let line = result.properties[index]
            if line.isNamed("ORGANIZER"), let own = component["ORGANIZER"] {
                for name in ["SCHEDULE-AGENT", "SCHEDULE-STATUS"] where own[name] != nil {
                    result.properties[index] = result.properties[index].setting(name, to: own[name])
                }
            } else if line.isNamed("ATTENDEE"), owner.isNamed(by: line), let answer, line.participation != answer {
                result.properties[index] = line.setting("PARTSTAT", to: answer)
            }
        }
        result.properties += component.properties.filter { line in
            if line.isNamed("TRANSP") || line.isNamed("COMMENT") || PersonalPart.isNote(line) { return true }
            if isProgress(line) { return isKept && !sent.isCancelled }
            return Self.isExtension(line) && !names.contains(line.name.uppercased())
        }
        result.components =
            sent.components.filter { $0.name != "VALARM" } + component.components.filter { $0.name == "VALARM" }
        return result
    }
}
