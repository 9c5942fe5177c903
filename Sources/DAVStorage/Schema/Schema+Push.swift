extension Schema {
    /// Registrations for push, and how loud the resources are that have some (draft-bitfire-webdav-push).
    ///
    /// - `push_registration.collection` is the collection that is registered, or that holds the member `name` that is: a
    ///   registration stands or falls with it. For a principal both are NULL, and `path` says where it is.
    /// - `gone` is the revision at which what was registered ceased to be. Then `path`, `kind`, `owner` and `acl` are what
    ///   that collection was, for the access check of the last message.
    /// - `content` and `property` are the farthest ``PushReach`` that is told; NULL: not told at all. If `filtered` is 1, the
    ///   rows of `push_filter` name the properties that are.
    /// - `push_level.trigger` is empty for content, `*` for any property, else a property's name (``PushTrigger``). The names
    ///   have rows only where a filter asks for them: what clients may call properties is without end.
    /// - `push_lane` remembers when a lane was new to somebody, even if what was registered through it was removed again.
    static let push = """
        CREATE TABLE push_subscription (
            id INTEGER PRIMARY KEY,
            principal TEXT NOT NULL COLLATE BINARY,
            transport TEXT NOT NULL COLLATE BINARY,
            identity TEXT NOT NULL COLLATE BINARY,
            details BLOB NOT NULL,
            lane TEXT NOT NULL,
            created INTEGER NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0,
            first_failure INTEGER,
            last_success INTEGER,
            last_attempt INTEGER,
            last_outcome TEXT,
            UNIQUE (principal, transport, identity)
        ) STRICT;

        CREATE TABLE push_registration (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE COLLATE BINARY,
            location TEXT NOT NULL COLLATE BINARY,
            principal TEXT NOT NULL COLLATE BINARY,
            subscription INTEGER NOT NULL,
            resource BLOB NOT NULL,
            collection INTEGER,
            name TEXT COLLATE BINARY,
            path BLOB,
            content INTEGER,
            property INTEGER,
            filtered INTEGER NOT NULL DEFAULT 0,
            told_content INTEGER NOT NULL,
            told_property INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            created INTEGER NOT NULL,
            gone INTEGER,
            kind TEXT,
            owner TEXT,
            acl TEXT,
            UNIQUE (subscription, resource)
        ) STRICT;
        CREATE INDEX push_registration_content ON push_registration(resource, told_content);
        CREATE INDEX push_registration_property ON push_registration(resource, told_property);
        CREATE INDEX push_registration_collection ON push_registration(collection) WHERE collection IS NOT NULL;
        CREATE INDEX push_registration_gone ON push_registration(gone) WHERE gone IS NOT NULL;
        CREATE INDEX push_registration_principal ON push_registration(principal, id);
        CREATE INDEX push_registration_location ON push_registration(location);
        CREATE INDEX push_registration_expires ON push_registration(expires);

        CREATE TABLE push_filter (
            resource BLOB NOT NULL,
            property TEXT NOT NULL COLLATE BINARY,
            registration INTEGER NOT NULL,
            PRIMARY KEY (resource, property, registration)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX push_filter_registration ON push_filter(registration, property);

        CREATE TABLE push_level (
            resource BLOB NOT NULL,
            reach INTEGER NOT NULL,
            trigger TEXT NOT NULL COLLATE BINARY,
            revision INTEGER NOT NULL,
            PRIMARY KEY (resource, reach, trigger)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX push_level_revision ON push_level(revision);

        CREATE TABLE push_lane (
            principal TEXT NOT NULL COLLATE BINARY,
            lane TEXT NOT NULL COLLATE BINARY,
            created INTEGER NOT NULL,
            PRIMARY KEY (principal, lane)
        ) STRICT, WITHOUT ROWID;
        """
}
