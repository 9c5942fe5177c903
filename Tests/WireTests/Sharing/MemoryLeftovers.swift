@testable import DAV

extension MemoryBackend {
    /// What refers to something that is gone; empty if all is well.
    var leftovers: [String] {
        read { tree in
            var found: [String] = []
            for path in tree.instances {
                if tree.source(of: path) == nil { found.append("\(path) shows nothing") }
            }
            for lock in tree.locks where tree.view(of: lock.root) != nil {
                found.append("a lock at the instance \(lock.root)")
            }
            let seats = tree.nodes.values.flatMap { $0.collection?.shares?.seats ?? [] }.compactMap(\.instance)
            let instances = tree.instances.compactMap { tree[$0]?.resourceID }
            if Set(seats) != Set(instances) { found.append("\(seats) are accepted, and \(instances) are there") }
            return found
        }
    }
}
