/// One collection in two places: how paths of a sharee become those of the owner, and back.
package struct InstanceView: Sendable, Hashable {
    /// Where the instance is mapped.
    package var top: DAVPath
    /// Where its content is.
    package var source: DAVPath

    package init(top: DAVPath, source: DAVPath) {
        self.top = top
        self.source = source
    }

    package func base(_ path: DAVPath) -> DAVPath { path.relative(to: top).map(source.appending) ?? path }

    /// What lies above the instance is none of the sharee's business: a lock there covers the whole instance. What lies
    /// elsewhere the caller named, as they know it.
    package func visible(_ path: DAVPath) -> DAVPath {
        if let names = path.relative(to: source) { return top.appending(names) }
        return source.isWithin(path) ? top : path
    }

    package func visible(_ lock: Lock) -> Lock {
        var lock = lock
        lock.root = visible(lock.root)
        return lock
    }

    package func visible(_ error: DAVError) -> DAVError {
        guard var condition = error.condition else { return error }
        condition.resources = condition.resources.map(visible)
        return DAVError(error.status, condition, error.message)
    }
}
