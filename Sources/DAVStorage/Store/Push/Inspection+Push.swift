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
                """),
        Rule(
            name: "A filter belongs to no registration", of: "registration",
            query: """
                SELECT registration FROM push_filter f WHERE NOT EXISTS (SELECT 1 FROM push_registration r
                WHERE r.number = f.registration AND r.resource = f.resource AND r.filtered = 1)
                """),
    ]
}
