import HTTPTypes

extension Report {
    /// sync-collection (RFC 6578 §3.2): what changed in a collection since the client's token, and the token to ask with next.
    ///
    /// The store reads one page of changes in one snapshot, and that page brings its own token; this report spells it out.
    /// A page that is cut ends with a 507 for the request-URI, and its token leads to the rest (§3.6).
    static let syncCollection = Report(
        .dav("sync-collection"), isBrief: true,
        isOffered: { collection, isCollection in
            isCollection && collection.kind.isSyncable && collection.capabilities.contains(.syncing)
        },
        run: { report in
            let exchange = report.exchange
            let options = exchange.facts.options
            let request = try SyncCollectionRequest(
                report.body, depth: report.depth, strictDepth: options.strictSyncDepth)
            guard let syncing = report.located.collection.syncing else { throw DAVError.supportedReport }
            let preferences = exchange.preferences
            let plan = try PropertyPlan(
                request.properties, table: exchange.handler.properties, kind: report.located.collection.info.kind,
                reportOn: exchange.facts.kinds, isMinimal: preferences.return == .minimal)
            let page = try await syncing.changes(
                since: request.token, level: request.level, limit: request.pageSize(atMost: options.maxSyncPage),
                fields: plan.fields.subtracting(.content))
            // An invalid token has been refused by now, which wins over a malformed limit (Y-27).
            if request.limit == .malformed { throw DAVError.badRequest("DAV:nresults must be a number above zero.") }
            let answer = SyncMultistatus(page: page, plan: plan, located: report.located, exchange: exchange)
            return try await answer.response(.multistatus(applied: preferences))
        })
}

extension SyncCollectionRequest {
    fileprivate func pageSize(atMost most: Int) -> Int {
        switch limit {
        case nil: most
        case .atMost(let wanted): min(wanted, most)
        case .malformed: 1
        }
    }
}
