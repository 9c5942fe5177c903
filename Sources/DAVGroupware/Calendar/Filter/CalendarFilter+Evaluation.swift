extension CalendarFilter {
    /// Whether the object passes.
    ///
    /// Cost: O(tests × object), and what the clock spends.
    func matches(_ object: Component, _ clock: inout ObjectClock) -> Bool {
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
        _ test: ComponentTest, of component: Component, at index: Int, isInner: Bool, _ clock: inout ObjectClock
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
            : clock.happens(index, within: range)
    }

    private static func holds(
        _ tests: [PropertyTest], of component: Component, _ clock: inout ObjectClock
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

    private static func holds(_ test: PropertyTest, of property: ContentLine, _ clock: inout ObjectClock) -> Bool {
        if let text = test.text, !text.matches(TextValue.unescape(property.value)) { return false }
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
