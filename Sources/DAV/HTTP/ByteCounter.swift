import Synchronization

/// Counts the bytes of a stream. The stream is read by one task at a time, but not always by the same.
final class ByteCounter: Sendable {
    private let total = Atomic<Int64>(0)

    /// - Returns: the new total.
    func add(_ count: Int) -> Int64 { total.add(Int64(count), ordering: .relaxed).newValue }
}
