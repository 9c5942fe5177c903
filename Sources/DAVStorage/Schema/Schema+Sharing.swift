extension Schema {
    /// What is shared, with whom, and what came of it.
    ///
    /// - A *facade* is a collection that has a `source`: an instance, mapped in a home of the sharee. Identity, incarnation,
    ///   properties, and binding are its own; members, locks, and room are its source's. Its `owner` is the sharer.
    /// - `collection.shared` is 1 while somebody is invited: whoever removes a tree looks there for lists to end.
    /// - `invite` and `seat` hold the `ShareList` of a collection, `seat_invite` which invitations a seat came by. Grants and
    ///   answers are the numbers of `StoredShares`.
    /// - `push_watch` names resources whose level counts for a registration beside that of its own: the source of a facade,
    ///   the sources of the instances in a home. `beyond` is how many steps they lie below what is registered; what was loud up to `since`
    ///   was so before.
    static let sharing = """
        ALTER TABLE collection ADD COLUMN source INTEGER;
        ALTER TABLE collection ADD COLUMN sharee TEXT;
        ALTER TABLE collection ADD COLUMN access INTEGER;
        ALTER TABLE collection ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX collection_facades ON collection(source) WHERE source IS NOT NULL;
        CREATE INDEX collection_instances ON collection(parent) WHERE source IS NOT NULL;
        CREATE UNIQUE INDEX collection_instance ON collection(uuid) WHERE source IS NOT NULL;

        CREATE TABLE invite (
            collection INTEGER NOT NULL,
            number INTEGER NOT NULL,
            sort INTEGER NOT NULL,
            sharee TEXT NOT NULL COLLATE BINARY,
            access INTEGER NOT NULL,
            display TEXT,
            comment TEXT,
            invalid INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (collection, number),
            UNIQUE (collection, sort, sharee)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX invite_sharee ON invite(sharee);

        CREATE TABLE seat (
            id BLOB PRIMARY KEY,
            collection INTEGER NOT NULL,
            person TEXT NOT NULL COLLATE BINARY,
            access INTEGER NOT NULL,
            answer INTEGER NOT NULL,
            instance BLOB,
            UNIQUE (collection, person)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX seat_person ON seat(person);
        CREATE UNIQUE INDEX seat_instance ON seat(instance) WHERE instance IS NOT NULL;

        CREATE TABLE seat_invite (
            seat BLOB NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (seat, number)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE push_registration ADD COLUMN via INTEGER;
        CREATE INDEX push_registration_via ON push_registration(via) WHERE via IS NOT NULL;
        CREATE TABLE push_watch (
            registration INTEGER NOT NULL,
            resource BLOB NOT NULL,
            beyond INTEGER NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (resource, registration)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX push_watch_registration ON push_watch(registration);
        """
}
