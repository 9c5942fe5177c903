/// How much work an expansion may still do.
///
/// A six-line event can describe more instances than there are seconds in ten thousand years, or none at all after an endless
/// search (`FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30`). Whoever runs out stops, and takes the answer to be "maybe": never an error.
package struct WorkBudget: Sendable, Hashable {
    /// Days and times that may still be looked at.
    package private(set) var steps: Int
    /// Instances that may still be made.
    package private(set) var instances: Int
    package private(set) var isExhausted = false

    /// The defaults walk through two centuries of days, which takes a few milliseconds.
    package init(steps: Int = 100_000, instances: Int = 50_000) {
        self.steps = steps
        self.instances = instances
    }

    /// - Returns: whether that many steps may be taken.
    @inline(__always)
    package mutating func take(_ count: Int = 1) -> Bool {
        guard steps >= count, !isExhausted else {
            isExhausted = true
            return false
        }
        steps -= count
        return true
    }

    /// - Returns: whether another instance may be made.
    @inline(__always)
    package mutating func makeInstance() -> Bool {
        guard instances > 0, !isExhausted else {
            isExhausted = true
            return false
        }
        instances -= 1
        return true
    }
}
