import DAV
import HTTPTypes

/// The properties of RFC 4791 §5.2 and of its relatives. Of them only `displayname` is in `allprop`.
extension LiveProperty {
    static func calendar(_ settings: CalendarSettings) -> [LiveProperty] {
        [
            kept(.calDAV("calendar-description"), .always(keep(.calDAV("calendar-description")))), supportedComponents,
            scheduleTransparency, scheduleTag, displayName, calendarData(settings),
        ] + timezones(settings.zones) + contentLimits(settings.limits)
    }

    static let calendarHome: [LiveProperty] = []

    static func scheduleInbox(_ settings: CalendarSettings) -> [LiveProperty] {
        contentLimits(settings.limits) + [calendarData(settings), defaultCalendar(settings.scheduling)]
            + availability(settings)
    }

    /// What is taken at most, and in which formats (§5.2.4 to §5.2.9, §7.5.1).
    private static func contentLimits(_ limits: CalendarLimits) -> [LiveProperty] {
        var rows = [
            LiveProperty(.calDAV("supported-calendar-data")) { subject in
                defined(subject) {
                    .xml { xml in
                        for format in CalendarFormat.allCases {
                            xml.empty(
                                .calDAV("calendar-data"),
                                attributes: ["content-type": format.rawValue, "version": "2.0"])
                        }
                    }
                }
            },
            LiveProperty(.calDAV("supported-collation-set")) { subject in
                defined(subject) {
                    .xml { xml in
                        for collation in Collation.allCases {
                            xml.element(.calDAV("supported-collation"), text: collation.rawValue)
                        }
                    }
                }
            },
            // RFC 7529 §4.3: the scale all rules are in, named or not.
            LiveProperty(.calDAV("supported-rscale-set")) { subject in
                defined(subject) { .xml { $0.element(.calDAV("supported-rscale"), text: "GREGORIAN") } }
            },
            constant("max-resource-size", String(limits.maxResourceBytes)),
            constant("min-date-time", limits.minDateTime), constant("max-date-time", limits.maxDateTime),
        ]
        if let most = limits.maxInstances { rows.append(constant("max-instances", String(most))) }
        if let most = limits.maxAttendees { rows.append(constant("max-attendees-per-instance", String(most))) }
        return rows
    }

    /// §5.2.3: chosen with the calendar, and always told (client-quirks: several clients need it).
    private static let supportedComponents = LiveProperty(
        .calDAV("supported-calendar-component-set"), fields: .deadProperties,
        setting: .atCreation { element throws(DAVError) in
            guard let element else { return [.remove(.calDAV("supported-calendar-component-set"))] }
            return [.set(try ComponentSet(element).stored)]
        }
    ) { subject in
        defined(subject) {
            let set = ComponentSet(settings: subject.entry.deadProperties)
            return .xml { xml in
                for name in set.names { xml.empty(.calDAV("comp"), attributes: ["name": name]) }
            }
        }
    }

    /// RFC 6638 §9.1: whether the calendar counts when somebody asks when its owner is busy.
    private static let scheduleTransparency: LiveProperty = {
        let name = XMLName.calDAV("schedule-calendar-transp")
        return LiveProperty(
            name, fields: .deadProperties,
            setting: .always { element throws(DAVError) in
                guard let element else { return [.remove(name)] }
                let values = element.elements.map(\.name)
                guard values == [.calDAV("opaque")] || values == [.calDAV("transparent")] else {
                    throw DAVError(.conflict, nil, "The value must be C:opaque or C:transparent.")
                }
                return [.set(DeadProperty(name: name, xml: element.serialized()))]
            }
        ) { subject in
            defined(subject) {
                subject.kept(name).map { .stored($0) } ?? .xml { $0.empty(.calDAV("opaque")) }
            }
        }
    }()

    // MARK: Forms of rows

    /// A row whose value is stored as it came.
    static func kept(_ name: XMLName, _ setting: Setting) -> LiveProperty {
        LiveProperty(name, fields: .deadProperties, setting: setting) { subject in
            subject.isCollection ? subject.kept(name).map { .stored($0) } : nil
        }
    }

    private static func keep(_ name: XMLName) -> Update {
        { element throws(DAVError) in
            guard let element else { return [.remove(name)] }
            return [.set(DeadProperty(name: name, xml: element.serialized()))]
        }
    }

    private static func constant(_ local: String, _ text: String) -> LiveProperty {
        LiveProperty(.calDAV(local)) { $0.isCollection ? .text(text) : nil }
    }

    /// Properties of a kind are asked of its members too, which have none of these.
    private static func defined(_ subject: PropertySubject, _ value: () -> PropertyValue) -> PropertyValue? {
        subject.isCollection ? value() : nil
    }
}

extension PropertySubject {
    /// What was stored under that name.
    func kept(_ name: XMLName) -> DeadProperty? { entry.deadProperties.first { $0.name == name } }
}
