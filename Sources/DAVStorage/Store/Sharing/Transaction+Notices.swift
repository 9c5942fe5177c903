import DAV

extension Transaction {
    /// Puts a notice among those of a person, in the place of an earlier one with its key; `withdrawn` takes that away.
    func deliver(_ notice: ShareNotice, to person: PrincipalID, about collection: CollectionRow, revision: Int64) throws
    {
    }
}
