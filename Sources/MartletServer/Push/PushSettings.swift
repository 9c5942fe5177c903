import DAV
import DAVWebPush
import WebPush

extension PushDestinations {
    /// As the configuration has it.
    ///
    /// - Returns: `nil` if push cannot be offered: it is switched off, or others use the server and push services could turn to
    ///   nobody.
    init?(_ configuration: Configuration) {
        let isOwn = configuration.listen.isLoopback && configuration.baseURL == nil
        guard configuration.push, configuration.pushContact != nil || isOwn else { return nil }
        let own = configuration.baseURL.map { $0.authority.prefix { $0 != ":" }.lowercased() }
        self.init(
            allowedOrigins: Set(configuration.pushAllowed.compactMap(\.origin)),
            allowedRanges: configuration.pushAllowed.compactMap(\.range), allowsLoopback: isOwn,
            isLocalOnly: configuration.pushContact == nil, ownHosts: own.map { [$0] } ?? [])
    }
}

/// A push service that may be sent to although it is not on the global Internet: an origin, or a range of addresses.
public struct PushAllowance: ConfigurationValue, Hashable {
    public var configurationText: String
    let origin: String?
    let range: WebPush.AddressRange?

    public static let form = "an origin such as https://push.lan:8443, or a network such as 192.168.0.0/16"

    public init?(configuration text: String) {
        configurationText = text
        if let url = BaseURL(configuration: text), !text.hasSuffix("/") {
            origin = url.configurationText.lowercased()
            range = nil
        } else if let found = WebPush.AddressRange(text) {
            origin = nil
            range = found
        } else {
            return nil
        }
    }
}

/// How push services reach whoever runs the server.
public struct PushContact: ConfigurationValue, Hashable {
    let contact: VAPIDContact
    public static let form = "the e-mail address of whoever runs the server"
    public init?(configuration text: String) {
        guard let contact = try? VAPIDContact(text) else { return nil }
        self.contact = contact
    }
    public var configurationText: String { contact.uri }
}
