import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Keeps the certificate and key in memory, parsed, and reads them again when the files change or on SIGHUP.
///
/// A pair that does not fit together (a renewal caught half-way) is not taken; the old one goes on, and the log says so.
final class CertificateReloader: Service {
    private let certificate: String
    private let key: String
    private let interval: Duration
    private let logger: Logger
    private let current: Mutex<Identity>
    private let fingerprints: Mutex<[[Int]?]>

    /// - Throws: ``ConfigurationError`` if the files cannot be used.
    init(certificate: String, key: String, interval: Duration = .seconds(1), logger: Logger) throws {
        self.certificate = certificate
        self.key = key
        self.interval = interval
        self.logger = logger
        fingerprints = Mutex([SmallFile.fingerprint(certificate), SmallFile.fingerprint(key)])
        current = Mutex(try Self.load(certificate, key))
    }

    /// A context whose handshakes each take the certificate of that moment.
    func makeContext() throws -> NIOSSLContext {
        var configuration = current.withLock { $0.configuration }
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        configuration.sslContextCallback = { [self] _, promise in promise.succeed(current.withLock { $0.override }) }
        return try NIOSSLContext(configuration: configuration)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            try? await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sighup) { self.reload() }
                }
                group.addTask {
                    while true {
                        try await Task.sleep(for: self.interval)
                        self.reloadIfChanged()
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    func reloadIfChanged() {
        let seen = [SmallFile.fingerprint(certificate), SmallFile.fingerprint(key)]
        let isNew = fingerprints.withLock { known in
            guard known != seen else { return false }
            known = seen
            return true
        }
        if isNew { reload() }
    }

    private func reload() {
        do {
            let loaded = try Self.load(certificate, key)
            current.withLock { $0 = loaded }
            logger.notice("The certificate was read again.", metadata: ["file": .string(certificate)])
        } catch {
            logger.error("The new certificate cannot be used; the old one stays.", metadata: ["error": "\(error)"])
        }
    }

    private static func load(_ certificate: String, _ key: String) throws -> Identity {
        let chain: [NIOSSLCertificateSource]
        let parsedKey: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(SmallFile.read(certificate, upTo: 1 << 20)).map {
                .certificate($0)
            }
        } catch {
            throw ConfigurationError("`tls.certificate` cannot be used: \(certificate): \(error)")
        }
        do {
            parsedKey = try NIOSSLPrivateKey(bytes: SmallFile.read(key, upTo: 1 << 20), format: .pem)
        } catch {
            throw ConfigurationError("`tls.key` cannot be used: \(key): \(error)")
        }
        let identity = Identity(chain: chain, key: parsedKey)
        do {
            _ = try NIOSSLContext(configuration: identity.configuration)
        } catch {
            throw ConfigurationError(
                "The certificate in \(certificate) and the key in \(key) do not belong together: \(error)")
        }
        return identity
    }
}

/// A certificate chain and its key, parsed once.
private struct Identity {
    var chain: [NIOSSLCertificateSource]
    var key: NIOSSLPrivateKey

    var configuration: TLSConfiguration {
        .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
    }

    var override: NIOSSLContextConfigurationOverride {
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = chain
        override.privateKey = .privateKey(key)
        return override
    }
}
