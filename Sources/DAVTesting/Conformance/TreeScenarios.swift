extension BackendConformance {
    /// standards.md §16: collections in collections; `/` is the home above.
    static let treeScenarios: [Scenario] = [
        Scenario(
            "SS-090", "at level 1 a folder is not changed by its members", "C/ C/a", "put C/b", "S1 / T0 => {} tok≠"),
        Scenario("SS-091", "at level infinite the member itself is told", "C/ C/a", "put C/b", "S∞ / T0 => +C/b"),
        Scenario("SS-092", "a new collection is changed", "C/", "mkcol N/", "S1 / T0 => +N/", "S∞ / T0 => +N/"),
        Scenario(
            "SS-093", "a deleted collection is told without its members", "C/ C/a C/b", "delete C/", "S1 / T0 => -C/",
            "S∞ / T0 => -C/"),
        Scenario("SS-094", "even if a member went before", "C/ C/a C/b", "delete C/a", "delete C/", "S∞ / T0 => -C/"),
        Scenario(
            "SS-095", "members that did not come back with their collection are removed", "C/ C/a C/b", "delete C/",
            "mkcol C/",
            "put C/a", "S∞ / T0 => +C/ +C/a -C/b"),
        Scenario("SS-096", "a moved collection brings its members", "C/ C/a", "move C/ E/", "S∞ / T0 => -C/ +E/ +E/a"),
        Scenario(
            "SS-097", "MOVE over a collection does not merge", "C/ C/x E/ E/x E/y", "move C/ E/",
            "S∞ / T0 => -C/ +E/ +E/x -E/y"),
        Scenario("SS-098", "COPY of depth 0 brings no members", "C/ C/a", "copy C/ E/ depth0", "S∞ / T0 => +E/"),
        Scenario(
            "SS-099", "PROPPATCH changes a collection in its parent", "C/ C/a", "patch C/", "S1 / T0 => +C/",
            "S∞ / T0 => +C/"),
        Scenario("SS-100", "a collection that does not sync is barred", "C/ N!", "S∞ / ∅ => +C/ !N/"),
        Scenario("SS-101", "what happens in a barred collection is not told", "C/ N!", "put N/x", "S∞ / T0 => {} tok="),
        Scenario(
            "SS-102", "a barred collection is removed like any other", "N!", "put N/x", "delete N", "S∞ / T0 => -N/",
            "S1 / T0 => -N/"),
        Scenario(
            "SS-103", "a barred collection is told once per mapping", "N!", "delete N", "mkbarred N",
            "S∞ / T0 => !N/ as:T1",
            "S∞ / T1 => {} tok="),
        Scenario("SS-105", "at level 1 a barred collection is an ordinary member", "N!", "S1 / ∅ => +N/"),
        Scenario(
            "SS-106", "a change deep down", "A/ A/B/ A/B/C/ A/B/C/D/ A/B/C/D/E/", "put A/B/C/D/E/x",
            "S∞ / T0 => +A/B/C/D/E/x", "S1 / T0 => {}"),
        Scenario(
            "SS-107", "a collection removed in the middle", "A/ A/B/ A/B/C/ A/B/C/D/ A/B/C/x", "delete A/B/C",
            "S∞ / T0 => -A/B/C/"),
        Scenario(
            "SS-108", "a file becomes a collection", "f", "delete f", "mkcol f/", "S1 / T0 => +f/", "S∞ / T0 => +f/"),
        Scenario(
            "SS-109a", "a collection becomes a file", "f/ f/x f/y", "delete f", "put f", "S1 / T0 => +f",
            "S∞ / T0 => +f -f/x -f/y"),
        Scenario(
            "SS-109", "a token of level 1 serves level infinite", "C/ C/D/", "S1 C/ ∅ => +D/ as:T1", "put C/D/x",
            "S∞ C/ T1 => +D/x"),
        Scenario(
            "SS-110", "a token of level infinite serves level 1", "C/ C/D/ C/D/x", "S∞ C/ ∅ => +D/ +D/x as:T1",
            "S1 C/ T1 => {} tok="),
        Scenario(
            "SS-111", "a removal that a cut left behind is told when its collection returns", "D/ D/x", "delete D",
            "put D", "put y",
            "delete D", "S∞ / T0 [1] => +y … as:P1", "mkcol D/", "S∞ / P1 => +D/ -D/x"),
        Scenario(
            "SS-112", "a tree copied in one revision is told in pages", "C/ C/a C/b C/D/ C/D/x C/D/y", "copy C/ E/",
            "walk∞ / T0 [2] => +E/ +E/a +E/b +E/D/ +E/D/x +E/D/y pages:3"),
        Scenario(
            "SS-113", "pruning what a page left half told refuses its token", "D/ D/a D/b D/c", "delete D", "mkcol D/",
            "S∞ / T0 [1] => 1+ … as:P1", "prune /", "S∞ / P1 => 403"),
        Scenario(
            "INV-18", "an old member of a moved collection is new where it arrives", "C/ C/D/ C/D/x E/", "mark T1",
            "move C/D/ E/D/",
            "S∞ E/ T1 => +D/ +D/x", "S1 E/ T1 => +D/"),
        Scenario(
            "SS-201", "a member lost before a barred collection came, and found again inside it, stays lost outside",
            "a/ a/a/",
            "move a D/", "mkbarred a", "move D a/a", "S∞ / T0 => !a/ -D/", "delete a", "mkcol a/",
            "S∞ / T0 => +a/ -a/a/ -D/"),
    ]
}
