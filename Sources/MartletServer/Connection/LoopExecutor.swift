import NIOCore

/// Runs tasks on the thread of one event loop: a request is answered where its bytes come in and its answer goes out.
///
/// On the pool of the language's runtime each request would change threads twice and wake two of them. In exchange nothing that takes long may run here, since it holds up the loop's other connections:
/// long bodies, reports that evaluate members, and streamed answers move to the pool.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
