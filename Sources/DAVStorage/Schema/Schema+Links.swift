extension Schema {
    /// What can be read by whoever holds a URL.
    ///
    /// - `digest` is all that is kept of the token in the URL.
    /// - `collection` is what the link leads to or, with `member`, what holds the file: `member` is its `entry.resource`, and
    ///   `name` where that stands now. None of these numbers is ever used again, so a link never leads to anything else.
    /// - `sight` is how much it shows; NULL where nothing can be hidden.
    static let links = """
        CREATE TABLE link (
            number INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            owner TEXT NOT NULL COLLATE BINARY,
            collection INTEGER NOT NULL,
            member INTEGER,
            name TEXT COLLATE BINARY,
            label TEXT,
            password TEXT,
            created INTEGER NOT NULL,
            expires INTEGER,
            sight INTEGER,
            uses INTEGER NOT NULL DEFAULT 0,
            used INTEGER
        ) STRICT;
        CREATE INDEX link_owner ON link(owner, number);
        CREATE INDEX link_member ON link(member) WHERE member IS NOT NULL;
        """
}
