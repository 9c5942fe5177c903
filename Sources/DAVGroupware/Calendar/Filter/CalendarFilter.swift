/// What a calendar-query asks for (RFC 4791 §9.7): a tree of tests, all of which must hold.
///
/// It was judged when it was read, so evaluating one never fails.
struct CalendarFilter: Sendable {
    /// The test on VCALENDAR, which every filter begins with.
    var calendar: ComponentTest

    /// `C:comp-filter` (§9.7.1).
    struct ComponentTest: Sendable {
        /// In upper case.
        var name: String
        /// `C:is-not-defined`: then nothing else is tested.
        var isAbsent = false
        var range: Range<Int64>?
        var properties: [PropertyTest] = []
        var components: [ComponentTest] = []
    }

    /// `C:prop-filter` (§9.7.2).
    struct PropertyTest: Sendable {
        /// In upper case.
        var name: String
        var isAbsent = false
        var range: Range<Int64>?
        var text: TextMatch?
        var parameters: [ParameterTest] = []
    }

    /// `C:param-filter` (§9.7.3).
    struct ParameterTest: Sendable {
        /// In upper case.
        var name: String
        var isAbsent = false
        var text: TextMatch?
    }
}
