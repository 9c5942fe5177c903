import HTTPTypes

extension DAVResponse {
    /// The answer that refuses: the status, and in the body `DAV:error` with the condition (RFC 4918 §16) or a sentence.
    ///
    /// No body ever holds an empty `DAV:error`, and a 403 is never without one: a widespread client takes both for a rate
    /// limit.
    /// - Parameters:
    ///   - collection: a path that is known to be a collection's; it and all that hold it get their slash.
    ///   - others: more of them.
    init(refusing error: DAVError, facts: ServerFacts, collection: DAVPath?, others: Set<DAVPath> = []) {
        self.init(error.status)
        if error.status == .unauthorized {
            for challenge in facts.challenges { headers.append(HTTPField(name: .wwwAuthenticate, value: challenge)) }
        }
        if let condition = error.condition {
            var xml = XMLWriter()
            xml.declaration()
            xml.error(condition) {
                Href.encode(
                    path: $0, isCollection: collection?.isWithin($0) ?? false || others.contains($0),
                    prefix: facts.prefix)
            }
            headers[.contentType] = "application/xml; charset=utf-8"
            body = .bytes(xml.take())
        } else if error.status != .notModified {
            let text = error.message.isEmpty ? error.status.reasonPhrase : error.message
            headers[.contentType] = "text/plain; charset=utf-8"
            body = .bytes(Array(text.utf8) + [0x0A])
        }
    }
}

extension XMLWriter {
    /// `DAV:error` with one condition (RFC 4918 §14.5).
    mutating func error(_ condition: DAVError.Condition, href: (DAVPath) -> String) {
        start(.dav("error"))
        if condition.resources.isEmpty && condition.privileges.isEmpty && condition.details.isEmpty {
            empty(condition.name)
        } else {
            start(condition.name)
            for detail in condition.details { raw(detail.serialized()) }
            for resource in condition.resources { element(.dav("href"), text: href(resource)) }
            for missing in condition.privileges {
                start(.dav("resource"))
                element(.dav("href"), text: href(missing.resource))
                privilege(missing.privilege)
                end()
            }
            end()
        }
        end()
    }

    /// `DAV:privilege` (RFC 3744 §5.3).
    mutating func privilege(_ privilege: Privilege) {
        start(.dav("privilege"))
        empty(privilege.xmlName)
        end()
    }
}
