extension Schema {
    /// What sharees have of their own in members of what is shared with them.
    ///
    /// - `member` is `entry.resource`, which a member keeps when it is renamed; `binding` is the row of `entry` it is found by.
    /// - `rev` orders such changes among those of the members, for the one facade. A part that is taken away stays without
    ///   `part`, so that no `version`, and no entry tag, comes again.
    static let personal = """
        CREATE TABLE personal (
            facade INTEGER NOT NULL,
            member INTEGER NOT NULL,
            binding INTEGER NOT NULL,
            version INTEGER NOT NULL,
            rev INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            part BLOB,
            PRIMARY KEY (facade, member)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX personal_member ON personal(member);
        CREATE INDEX personal_changes ON personal(facade, rev);
        """
}
