extension LiveProperty {
    /// draft-bitfire-webdav-push §2.1: only where push is offered, to those who could register.
    static let push: [LiveProperty] = [
        LiveProperty(.push("transports"), fields: .resourceID) { subject in
            guard let offer = subject.pushOffer else { return nil }
            return .xml { xml in for transport in offer.transports { transport.advertise(in: &xml) } }
        },
        LiveProperty(.push("topic"), fields: .resourceID) { subject in
            guard subject.pushOffer != nil else { return nil }
            return subject.entry.resourceID.map { .text($0.pushTopic) }
        },
        LiveProperty(.push("supported-triggers"), fields: .resourceID) { subject in
            guard subject.pushOffer != nil else { return nil }
            let support = subject.pushSupport
            return .xml { xml in
                xml.trigger("content-update", support.content)
                xml.trigger("property-update", support.property)
            }
        },
    ]
}

extension PropertySubject {
    fileprivate var pushSupport: PushSupport { collection.kind.push(of: isCollection ? .collection : .member) }

    /// `nil` where nothing can be registered: a resource without an identity has no topic.
    fileprivate var pushOffer: PushOffer? {
        caller == .anonymous || pushSupport.isNone || entry.resourceID == nil ? nil : server.push
    }
}

extension CollectionKind {
    /// What can be told of a collection of this kind, or of a member of one.
    func push(of shape: Located.Shape) -> PushSupport {
        shape == .collection ? push : push.content == nil ? .none : .member
    }
}

extension ServerFacts {
    /// Whether one can register on a collection of that kind, or on a member of one.
    func isPushCapable(_ kind: CollectionKind, _ shape: Located.Shape) -> Bool {
        push != nil && !kind.push(of: shape).isNone
    }
}

extension XMLWriter {
    fileprivate mutating func trigger(_ name: String, _ depth: Depth?) {
        guard let depth else { return }
        start(.push(name))
        element(.dav("depth"), text: depth.rawValue)
        end()
    }
}
