extension BackendConformance {
    /// standards.md §2.4 and §2.5 as far as a back-end decides them.
    static let writingScenarios: [Scenario] = [
        Scenario("W-30", "MKCOL", "C/ a", "405 mkcol C/", "405 mkcol a", "409 mkcol X/Y/", "mkcol C/D/", "get C/D"),
        Scenario(
            "W-31", "PUT makes no collections and replaces none", "C/", "405 put C", "409 put X/a", "put C/a", "put C/a"
        ),
        Scenario(
            "W-33", "DELETE takes everything below", "C/ C/D/ C/D/x", "404 delete nothing", "delete C", "gone C/D/x",
            "gone C", "mkcol C/", "gone C/D"),
        Scenario("W-40a", "onto itself", "C/ C/a", "403 copy C/a C/a", "403 move C/a C/a", "403 move C/ C/"),
        Scenario(
            "W-40b", "into itself", "C/ C/D/", "403|409 copy C/ C/D/E", "403|409 move C/ C/D/E", "403|409 move C/ C/x"),
        Scenario(
            "W-40c", "over what holds it", "C/ C/D/ C/D/x", "403|409 move C/D/ C", "403|409 copy C/D/ C", "get C/D/x"),
        Scenario(
            "W-40d", "to where no collection is", "C/ C/a b", "409 copy C/a X/a", "409 move C/a X/a",
            "409 move C/a b/a", "404 move C/z C/y", "404 copy C/z C/y"),
        Scenario(
            "W-40e", "Overwrite: F", "C/ C/a C/b", "412 copy C/a C/b keep", "412 move C/a C/b keep",
            "copy C/a C/c keep", "move C/a C/d keep"),
        Scenario(
            "W-41", "COPY of depth 0 and infinity", "C/ C/a", "copy C/ D/ depth0", "get D", "gone D/a", "copy C/ E/",
            "get E/a", "get C/a"),
        Scenario(
            "W-42", "an overwritten collection is not merged", "C/ C/a D/ D/b", "copy C/ D/", "get D/a", "gone D/b",
            "move C/ D/", "gone C", "get D/a"),
    ]

    /// standards.md §2.6.
    static let lockScenarios: [Scenario] = [
        Scenario(
            "W-50", "LOCK on an unmapped URL makes an ordinary member", "C/", "lock C/x as:L", "get C/x", "423 put C/x",
            "put C/x if=C/x:L", "409 lock X/y"),
        Scenario("W-51a", "exclusive excludes", "C/ C/a", "lock C/a as:L", "423 lock C/a", "423 lock C/a shared"),
        Scenario(
            "W-51b", "shared goes with shared", "C/ C/a", "lock C/a shared as:L", "lock C/a shared as:M",
            "423 lock C/a", "put C/a if=C/a:L", "put C/a if=C/a:M", "423 put C/a"),
        Scenario(
            "W-51c", "a lock above is in the way", "C/ C/a", "lock C/ as:L", "423 lock C/a", "423 lock C/a if=C/:L",
            "423 lock C/n"),
        Scenario(
            "W-51d", "a lock below is in the way of depth infinity", "C/ C/a", "lock C/a as:L", "423 lock C/",
            "lock C/ depth0"),
        Scenario(
            "W-52", "refresh restarts the timeout", "C/ C/a", "lock C/a as:L", "wait 50", "refresh C/a L", "wait 50",
            "423 put C/a", "wait 11", "put C/a", "412 refresh C/a L"),
        Scenario(
            "W-52b", "refresh needs a lock that covers the resource", "C/ C/a C/b", "lock C/a as:L",
            "412 refresh C/b L", "412 refresh C/a L other"),
        Scenario(
            "W-53", "every change of a locked member needs the token", "C/ C/a C/b", "lock C/a as:L", "423 put C/a",
            "423 patch C/a", "423 delete C/a", "423 move C/a C/z", "423 move C/b C/a", "423 copy C/b C/a",
            "patch C/a if=C/a:L", "put C/a if=C/a:L", "copy C/a C/z", "put C/z"),
        Scenario(
            "W-53b", "another principal cannot use the token", "C/ C/a", "lock C/a as:L",
            "423 put C/a if=C/a:L|C/a:!nolock other"),
        Scenario(
            "W-54a", "depth 0 protects the set of members", "C/ C/a", "lock C/ depth0 as:L", "put C/a", "423 put C/n",
            "423 mkcol C/N/", "423 delete C/a", "423 move C/a z", "423 copy C/a C/z", "put C/n if=C/:L", "put C/n"),
        Scenario(
            "W-54b", "depth infinity protects what comes later", "C/ C/a", "lock C/ as:L", "423 put C/a",
            "put C/n if=C/:L", "423 put C/n", "423 patch C/"),
        Scenario(
            "W-54c", "MOVE leaves the lock behind", "C/ C/a", "lock C/ as:L", "move C/a b if=C/:L", "put b",
            "move b C/b if=C/:L", "423 put C/b"),
        Scenario(
            "W-55", "UNLOCK", "C/ C/a b", "lock C/ as:L", "409 unlock b L", "403 unlock C/a L other", "unlock C/a L",
            "put C/a", "409 unlock C/a L"),
        Scenario(
            "W-55b", "a lock may be broken by who has the privilege", "C/ C/a", "lock C/a as:L",
            "unlock C/a L other break", "put C/a"),
        Scenario("W-56", "a lock ends by itself", "C/ C/a", "lock C/a as:L", "wait 61", "put C/a", "lock C/a"),
        Scenario(
            "W-57a", "DELETE of the root ends the lock", "C/ C/a", "lock C/a as:L", "delete C/a if=C/a:L", "put C/a",
            "put C/a"),
        Scenario(
            "W-57b", "DELETE of a member does not", "C/ C/a C/b", "lock C/ as:L", "delete C/a if=C/:L", "423 put C/b"),
        Scenario(
            "W-57c", "MOVE of the root ends the lock", "C/ C/a", "lock C/a as:L", "move C/a C/b if=C/a:L", "put C/b",
            "put C/a", "put C/a"),
        Scenario(
            "W-33b", "a lock below is in the way of DELETE and MOVE", "C/ C/a", "lock C/a as:L", "423 delete C/",
            "423 move C/ D", "move C/ D if=C/a:L", "put D/a"),
        Scenario(
            "W-43", "a destination's lock", "C/ C/a D/", "lock D/ as:L", "423 move C/a D/a", "423 copy C/a D/a",
            "copy C/a D/a if=D/:L", "423 put D/a"),
        Scenario(
            "W-50r", "locks survive a restart", "C/ C/a", "lock C/a as:L", "restart", "423 put C/a", "put C/a if=C/a:L"),
    ]
}
