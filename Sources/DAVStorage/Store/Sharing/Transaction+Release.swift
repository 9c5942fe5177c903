import DAV

extension Transaction {
    /// Ends what is shared in a tree that is about to be unmapped, or to have another owner, and answers for the instances
    /// in it. To be called before it is.
    func release(_ place: Place, _ revision: Int64, _ condition: Condition?) throws {}
}
