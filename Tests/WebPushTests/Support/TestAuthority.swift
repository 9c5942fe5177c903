import Foundation
import NIOSSL
import TestSupport
import Testing

/// A certificate authority that openssl made, and a certificate of it for a push service.
struct TestAuthority: Sendable {
    /// The authority's certificate in PEM.
    let root: [UInt8]
    let certificate: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey

    /// The names that the certificate is for, and the address `127.0.0.9`.
    static let names = ["push.my-domain.org", "other.my-domain.org"]

    /// Made once for all tests.
    static let shared = Result { try TestAuthority() }
    /// One whose certificates nobody trusts.
    static let foreign = Result { try TestAuthority() }

    private init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "webpush-ca-\(UInt64.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = Self.names.map { "DNS:\($0)" }.joined(separator: ",") + ",IP:127.0.0.9"
        let script = """
            set -e
            ec="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            openssl req -x509 $ec -days 2 -subj "/CN=Test CA" -keyout ca.key -out ca.pem
            openssl req $ec -subj "/CN=push" -keyout key.pem -out request.pem
            printf 'subjectAltName=%s\\nbasicConstraints=CA:FALSE\\n' '\(names)' > extensions
            openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out cert.pem
            """
        let process = try ChildProcess("/bin/sh", ["-c", "cd \"$0\"\n" + script, folder.path])
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        root = Array(try Data(contentsOf: folder.appending(path: "ca.pem")))
        certificate = try NIOSSLCertificate.fromPEMFile(folder.appending(path: "cert.pem").path)
        key = try NIOSSLPrivateKey(file: folder.appending(path: "key.pem").path, format: .pem)
    }
}
