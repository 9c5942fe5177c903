@testable import MartletServer

extension DoctorVisits.Case {
    /// A method the proxy answers itself.
    private static func stopping(
        _ method: String, status: Int = 405, finding: String? = nil
    ) -> DoctorVisits.Case {
        DoctorVisits.Case(
            name: "\(method) is answered \(status)",
            fault: .init(answers: { $0.method == method ? .ofProxy(status) : nil }), finding: finding ?? method,
            line: "nginx: no limit_except")
    }

    private static func dropping(_ header: String, finding: String) -> DoctorVisits.Case {
        DoctorVisits.Case(
            name: "\(header) does not arrive", fault: .init(request: { $0.remove(header) }), finding: finding,
            line: header)
    }

    private static func hiding(_ header: String, finding: String) -> DoctorVisits.Case {
        DoctorVisits.Case(
            name: "\(header) does not come back", fault: .init(answer: { $1.remove(header) }), finding: finding,
            line: header)
    }

    static let all: [DoctorVisits.Case] =
        [
            stopping("PROPFIND", finding: "PROPFIND /: 405"), stopping("PROPPATCH"), stopping("REPORT", status: 501),
            stopping("MKCOL"),
            stopping("COPY"), stopping("MOVE"), stopping("LOCK"), stopping("UNLOCK"), stopping("PUT"),
            stopping("DELETE"), stopping("ACL", status: 403),
            dropping("Depth", finding: "Depth"), dropping("Destination", finding: "Destination"),
            dropping("Overwrite", finding: "Overwrite"), dropping("If", finding: "If arrives"),
            dropping("If-Match", finding: "If-Match"), dropping("If-None-Match", finding: "If-None-Match"),
            dropping("Lock-Token", finding: "Lock-Token"),
            dropping("Authorization", finding: "did not see the password"),
            hiding("DAV", finding: "DAV header"), hiding("ETag", finding: "ETag is missing"),
            hiding("Lock-Token", finding: "without Lock-Token"),
            hiding("WWW-Authenticate", finding: "asks for a password"),
            hiding("Date", finding: "Date header"),
        ] + paths + bodies + addresses

    private static let paths: [DoctorVisits.Case] = [
        .init(
            name: "the well-known places are not passed on",
            fault: .init(answers: { $0.path.hasPrefix("/.well-known/") ? .ofProxy(404) : nil }),
            finding: "/.well-known/carddav", line: "location /.well-known/caldav"),
        .init(
            name: "the well-known places are redirected for GET only",
            fault: .init(answers: {
                $0.path.hasPrefix("/.well-known/") && $0.method != "GET" ? .ofProxy(405) : nil
            }), finding: "PROPFIND /.well-known/caldav", line: "location /.well-known/caldav"),
        .init(
            name: "slashes are taken away",
            fault: .init(answers: {
                $0.path.count > 1 && $0.path.hasSuffix("/") && $0.method == "PROPFIND"
                    ? .ofProxy(301, [("Location", String($0.path.dropLast()))]) : nil
            }), finding: "URLs are left alone", line: "rewrite"),
        .init(
            name: "escapes are decoded", fault: .init(request: { $0.path = $0.path.replacing("%2F", with: "/") }),
            finding: "uid%2Fwith%2Fslashes.ics", line: "proxy_pass http://127.0.0.1:8080;"),
        .init(
            name: "a login page stands in front",
            fault: .init(answers: {
                $0["Authorization"] == nil ? .ofProxy(302, [("Location", "https://login.example.org/")]) : nil
            }), finding: "Without a password", line: "auth_request"),
        .init(
            name: "OPTIONS is answered by the proxy",
            fault: .init(answers: { $0.method == "OPTIONS" ? .ofProxy(204) : nil }), finding: "OPTIONS /: 204",
            line: "$request_method = OPTIONS"),
        .init(
            name: "error pages are replaced",
            fault: .init(answer: { _, answer in
                if answer.status == 403 { answer.body = Array("<html>403</html>".utf8) }
            }), finding: "Refusals say why", line: "proxy_intercept_errors off"),
    ]

    private static let bodies: [DoctorVisits.Case] = [
        .init(
            name: "bodies have a limit",
            fault: .init(answers: { $0.body.count > 1 << 20 ? .ofProxy(413) : nil }), finding: "A body of 2MB",
            line: "client_max_body_size 0;"),
        .init(
            name: "chunked bodies are refused",
            fault: .init(answers: { $0["Transfer-Encoding"] == "chunked" ? .ofProxy(411) : nil }),
            finding: "Chunked bodies", line: "proxy_request_buffering off"),
        .init(
            name: "chunked bodies arrive empty",
            fault: .init(request: { if $0["Transfer-Encoding"] == "chunked" { $0.body = [] } }),
            finding: "Chunked bodies", line: "proxy_request_buffering off"),
        .init(
            name: "Expect is refused",
            fault: .init(answers: { $0["Expect"] == nil ? nil : .ofProxy(417) }), finding: "Expect",
            line: "answers 100 Continue"),
        .init(
            name: "pages are compressed",
            fault: .init(answer: { request, answer in
                guard request["Accept-Encoding"]?.contains("gzip") == true, let etag = answer["ETag"] else { return }
                answer.remove("ETag")
                answer.headers += [("ETag", "W/" + etag), ("Content-Encoding", "gzip")]
            }), finding: "ETags come back", line: "gzip off"),
    ]

    private static let addresses: [DoctorVisits.Case] = [
        .init(
            name: "the server does not learn its name",
            fault: .init(request: { $0.headers.append((name: "Forwarded", value: "for=192.0.2.1;host=inner:8080")) }),
            finding: "it leads to http://inner:8080", line: "base-url"),
        .init(
            name: "Destination is not recognised",
            fault: .init(request: { $0.headers.append((name: "Forwarded", value: "for=192.0.2.1;host=inner:8080")) }),
            finding: "COPY: 502", line: "base-url"),
        .init(
            name: "the server's clock is wrong",
            fault: .init(answer: { _, answer in
                answer.remove("Date")
                answer.headers.append(("Date", "Sun, 06 Nov 1994 08:49:37 GMT"))
            }), finding: "differ by", line: "timedatectl"),
    ]
}
