import HTTPTypes

extension DAVError {
    /// 403 `CS:valid-request` (caldav-sharing §5.5)
    static func validShareRequest(_ message: String) -> DAVError {
        DAVError(.forbidden, Condition(.calendarServer("valid-request")), message)
    }

    /// 403 `CS:invalid-share`: no invitation to the caller has that number.
    static let invalidShare = DAVError(
        .forbidden, Condition(.calendarServer("invalid-share")), "There is no such invitation.")
}
