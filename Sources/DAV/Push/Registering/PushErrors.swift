import HTTPTypes

extension XMLName {
    public static let pushNamespace = "https://bitfire.at/webdav-push"

    /// A name in the namespace of WebDAV-Push.
    public static func push(_ local: String) -> XMLName { XMLName(pushNamespace, local) }
}

extension DAVError {
    /// 403 `invalid-subscription` (draft-bitfire-webdav-push §3.1.3)
    public static func invalidPushSubscription(_ message: String) -> DAVError {
        DAVError(.forbidden, Condition(.push("invalid-subscription")), message)
    }

    /// 403 `push-not-available` (§3.1.3)
    public static let pushNotAvailable = DAVError(
        .forbidden, Condition(.push("push-not-available")), "Nothing can be subscribed to here.")

    /// 403 `no-supported-trigger` (§3.1.3)
    public static let noSupportedTrigger = DAVError(
        .forbidden, Condition(.push("no-supported-trigger")), "None of the triggers is offered here.")
}
