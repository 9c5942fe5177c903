/// When a registration `r` is behind: the comparison that push is (``PushRegistry``).
enum PushQueries {
    /// Its content is louder than it was told.
    static let isBehindOnContent = """
        (EXISTS (SELECT 1 FROM push_level l WHERE l.resource = r.resource AND l.reach <= r.content AND l.trigger = ''
            AND l.revision > r.told_content)
        OR EXISTS (SELECT 1 FROM push_watch w CROSS JOIN push_level l ON l.resource = w.resource
            WHERE w.registration = r.number AND \(reach) <= r.content AND l.trigger = ''
            AND l.revision > max(r.told_content, w.since)))
        """

    /// A property it asked for is.
    static let isBehindOnProperties = """
        (EXISTS (SELECT 1 FROM push_level l WHERE l.resource = r.resource AND l.reach <= r.property
            AND l.revision > r.told_property AND \(isAskedFor))
        OR EXISTS (SELECT 1 FROM push_watch w CROSS JOIN push_level l ON l.resource = w.resource
            WHERE w.registration = r.number AND \(reach) <= r.property
            AND l.revision > max(r.told_property, w.since) AND \(isAskedFor)))
        """

    /// How far below what is registered the change is: ``PushReach`` has no more steps than that.
    private static let reach = "min(l.reach + w.beyond, 2)"

    /// Whether a level's property is one of those the registration names; if it names none, all are.
    private static let isAskedFor = """
        CASE r.filtered WHEN 0 THEN l.trigger = '*' ELSE
            EXISTS (SELECT 1 FROM push_filter f WHERE f.registration = r.number AND f.property = l.trigger) END
        """

    /// From the levels that are louder than ?1 to the registrations that were told less: whoever is up to date is not met.
    ///
    /// ?2 is now, ?3 the registration after which the page begins, ?4 how long it may be.
    static let behind = """
        SELECT b.id, s.lane FROM (
            SELECT r.id, r.subscription FROM push_level l INDEXED BY push_level_revision
            CROSS JOIN push_registration r INDEXED BY push_registration_content
            ON r.resource = l.resource AND r.told_content < l.revision
            WHERE l.revision > ?1 AND l.trigger = '' AND l.reach <= r.content AND \(isDue)
            UNION
            SELECT r.id, r.subscription FROM push_level l INDEXED BY push_level_revision
            CROSS JOIN push_registration r INDEXED BY push_registration_property
            ON r.resource = l.resource AND r.told_property < l.revision
            WHERE l.revision > ?1 AND l.trigger <> '' AND l.reach <= r.property AND \(isAskedFor) AND \(isDue)
            UNION
            SELECT r.id, r.subscription FROM push_level l INDEXED BY push_level_revision
            CROSS JOIN push_watch w ON w.resource = l.resource AND w.since < l.revision
            CROSS JOIN push_registration r ON r.number = w.registration
            WHERE l.revision > ?1 AND \(isDue) AND (
                l.trigger = '' AND r.told_content < l.revision AND \(reach) <= r.content
                OR l.trigger <> '' AND r.told_property < l.revision AND \(reach) <= r.property AND \(isAskedFor))
            UNION
            SELECT r.id, r.subscription FROM push_registration r INDEXED BY push_registration_gone
            WHERE r.gone > ?1 AND r.expires > ?2 AND r.id > ?3
            ORDER BY 1 LIMIT ?4) b
        CROSS JOIN push_subscription s ON s.id = b.subscription ORDER BY b.id
        """

    private static let isDue = "r.gone IS NULL AND r.expires > ?2 AND r.id > ?3"

    /// Which of `count` resources anybody registered for, by their place in the list. One text per number of resources, so
    /// that each is prepared once.
    static let listenedTo: [String] = (0...mostResources).map { count in
        let values = (0..<count).map { "(\($0), ?\($0 + 1))" }.joined(separator: ", ")
        return """
            SELECT v.column1 FROM (VALUES \(values)) v
            WHERE EXISTS (SELECT 1 FROM push_registration r WHERE r.resource = v.column2)
            OR EXISTS (SELECT 1 FROM push_watch w WHERE w.resource = v.column2)
            """
    }
    static let mostResources = 32

    /// Raises a level. Of properties that somebody names there are levels of their own.
    static let raise = """
        INSERT INTO push_level (resource, reach, trigger, revision)
        SELECT ?1, ?2, t.value, ?3 FROM json_each(?4) t WHERE t.value IN ('', '*')
        OR EXISTS (SELECT 1 FROM push_filter f WHERE f.resource = ?1 AND f.property = t.value)
        ON CONFLICT (resource, reach, trigger) DO UPDATE SET revision = excluded.revision
        """
}
