import Foundation
import Testing

/// A folder of certificates that openssl made, gone when the test ends.
struct CertificateFolder: ~Copyable {
    let path = FileManager.default.temporaryDirectory.appending(
        path: "martlet-tls-\(UInt64.random(in: .min ... .max))"
    ).path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func makeCertificate(named name: String) async throws {
        let status = try await shell(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "1", "-subj",
            "/CN=\(name)", "-keyout", path + "/key.pem", "-out", path + "/cert.pem"
        ).status
        try #require(status == 0)
    }
}
