import Glibc

/// The clock on the wall, for whoever injects none.
public enum WallClock {
    /// Seconds since 1970.
    public static let now: @Sendable () -> Int64 = { Int64(time(nil)) }
}
