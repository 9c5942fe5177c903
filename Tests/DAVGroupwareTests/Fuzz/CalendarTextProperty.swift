@testable import DAVGroupware

extension GroupwareProperty {
    /// The input is a calendar object, or jCal.
    func checkCalendar(_ input: [UInt8]) throws {
        if let value = try? JSONReader.value(of: input) {
            let octets = JSONWriter.octets(of: value)
            try demand((try? JSONReader.value(of: octets)) == value, "JSON written and read again is the same")
            if let calendar = try? JCal.component(of: input) {
                try demand(isTree(ContentWriter.octets(of: [calendar])), "what jCal says can be written")
            }
        }
        try checkText(input)
        if let calendar = try? ContentText.components(of: input).first {
            let json = JCal.octets(of: calendar)
            let again = (try? JCal.component(of: json)).map(JCal.octets)
            try demand(again == json, "a calendar told in JSON, read and told again is the same")
        }
        try checkObject(input)
        try checkImport(input)
    }

    private func checkObject(_ input: [UInt8]) throws {
        let strict = try? CalendarObject(parsing: input, rules: CalendarRules(isStrict: true))
        guard let object = try? CalendarObject(parsing: input, rules: CalendarRules(method: .strip)) else {
            return try demand(strict == nil, "what strict rules take, lenient ones take")
        }
        try demand(!object.uid.isEmpty && !object.components.isEmpty, "an object is something with a UID")
        guard let stored = object.replacement else { return }
        let again = try? CalendarObject(parsing: stored)
        try demand(again?.uid == object.uid && again?.replacement == nil, "what was mended needs no mending")
    }

    /// However the text is cut into chunks, the same objects come out.
    private func checkImport(_ input: [UInt8]) throws {
        var whole = CalendarImport()
        var byByte = CalendarImport()
        let isRead = (try? whole.add(input)) != nil && (try? whole.finish()) != nil
        var isReadByByte = true
        for octet in input where isReadByByte { isReadByByte = (try? byByte.add([octet])) != nil }
        isReadByByte = isReadByByte && (try? byByte.finish()) != nil
        try demand(isRead == isReadByByte, "chunks do not decide whether a file can be read")
        guard isRead else { return }
        try demand(whole.objects == byByte.objects, "chunks do not decide what a file holds")
        for object in whole.objects.prefix(3) {
            let text = whole.octets(of: object) { Array(input[$0]) }
            try demand(isTree(text), "an object that was taken out can be read")
        }
    }

    private func isTree(_ octets: [UInt8]) -> Bool { (try? ContentText(parsing: octets)) != nil }

    /// What is read, written and read again is the same, and every component stands where it says.
    func checkText(_ input: [UInt8]) throws {
        guard let text = try? ContentText(parsing: input) else { return }
        let written = ContentWriter.octets(of: text.components)
        let again = try? ContentText(parsing: written)
        try demand(
            again?.components.map(withoutSources) == text.components.map(withoutSources),
            "a text written and read again is the same")
        try demand(
            again?.deviations.isDisjoint(with: [.lineEnds, .longLines, .controlCharacters, .invalidUTF8, .blankLines])
                ?? false,
            "what is written keeps to the grammar")
        try demand(ContentWriter.octets(of: again?.components ?? []) == written, "writing is a function of the meaning")
        for component in text.components {
            let part = try? ContentText.components(of: Array(input[component.source]))
            try demand(part?.map(withoutSources) == [withoutSources(component)], "a component stands where it says")
        }
    }
}

/// The same tree as if it had been made and not read.
func withoutSources(_ component: Component) -> Component {
    Component(
        component.name,
        component.properties.map { ContentLine(group: $0.group, $0.name, $0.parameters, value: $0.value) },
        component.components.map(withoutSources))
}
