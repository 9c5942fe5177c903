import DAV

extension LiveProperty {
    /// RFC 4918 §15.2: stored as it came; a calendar or an address book without one goes by its name in the URL.
    ///
    /// Outlook CalDav Synchronizer does not show a collection that has no `displayname`. An empty one is kept: it was chosen.
    static let displayName = LiveProperty(
        .dav("displayname"), isInAllprop: true, fields: .deadProperties,
        setting: .always { element throws(DAVError) in
            let name = XMLName.dav("displayname")
            return [element.map { .set(DeadProperty(name: name, xml: $0.serialized())) } ?? .remove(name)]
        }
    ) { subject in
        if let kept = subject.kept(.dav("displayname")) { return .stored(kept) }
        return subject.isCollection ? subject.path.last.map { .text($0.description) } : nil
    }
}
