/// Which addresses may be connected to.
///
/// Subscribers choose where a push goes, so a server that connects anywhere lends them its place in the network
/// (server-side request forgery). Only addresses of the global Internet are taken, and what an operator allows by name:
/// push services in the own network are common, and a list keeps everything else of that network shut.
public struct AddressPolicy: Sendable {
    /// Origins (`https://push.lan:8443`) whose host may have any address.
    public var allowedOrigins: Set<String>
    /// Ranges that may be connected to whatever the host's name.
    public var allowedRanges: [AddressRange]
    /// Hosts, in lower case, that are never sent to: a server's own names, since a message to oneself makes a loop.
    public var deniedHosts: Set<String>

    public init(
        allowedOrigins: Set<String> = [], allowedRanges: [AddressRange] = [], deniedHosts: Set<String> = []
    ) {
        self.allowedOrigins = allowedOrigins
        self.allowedRanges = allowedRanges
        self.deniedHosts = deniedHosts
    }

    /// Whether `endpoint` may be sent to when its host has just these addresses.
    ///
    /// One address that may not be connected to refuses them all: a name with both kinds is an attack, not a mistake.
    /// No address at all is not allowed either.
    public func allows(_ addresses: [IPAddress], for endpoint: PushEndpoint) -> Bool {
        guard !addresses.isEmpty, !deniedHosts.contains(endpoint.host.description) else { return false }
        if allowedOrigins.contains(endpoint.origin) { return true }
        return addresses.allSatisfy { address in
            let address = address.unmapped
            return Self.isGlobal(address) || allowedRanges.contains { $0.contains(address) }
        }
    }

    /// Whether an address belongs to the global Internet (the special-purpose registries of RFC 6890).
    ///
    /// Of version 6 only `2000::/3` is given out as global unicast; what lies elsewhere is not global, with the exception
    /// of NAT64 (RFC 6052), by which hosts without version 4 reach it: the address within decides, as it does for
    /// addresses mapped into version 6. 6to4 and Teredo are refused altogether: retired (RFC 7526), and a way around.
    public static func isGlobal(_ address: IPAddress) -> Bool {
        switch address.unmapped {
        case .v4: return !specialV4.contains { $0.contains(address.unmapped) }
        case .v6(let value):
            if nat64.contains(address) { return isGlobal(.v4(UInt32(truncatingIfNeeded: value))) }
            return globalUnicast.contains(address) && !specialV6.contains { $0.contains(address) }
        }
    }

    private static let globalUnicast = range("2000::/3")
    private static let nat64 = range("64:ff9b::/96")

    private static let specialV4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ].map(range)

    /// Within `2000::/3`: protocol assignments with Teredo, documentation, 6to4, documentation again (RFC 9637).
    private static let specialV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map(range)

    private static func range(_ text: String) -> AddressRange {
        guard let range = AddressRange(text) else { preconditionFailure("\(text) is no range") }
        return range
    }
}

extension IPAddress {
    /// The address of version 4 that was mapped into version 6 (RFC 4291 §2.5.5.2), or the address itself.
    ///
    /// The system connects a mapped address over version 4, so it is judged as such.
    var unmapped: IPAddress {
        guard case .v6(let value) = self, value >> 32 == 0xFFFF else { return self }
        return .v4(UInt32(truncatingIfNeeded: value))
    }
}
