import HTTPTypes

extension LiveProperty {
    /// What the server says it can do with a resource (RFC 3253 §3.1): all computed from the tables.
    static let selfDescription: [LiveProperty] = [
        LiveProperty(.dav("supported-report-set")) { subject in
            let names = subject.exchange.handler.reports.offered(
                at: subject.collection, isCollection: subject.isCollection)
            return .xml { xml in
                for name in names {
                    xml.start(.dav("supported-report"))
                    xml.start(.dav("report"))
                    xml.empty(name)
                    xml.end()
                    xml.end()
                }
            }
        },
        LiveProperty(.dav("supported-method-set")) { subject in
            let methods = subject.exchange.handler.methods.offered(
                subject.isCollection ? .collection : .member, own: subject.collection,
                holder: subject.holder, subject.server)
            return .xml { xml in
                for method in methods { xml.empty(.dav("supported-method"), attributes: ["name": method.rawValue]) }
            }
        },
        LiveProperty(.dav("supported-live-property-set")) { subject in
            let names = subject.exchange.handler.properties.all(kind: subject.collection.kind).map(\.name)
            return .xml { xml in
                for name in names {
                    xml.start(.dav("supported-live-property"))
                    xml.start(.dav("prop"))
                    xml.empty(name)
                    xml.end()
                    xml.end()
                }
            }
        },
    ]
}
