import DAV
import DAVHummingbird
import HTTPTypes
import Synchronization
import Testing
import WebPush

@testable import MartletServer

/// Another server that offers push, and does what a test tells it: `/c/` can be watched.
final class ForeignServer: Sendable {
    struct State: Sendable {
        var key = VAPIDKey()
        var topic = "topic-1"
        var etags: [String: String] = [:]
        var displayName = "old"
        /// The token of now; `nil`: no sync-collection here.
        var token: String? = "t1"
        /// What REPORT answers, by the token that was sent; else everything there is.
        var pages: [String: (status: HTTPResponse.Status, body: String)] = [:]
        /// What registering answers instead.
        var refusal: (HTTPResponse.Status, String)?
        var offersPush = true
        var isGone = false
        var lifetime: Int64 = 3 * 86_400
        /// Bodies of registrations, and the registrations that are left.
        var registrations: [XMLElement] = []
        var live: [String] = []
        var depths: [String] = []
    }

    let state = Mutex(State())
    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    var handle: DAVBridge.Handle {
        { [self] request in
            var body: [UInt8] = []
            do { for try await chunk in request.body { body += chunk } } catch { return DAVResponse(.badRequest) }
            return answer(request, body)
        }
    }

    private func answer(_ request: DAVRequest, _ body: [UInt8]) -> DAVResponse {
        state.withLock { state in
            if request.method == .delete {
                let count = state.live.count
                state.live.removeAll { $0 == request.target }
                return DAVResponse(state.live.count < count ? .noContent : .notFound)
            }
            if state.isGone { return DAVResponse(.notFound) }
            let text = String(decoding: body, as: UTF8.self)
            switch request.method.rawValue {
            case "PROPFIND" where request.target == "/c/" && text.contains("supported-triggers"):
                return Self.xml(state.description)
            case "PROPFIND" where text.contains("allprop"):
                return Self.xml(Self.multistatus("/c/", "<displayname>\(state.displayName)</displayname>"))
            case "PROPFIND" where request.target == "/c/": return Self.xml(state.listing(token: false))
            case "PROPFIND" where request.target == "/start/":
                return Self.xml(
                    Self.multistatus("/start/", "<current-user-principal><href>/me/</href></current-user-principal>"))
            case "PROPFIND" where request.target == "/me/" && text.contains("home-set"):
                return Self.xml(
                    Self.multistatus(
                        "/me/",
                        "<h:calendar-home-set xmlns:h='urn:ietf:params:xml:ns:caldav'><href>/c/</href></h:calendar-home-set>"
                    ))
            case "PROPFIND": return Self.xml(Self.multistatus(request.target, ""))
            case "REPORT":
                let token = (try? XMLElement.parse(body))?.first(.dav("sync-token"))?.text ?? ""
                guard let page = state.pages[token] else { return Self.xml(state.listing(token: true)) }
                return DAVResponse(page.status, body: .bytes(Array(page.body.utf8)))
            case "POST": return state.register(body)
            case "OPTIONS": return DAVResponse(.ok, headers: [.init("DAV")!: "1"])
            default: return DAVResponse(.methodNotAllowed)
            }
        }
    }

    static func xml(_ text: String) -> DAVResponse { DAVResponse(.multiStatus, body: .bytes(Array(text.utf8))) }

    static func multistatus(_ href: String, _ properties: String) -> String {
        "<multistatus xmlns=\"DAV:\" xmlns:P=\"https://bitfire.at/webdav-push\">\(response(href, properties))</multistatus>"
    }

    static func response(_ href: String, _ properties: String) -> String {
        """
        <response><href>\(href)</href><propstat><prop>\(properties)</prop><status>HTTP/1.1 200 OK</status></propstat></response>
        """
    }

    // MARK: Pushing

    /// Sends a message to whoever registered last, as the draft says.
    func push(_ update: String, topic: String? = "topic-1", key: VAPIDKey? = nil) async throws -> Int {
        let (registration, own) = state.withLock { ($0.registrations.last, $0.key) }
        let subscription = try #require(
            registration?.first(.push("subscription"))?.first(.push("web-push-subscription")))
        func text(_ name: String) throws -> String { try #require(subscription.first(.push(name))?.text) }
        let keys = try SubscriberKeys(p256dh: text("subscription-public-key"), auth: text("auth-secret"))
        let message = """
            <push-message xmlns="https://bitfire.at/webdav-push" xmlns:D="DAV:">\
            \(topic.map { "<topic>\($0)</topic>" } ?? "")\(update)</push-message>
            """
        let body = try MessageEncryption().encrypt(Array(message.utf8), for: keys).body
        var policy = PushEndpoint.Policy()
        policy.allowsHTTP = true
        let resource = try text("push-resource")
        let tokens = VAPIDTokens(contact: try VAPIDContact("admin@martlet-server.org"))
        let authorization = try tokens.authorization(for: PushEndpoint(resource, policy: policy), key: key ?? own)
        let answer = try await ProbeClient().send(
            ProbeRequest(
                method: "POST", url: try #require(ProbeURL(resource)),
                headers: [
                    ("TTL", "60"), ("Content-Encoding", "aes128gcm"), ("Authorization", authorization),
                    ("Content-Type", "application/xml; charset=\"UTF-8\""),
                ], body: .bytes(body)))
        return answer.status
    }
}

extension ForeignServer.State {
    fileprivate var description: String {
        guard offersPush else { return ForeignServer.multistatus("/c/", "<resourcetype><collection/></resourcetype>") }
        return ForeignServer.multistatus(
            "/c/",
            """
            <resourcetype><collection/></resourcetype>\(token.map { "<sync-token>\($0)</sync-token>" } ?? "")
            <P:transports><P:web-push><P:vapid-public-key type="p256ecdsa">\(key.publicKey)</P:vapid-public-key></P:web-push>
            </P:transports><P:topic>\(topic)</P:topic><P:supported-triggers><P:content-update><depth>1</depth>
            </P:content-update><P:property-update><depth>0</depth></P:property-update></P:supported-triggers>
            """)
    }

    fileprivate func listing(token isReport: Bool) -> String {
        let members = etags.sorted { $0.key < $1.key }
            .map { ForeignServer.response("/c/\($0.key)", "<getetag>\($0.value)</getetag>") }.joined()
        let own = isReport ? "<sync-token>\(token ?? "")</sync-token>" : ForeignServer.response("/c/", "")
        return "<multistatus xmlns=\"DAV:\">\(members)\(own)</multistatus>"
    }

    fileprivate mutating func register(_ body: [UInt8]) -> DAVResponse {
        if let refusal { return DAVResponse(refusal.0, body: .bytes(Array(refusal.1.utf8))) }
        guard let root = try? XMLElement.parse(body), root.name == .push("push-register") else {
            return DAVResponse(.badRequest)
        }
        registrations.append(root)
        let location = "/registrations/\(registrations.count)"
        live.append(location)
        return DAVResponse(
            .created,
            headers: [.location: location, .expires: Timestamp.now.adding(seconds: lifetime).httpDate])
    }
}
