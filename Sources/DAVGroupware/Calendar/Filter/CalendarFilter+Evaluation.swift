/// When the components of one object happen, as far as a filter asks.
protocol FilterClock {
    /// Whether the component, one directly inside VCALENDAR, overlaps the range in one of its instances (RFC 4791 §9.9).
    ///
    /// - Parameter index: among all that stand there.
    mutating func happens(_ index: Int, _ component: Component, within range: Range<Int64>) -> Bool

    /// The same of a component further inside, such as an alarm of any of the instances.
    mutating func happens(_ inner: Component, of index: Int, within range: Range<Int64>) -> Bool

    /// Whether one of the property's dates lies in the range.
    mutating func lies(_ property: ContentLine, within range: Range<Int64>) -> Bool
}

extension CalendarFilter {
    /// Whether the object passes.
    ///
    /// Cost: O(tests × object), and what the clock spends.
    func matches(_ object: Component, _ clock: inout some FilterClock) -> Bool {
        guard calendar.name == object.name else { return calendar.isAbsent }
        guard !calendar.isAbsent, CalendarFilter.holds(calendar.properties, of: object, &clock) else { return false }
        return calendar.components.allSatisfy { test in
            let found = object.components.indices.filter { object.components[$0].name == test.name }
            if test.isAbsent { return found.isEmpty }
            return found.contains { index in
                CalendarFilter.holds(test, of: object.components[index], at: index, isInner: false, &clock)
            }
        }
    }

    /// All tests look at one and the same component (§9.7.1): an override cannot lend the master its summary.
    private static func holds(
        _ test: ComponentTest, of component: Component, at index: Int, isInner: Bool, _ clock: inout some FilterClock
    ) -> Bool {
        guard holds(test.properties, of: component, &clock) else { return false }
        for inner in test.components {
            let found = component.components.filter { $0.name == inner.name }
            if inner.isAbsent {
                guard found.isEmpty else { return false }
            } else {
                guard found.contains(where: { holds(inner, of: $0, at: index, isInner: true, &clock) }) else {
                    return false
                }
            }
        }
        // Last, since recurrence is the dearest.
        guard let range = test.range else { return true }
        return isInner
            ? clock.happens(component, of: index, within: range)
            : clock.happens(index, component, within: range)
    }

    private static func holds(
        _ tests: [PropertyTest], of component: Component, _ clock: inout some FilterClock
    ) -> Bool {
        for test in tests {
            let found = component.all(test.name)
            if test.isAbsent {
                guard found.isEmpty else { return false }
            } else {
                guard found.contains(where: { holds(test, of: $0, &clock) }) else { return false }
            }
        }
        return true
    }

    private static func holds(_ test: PropertyTest, of property: ContentLine, _ clock: inout some FilterClock) -> Bool {
        if let text = test.text, !text.matches(property.unescapedText) { return false }
        for parameter in test.parameters {
            let values = property.parameters.filter { $0.name.isASCIIEqual(to: parameter.name) }.map(\.values)
            if parameter.isAbsent {
                guard values.isEmpty else { return false }
            } else {
                guard !values.isEmpty else { return false }
                if let text = parameter.text {
                    guard values.joined().contains(where: text.matches) else { return false }
                }
            }
        }
        return test.range.map { clock.lies(property, within: $0) } ?? true
    }
}

extension ContentLine {
    /// The value as people read it: `\n`, `\,`, `\;` and `\\` of TEXT undone (RFC 5545 §3.3.11).
    var unescapedText: String {
        guard value.utf8.contains(UInt8(ascii: "\\")) else { return value }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.utf8.count)
        var isEscaped = false
        for byte in value.utf8 {
            if isEscaped {
                isEscaped = false
                switch byte {
                case UInt8(ascii: "n"), UInt8(ascii: "N"): bytes.append(0x0A)
                case UInt8(ascii: "\\"), UInt8(ascii: ","), UInt8(ascii: ";"): bytes.append(byte)
                default: bytes += [UInt8(ascii: "\\"), byte]
                }
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        if isEscaped { bytes.append(UInt8(ascii: "\\")) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
