extension BackendConformance {
    /// standards.md §16: limits, and what happens between pages. Changes come oldest first, so page one holds `a` and `b`.
    static let pagingScenarios: [Scenario] = [
        Scenario(
            "SS-120", "pages hold everything once", "C/ C/a C/b C/c C/d C/e", "walk1 C/ ∅ [2] => +a +b +c +d +e pages:3"
        ),
        Scenario(
            "SS-121", "the last page is not marked", "C/ C/a C/b C/c C/d", "S1 C/ ∅ [2] => 2+ … as:P1",
            "S1 C/ P1 [2] => 2+"),
        Scenario("SS-122", "an exact fit is not marked", "C/ C/a C/b", "S1 C/ ∅ [2] => +a +b"),
        Scenario(
            "SS-123", "a limit of one makes progress", "C/ C/a C/b C/c", "S1 C/ ∅ [1] => +a …",
            "walk1 C/ ∅ [1] => +a +b +c pages:3"),
        Scenario(
            "SS-125", "a delivered member deleted between pages is removed", "C/ C/a C/b C/c C/d",
            "S1 C/ ∅ [2] => +a +b … as:P1",
            "delete C/a", "walk1 C/ P1 [2] => -a +c +d"),
        Scenario(
            "SS-126", "a member deleted before its page is not changed", "C/ C/a C/b C/c C/d",
            "S1 C/ ∅ [2] => +a +b … as:P1",
            "delete C/d", "walk1 C/ P1 [2] => +c -d?"),
        Scenario(
            "SS-127", "a delivered member changed between pages is told again", "C/ C/a C/b C/c C/d",
            "S1 C/ ∅ [2] => +a +b … as:P1", "put C/a", "walk1 C/ P1 [2] => +a +c +d"),
        Scenario(
            "SS-128", "a member made between pages is told", "C/ C/a C/b C/c C/d", "S1 C/ ∅ [2] => +a +b … as:P1",
            "put C/e",
            "walk1 C/ P1 [2] => +c +d +e"),
        Scenario(
            "SS-129", "removals from before the walk are not told", "C/ C/a C/b C/c C/d C/z", "delete C/z",
            "S1 C/ ∅ [2] => +a +b … as:P1", "walk1 C/ P1 [2] => +c +d"),
        Scenario(
            "SS-130", "created and deleted between pages is removed", "C/ C/a C/b C/c C/d",
            "S1 C/ ∅ [2] => +a +b … as:P1", "put C/f",
            "delete C/f", "walk1 C/ P1 [2] => +c +d -f"),
        Scenario(
            "SS-131", "pruning removals from before the walk leaves its pages valid", "C/ C/a C/b C/c C/d C/z",
            "delete C/z",
            "S1 C/ ∅ [2] => +a +b … as:P1", "prune C/", "walk1 C/ P1 [2] => +c +d"),
        Scenario(
            "SS-132", "pruning removals during the walk refuses its pages", "C/ C/a C/b C/c C/d",
            "S1 C/ ∅ [2] => +a +b … as:P1",
            "delete C/a", "prune C/", "S1 C/ P1 => 403"),
        Scenario(
            "SS-134", "pages of one are together the whole", "C/ C/a C/b C/c", "delete C/a", "put C/d", "move C/b C/e",
            "put C/c",
            "S1 C/ T0 => -a +d -b +e +c", "walk1 C/ T0 [1] => -a +d -b +e +c pages:5"),
        Scenario(
            "SS-135", "a page's token is no state of the collection", "C/ C/a C/b", "S1 C/ ∅ [1] => +a … as:P1",
            "412 put C/x if=C/:P1"),
        Scenario(
            "SS-136", "a page's token serves the other level", "C/ C/a C/b C/D/ C/D/x", "S1 C/ ∅ [1] => +a … as:P1",
            "walk∞ C/ P1 [1] => +b +D/ +D/x"),
        Scenario(
            "SS-138", "a collection removed in the window is told alone", "C/ C/a C/b C/c C/d D/", "put C/e", "put D/q",
            "delete C/",
            "walk∞ / T0 [1] => +D/q -C/ pages:2"),
    ]

    /// standards.md §16 and §2.7: conditions, and sync tokens as conditions.
    static let conditionScenarios: [Scenario] = [
        Scenario("SS-150", "a token lets one write through", "C/ C/a", "put C/x if=C/:T0", "412 put C/y if=C/:T0"),
        Scenario("SS-151", "a stale token stores nothing", "C/ C/a", "put C/a", "412 put C/y if=C/:T0", "gone C/y"),
        Scenario("SS-152", "without a tag the token is the member's, and false", "C/ C/a", "412 put C/a if=:T0@C/"),
        Scenario("SS-153", "Not holds for a stale token", "C/ C/a", "put C/a", "put C/b if=C/:!T0"),
        Scenario(
            "SS-154", "lists are alternatives", "C/ C/a", "put C/b if=C/:T0|C/a:etag", "put C/c if=C/:T0|C/a:etag",
            "412 put C/d if=C/:T0|C/a:!etag"),
        Scenario(
            "SS-155", "token and lock together", "C/", "lock C/ as:L", "put C/x if=C/:T0&L", "423 put C/y",
            "423 put C/y if=C/:!T0"),
        Scenario("SS-156", "MKCOL with a stale token", "C/", "put C/a", "412 mkcol C/N/ if=C/:T0", "gone C/N"),
        Scenario("SS-158", "another collection's token is false", "C/ D/", "412 put C/a if=C/:T0@D/"),
        Scenario(
            "Y-60", "every write heeds the token", "C/ C/a C/b", "put C/b", "412 delete C/a if=C/:T0",
            "412 move C/a C/z if=C/:T0",
            "412 copy C/a C/z if=C/:T0", "412 patch C/a if=C/:T0", "412 lock C/a if=C/:T0", "412 lock C/z if=C/:T0",
            "412 post C/ if=C/:T0"),
        Scenario("G-05", "an unmapped tag has no state", "C/ C/a", "412 put C/b if=C/z:T0@C/", "put C/b if=C/z:!T0@C/"),
        Scenario("G-06", "an unknown token is false", "C/", "412 put C/a if=C/:nolock", "put C/a if=C/:!nolock"),
        Scenario(
            "G-03", "a false condition is 412, a missing token 423", "C/ C/a", "lock C/a as:L",
            "412 put C/a if-match=wrong",
            "423 put C/a if-match=etag", "412 put C/a if=C/a:!L", "put C/a if=C/a:L", "put C/a if=C/a:!L|C/a:!nolock"),
        Scenario(
            "H-If-Match", "If-Match compares strongly", "C/ C/a", "412 put C/a if-match=weak", "put C/a if-match=etag",
            "412 put C/n if-match=*", "put C/a if-match=*", "412 delete C/a if-match=wrong"),
        Scenario(
            "H-If-None-Match", "If-None-Match guards creation", "C/ C/a", "412 put C/a if-none-match=*",
            "put C/n if-none-match=*", "412 put C/a if-none-match=etag"),
    ]
}
