/// First in, first out; O(1) amortised.
struct FIFO<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            head += 1
            if head > 32, head * 2 > elements.count {
                elements.removeFirst(head)
                head = 0
            }
        }
        return elements[head]
    }
}

/// Things by their moments, the earliest first; O(log n).
struct Heap<Element: Sendable>: Sendable {
    private var items: [(at: Timestamp, element: Element)] = []

    var count: Int { items.count }
    var first: (at: Timestamp, element: Element)? { items.first }

    mutating func insert(_ element: Element, at moment: Timestamp) {
        items.append((moment, element))
        var child = items.count - 1
        while child > 0, items[child].at < items[(child - 1) / 2].at {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the earliest unless it lies after `now`.
    mutating func popFirst(until now: Timestamp) -> Element? {
        guard let first = items.first, first.at <= now else { return nil }
        let last = items.removeLast()
        guard !items.isEmpty else { return first.element }
        items[0] = last
        sink(from: 0)
        return first.element
    }

    mutating func removeAll(where isIdle: (Element) -> Bool) {
        let kept = items.filter { !isIdle($0.element) }
        items = kept.sorted { $0.at < $1.at }
    }

    private mutating func sink(from top: Int) {
        var parent = top
        while true {
            let left = 2 * parent + 1
            guard left < items.count else { return }
            let right = left + 1
            let child = right < items.count && items[right].at < items[left].at ? right : left
            guard items[child].at < items[parent].at else { return }
            items.swapAt(child, parent)
            parent = child
        }
    }
}
