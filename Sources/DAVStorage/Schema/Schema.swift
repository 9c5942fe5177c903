import GRDB

/// The tables of a store, as a sequence of migrations: forward only, and never edited once released.
///
/// - `collection` is a collection's identity and history; `entry` is a *binding*: a name in a collection, leading to a member
///   or to another collection (RFC 5842's model). For a member it also carries what listings and syncs tell of it; bodies
///   and dead properties live apart, so that a scan reads only what it reports.
/// - A name that was removed keeps its row as a tombstone (`removed` = 1), found by the same index as changes are.
/// - A *ghost* is a dead collection: the tombstones of what was below a name when it was last removed. It hangs at the
///   binding (`entry.ghost`), whatever is mapped there now. A ghost never holds a name that the live collection at the same
///   binding has a row for, so each path has at most one tombstone.
/// - `resource`, `version`, `incarnation` and the identifiers of collections come from one counter, `store.serial`.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in try db.execute(sql: version1) }
        migrator.registerMigration("2 content") { db in try db.execute(sql: content) }
        migrator.registerMigration("3 access") { db in try db.execute(sql: access) }
        migrator.registerMigration("4 push") { db in try db.execute(sql: push) }
        migrator.registerMigration("5 secrets") { db in try db.execute(sql: secrets) }
        migrator.registerMigration("6 sharing") { db in try db.execute(sql: sharing) }
        migrator.registerMigration("7 personal") { db in try db.execute(sql: personal) }
        migrator.registerMigration("8 links") { db in try db.execute(sql: links) }
        return migrator
    }

    /// What the server keeps to itself: keys, by purpose. The greatest `number` of a purpose is in use, the others are of the
    /// past.
    private static let secrets = """
        CREATE TABLE secret (
            purpose TEXT NOT NULL COLLATE BINARY,
            number INTEGER NOT NULL,
            value BLOB NOT NULL,
            created INTEGER NOT NULL,
            PRIMARY KEY (purpose, number)
        ) STRICT, WITHOUT ROWID;
        """

    /// Several collections of homes, and what queries ask of members without opening them.
    private static let content = """
        CREATE TABLE root (
            path TEXT PRIMARY KEY COLLATE BINARY,
            collection INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE content (
            collection INTEGER NOT NULL,
            name TEXT NOT NULL COLLATE BINARY,
            uid TEXT COLLATE BINARY,
            component TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            days BLOB,
            text TEXT,
            PRIMARY KEY (collection, name)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX content_uid ON content(collection, uid) WHERE uid IS NOT NULL;
        CREATE INDEX content_time ON content(collection, component, last, first);
        """

    /// - `collection.acl` holds all grants that count there, its own and the inherited ones; see ``StoredGrants``.
    /// - `membership` says who is in a group: `grp` and `member` are ``PrincipalID/description``, so that the two groups of
    ///   proxies each account has need no row of their own.
    private static let access = """
        ALTER TABLE collection ADD COLUMN acl TEXT;
        CREATE INDEX collection_shared ON collection(owner) WHERE acl IS NOT NULL;

        ALTER TABLE account ADD COLUMN addresses TEXT NOT NULL DEFAULT '';
        ALTER TABLE account ADD COLUMN uuid BLOB;
        UPDATE account SET uuid = randomblob(16);

        CREATE TABLE principal_group (
            name TEXT PRIMARY KEY COLLATE BINARY,
            display TEXT NOT NULL,
            uuid BLOB NOT NULL,
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE membership (
            grp TEXT NOT NULL COLLATE BINARY,
            member TEXT NOT NULL COLLATE BINARY,
            PRIMARY KEY (grp, member)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX membership_member ON membership(member);
        """

    private static let version1 = """
        CREATE TABLE store (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch INTEGER NOT NULL,
            clock INTEGER NOT NULL,
            serial INTEGER NOT NULL,
            created INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE collection (
            id INTEGER PRIMARY KEY,
            parent INTEGER,
            binding INTEGER,
            dead INTEGER NOT NULL DEFAULT 0,
            kind TEXT NOT NULL,
            owner TEXT,
            uuid BLOB NOT NULL,
            incarnation INTEGER NOT NULL,
            cur INTEGER NOT NULL,
            floor INTEGER NOT NULL DEFAULT 0,
            bytes INTEGER NOT NULL DEFAULT 0,
            quota INTEGER,
            created INTEGER NOT NULL,
            modified INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX collection_changes ON collection(parent, cur);

        CREATE TABLE entry (
            id INTEGER PRIMARY KEY,
            parent INTEGER NOT NULL,
            name TEXT NOT NULL COLLATE BINARY,
            rev INTEGER NOT NULL,
            mapped INTEGER NOT NULL,
            removed INTEGER NOT NULL DEFAULT 0,
            is_collection INTEGER NOT NULL,
            resource INTEGER,
            ghost INTEGER,
            epoch INTEGER,
            version INTEGER,
            body INTEGER,
            size INTEGER,
            type TEXT,
            language TEXT,
            created INTEGER,
            modified INTEGER,
            uuid BLOB,
            UNIQUE (parent, name)
        ) STRICT;
        CREATE INDEX entry_changes ON entry(parent, rev);
        CREATE INDEX entry_body ON entry(body) WHERE body IS NOT NULL;
        CREATE INDEX entry_tombstones ON entry(rev) WHERE removed = 1;
        CREATE INDEX entry_branches ON entry(parent) WHERE is_collection = 1 OR ghost IS NOT NULL;

        CREATE TABLE property (
            resource INTEGER NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            xml BLOB NOT NULL,
            PRIMARY KEY (resource, namespace, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE body (
            id INTEGER PRIMARY KEY,
            file TEXT,
            data BLOB
        ) STRICT;
        CREATE UNIQUE INDEX body_file ON body(file) WHERE file IS NOT NULL;

        CREATE TABLE lock (
            token TEXT PRIMARY KEY,
            root BLOB NOT NULL,
            exclusive INTEGER NOT NULL,
            deep INTEGER NOT NULL,
            owner BLOB,
            holder TEXT,
            expires INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX lock_root ON lock(root);

        CREATE TABLE account (
            name TEXT PRIMARY KEY COLLATE BINARY,
            display TEXT NOT NULL,
            password TEXT NOT NULL,
            quota INTEGER,
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- When a revision was reached, sampled: what turns "older than a year" into a revision.
        CREATE TABLE tick (
            revision INTEGER PRIMARY KEY,
            time INTEGER NOT NULL
        ) STRICT;
        """
}
