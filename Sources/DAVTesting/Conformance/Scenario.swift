/// One row of a scenario table: members to begin with, then steps, in a small notation.
///
/// `start` lists paths below the home; those that end in a slash are collections (`N!` one that does not sync). When they
/// are there, the tokens of all collections are taken under the label `T0`. Steps:
///
/// - `put C/a`, `put C/a same` (octets that are always the same), `put-same C/a` (those stored), `mkcol C/D/`, `mkbarred C/N/`, `delete C/a`, `move C/a C/b`, `copy C/a C/b`, `patch C/a`, `post C/`,
///   `lock C/a as:L`, `refresh C/a L`, `unlock C/a L`, `get C/a`, `gone C/a`, `wait 60`, `prune C/`, `restart`, `backup`, `restore`.
///   Options: `keep` (Overwrite: F), `depth0`, `shared`, `if=…`, `if-match=…`, `if-none-match=…`, `other` (submitted by another principal).
/// - A number before a step is the status it must be refused with; nothing may have changed then: `412 put C/a if-match=wrong`; `403|409` allows either.
/// - `mark T1` takes the tokens again.
/// - `S1 C/ T0 [2] => +a -b` asks for one page at level 1 (`S∞`: infinite) and tells all that must be in it: `+` changed, `-` removed,
///   `!` barred, `…` more is known, `2+` two changes whichever, `-d?` may be there, `tok=` and `tok≠` the new token beside the one sent,
///   `as:P1` keeps it. `∅` is the empty token; `T0@D/` that of another collection. `=> 403` is the refusal of RFC 6578 §3.2.
/// - `walk1 C/ T0 [2] => +a -b` (`walk∞`) asks until nothing more is known, and compares the union.
///
/// `if=` holds lists joined by `|`, each `TAG:state&state`; an empty tag is none. A state is a label (`T0`, `T0@D/`, a lock's), `etag`,
/// or `nolock`; `!` before it is `Not`.
///
/// When the steps are over, a replica of each collection that had the state of `T0` is brought up to date at either level, and
/// must equal the listing (INV-1), unless its token was refused.
struct Scenario: Sendable {
    var id: String
    var title: String
    var start: String
    var steps: [String]

    init(_ id: String, _ title: String, _ start: String, _ steps: String...) {
        self.id = id
        self.title = title
        self.start = start
        self.steps = steps
    }

    var asCase: BackendConformance.Case {
        BackendConformance.Case(id: id, title: title) { world in
            let run = ScenarioRun(world)
            try await run.begin(start)
            for step in steps {
                do {
                    try await run.perform(step)
                } catch let skip as Skip {
                    throw skip
                } catch {
                    throw Mismatch("“\(step)”: \(error)")
                }
            }
            try await run.end()
        }
    }
}
