extension Inspection {
    /// The invariants of the tables of push.
    static let pushRules: [Rule] = [
        Rule(
            name: "A registration has no subscription of its principal's", of: "registration",
            query: """
                SELECT number FROM push_registration r WHERE NOT EXISTS
                (SELECT 1 FROM push_subscription s WHERE s.id = r.subscription AND s.principal = r.principal)
                """),
        Rule(
            name: "A subscription has no registration", of: "subscription",
            query: """
                SELECT id FROM push_subscription s WHERE NOT EXISTS
                (SELECT 1 FROM push_registration r WHERE r.subscription = s.id)
                """),
        Rule(
            name: "A registration is for nothing", of: "registration",
            query: """
                SELECT number FROM push_registration r WHERE gone IS NULL AND CASE
                WHEN collection IS NULL THEN path IS NULL
                WHEN name IS NULL THEN NOT EXISTS (SELECT 1 FROM collection c WHERE c.id = r.collection AND c.dead = 0)
                ELSE NOT EXISTS (SELECT 1 FROM entry e WHERE e.parent = r.collection AND e.name = r.name AND e.removed = 0
                    AND e.is_collection = 0) END
                """),
        Rule(
            name: "A registration is for what is gone, and does not say where it was", of: "registration",
            query: """
                SELECT number FROM push_registration
                WHERE gone IS NOT NULL AND (collection IS NOT NULL OR path IS NULL OR kind IS NULL)
                """),
        Rule(
            name: "A registration was told of what is yet to come", of: "registration",
            query: """
                SELECT number FROM push_registration
                WHERE max(told_content, told_property, coalesce(gone, 0)) > (SELECT clock FROM store)
                """),
        Rule(
            name: "A resource is louder than the store's clock", of: "revision",
            query: "SELECT revision FROM push_level WHERE revision > (SELECT clock FROM store)"),
        Rule(
            name: "A resource is loud for nobody", of: "revision",
            query: """
                SELECT revision FROM push_level l WHERE NOT EXISTS
                (SELECT 1 FROM push_registration r WHERE r.resource = l.resource)
                AND NOT EXISTS (SELECT 1 FROM push_watch w WHERE w.resource = l.resource)
                """),
        Rule(
            name: "A registration listens where no instance leads, or not where one does", of: "registration",
            query: """
                SELECT registration FROM push_watch w WHERE NOT EXISTS (SELECT 1 FROM push_registration r
                JOIN collection c ON (c.id = r.collection OR c.parent = r.collection) JOIN collection s ON s.id = c.source
                WHERE r.number = w.registration AND s.uuid = w.resource AND r.name IS NULL)
                AND NOT EXISTS (SELECT 1 FROM push_registration r WHERE r.number = w.registration AND r.gone IS NOT NULL)
                UNION SELECT r.number FROM push_registration r
                JOIN collection c ON (c.id = r.collection OR c.parent = r.collection) JOIN collection s ON s.id = c.source
                WHERE r.gone IS NULL AND r.name IS NULL AND NOT EXISTS
                (SELECT 1 FROM push_watch w WHERE w.registration = r.number AND w.resource = s.uuid)
                """),
        Rule(
            name: "A filter belongs to no registration", of: "registration",
            query: """
                SELECT registration FROM push_filter f WHERE NOT EXISTS (SELECT 1 FROM push_registration r
                WHERE r.number = f.registration AND r.filtered = 1 AND (r.resource = f.resource
                OR EXISTS (SELECT 1 FROM push_watch w WHERE w.registration = r.number AND w.resource = f.resource)))
                """),
    ]
}
