extension Remedy {
    static let certificate = Remedy(
        martlet: "tls.certificate must hold the whole chain (fullchain.pem); it is read again when it changes",
        nginx: "ssl_certificate /etc/letsencrypt/live/NAME/fullchain.pem;  # not cert.pem",
        apache: "SSLCertificateFile /etc/letsencrypt/live/NAME/fullchain.pem",
        caddy: "name the site by its host name, and Caddy obtains the certificate itself",
        traefik: "give the router tls.certResolver, with a rule Host(`NAME`)")

    static let https = Remedy(
        martlet: "tls.certificate and tls.key, or a proxy with TLS in front", nginx: "listen 443 ssl;",
        apache: "<VirtualHost *:443> with SSLEngine on", caddy: "name the site by its host name, without http://",
        traefik: "entryPoints.websecure.address = \":443\", and tls on the router")

    static let clock = Remedy(martlet: "set the clock of the server: timedatectl set-ntp true")

    static let wellKnown = Remedy(
        nginx: "location /.well-known/caldav { proxy_pass http://127.0.0.1:8080; }  # and the same for carddav",
        apache: "ProxyPass \"/.well-known/caldav\" \"http://127.0.0.1:8080/.well-known/caldav\"  # and carddav",
        caddy:
            "reverse_proxy 127.0.0.1:8080 for the whole site, or also for /.well-known/caldav and /.well-known/carddav",
        traefik:
            "let the router's rule match PathPrefix(`/.well-known/caldav`) and PathPrefix(`/.well-known/carddav`) too")

    /// What Martlet must learn of the address clients use.
    static let publicAddress = Remedy(
        martlet: "base-url = \"https://HOST\", or proxies.trusted = \"127.0.0.1/32\" with the proxy's own address",
        nginx: "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;",
        apache: "ProxyPreserveHost On and RequestHeader set X-Forwarded-Proto \"https\"",
        caddy: "nothing: Caddy sends X-Forwarded-Proto and Host; set proxies.trusted in Martlet",
        traefik: "nothing: Traefik sends X-Forwarded-Proto and Host; set proxies.trusted in Martlet")

    static let trustedProxy = Remedy(
        martlet: "proxies.trusted = \"127.0.0.1/32\" with the proxy's own address",
        nginx:
            "proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        apache: "RequestHeader set X-Forwarded-Proto \"https\"")

    static let authorization = Remedy(
        nginx: "no auth_basic in this location, and proxy_set_header Authorization $http_authorization;",
        apache: "no AuthType in this <Location>; for CGI and FastCGI also CGIPassAuth On",
        caddy: "no basic_auth in front of reverse_proxy, and no header_up -Authorization",
        traefik: "no basicAuth or forwardAuth middleware on this router, or removeHeader = false")

    static let signInPage = Remedy(
        nginx: "no auth_request in this location: clients cannot fill in a login page",
        apache: "no AuthType openid-connect in this <Location>", caddy: "no forward_auth in front of reverse_proxy",
        traefik: "no forwardAuth middleware on this router")

    static func method(_ name: String) -> Remedy {
        Remedy(
            nginx: "no limit_except and no dav_methods in this location; proxy_pass passes \(name) by itself",
            apache: "no <Limit>, <LimitExcept> or AllowMethods that leaves out \(name), and Dav Off",
            caddy: "no `method` matcher around reverse_proxy that leaves out \(name)",
            traefik: "no Method(…) in the router's rule that leaves out \(name)")
    }

    static let options = Remedy(
        nginx: "no `if ($request_method = OPTIONS) { return 204; }`; Martlet answers CORS itself, see cors.origins",
        apache: "no RewriteRule that answers OPTIONS; Martlet answers CORS itself, see cors.origins",
        caddy: "no `respond` for method OPTIONS; Martlet answers CORS itself, see cors.origins",
        traefik: "no headers middleware with accessControlAllow…; Martlet answers CORS itself, see cors.origins")

    static func requestHeader(_ name: String) -> Remedy {
        let variable = "$http_" + name.lowercased().map { $0 == "-" ? "_" : String($0) }.joined()
        return Remedy(
            nginx: "proxy_pass_request_headers on; proxy_set_header \(name) \(variable);",
            apache: "no RequestHeader unset \(name)", caddy: "no header_up -\(name)",
            traefik: "no headers.customRequestHeaders.\(name) = \"\" in a middleware")
    }

    static func responseHeader(_ name: String) -> Remedy {
        Remedy(
            nginx: "no proxy_hide_header \(name);, and no more_clear_headers", apache: "no Header unset \(name)",
            caddy: "no header_down -\(name)", traefik: "no headers.customResponseHeaders.\(name) = \"\" in a middleware"
        )
    }

    static let entityTag = Remedy(
        nginx: "gzip off; in this location: gzip makes ETags weak, and proxy_hide_header ETag; takes them away",
        apache: "SetEnv no-gzip 1, and no FileETag or Header unset ETag", caddy: "no `encode` in this site",
        traefik: "no compress middleware on this router")

    static let bodySize = Remedy(
        martlet: "limits.upload, if the answer came from Martlet", nginx: "client_max_body_size 0;",
        apache: "LimitRequestBody 0, and LimitXMLRequestBody 0", caddy: "no request_body max_size",
        traefik: "no buffering.maxRequestBodyBytes in a middleware")

    static let chunked = Remedy(
        nginx: "proxy_http_version 1.1; proxy_request_buffering off;", apache: "SetEnv proxy-sendchunked 1",
        caddy: "no transport http { versions 1.0 }", traefik: "no buffering middleware that needs Content-Length")

    static let expectation = Remedy(
        nginx: "nothing: nginx answers 100 Continue itself; look for another proxy in front",
        apache: "no RequestHeader unset Expect; ProxyPass … ping=1 is not needed")

    static let slash = Remedy(
        nginx:
            "no `rewrite ^(.*)/$` and no `rewrite ^(.*[^/])$`; location / { proxy_pass http://127.0.0.1:8080; } without a slash at the end",
        apache: "DirectorySlash Off, and no RewriteRule that adds or removes slashes",
        caddy: "no redir and no uri strip_suffix / in this site", traefik: "no redirectRegex or stripPrefix middleware")

    static let spelling = Remedy(
        nginx: "proxy_pass http://127.0.0.1:8080;  # without a path: with one, nginx decodes and encodes anew",
        apache: "AllowEncodedSlashes NoDecode, and ProxyPass / http://127.0.0.1:8080/ nocanon",
        caddy: "no uri replace in this site", traefik: "encodedCharacters.allowEncodedSlash = true on the entry point")

    static let errorPages = Remedy(
        nginx: "proxy_intercept_errors off;, and no error_page for 4xx in this location",
        apache: "ProxyErrorOverride Off", caddy: "no handle_response and no handle_errors around reverse_proxy",
        traefik: "no errors middleware on this router")

    static let server = Remedy(martlet: "its log tells more; look for the request id")
}
