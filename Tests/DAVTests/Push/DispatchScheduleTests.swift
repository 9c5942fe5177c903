import DAVTesting
import Testing

@testable import DAV

/// Which registration may be sent to when.
struct DispatchScheduleTests {
    private let start = Timestamp(seconds: 1_700_000_000)
    private let debounce = Duration.milliseconds(700)
    private let rest = Duration.seconds(10)
    private func at(_ milliseconds: Int64) -> Timestamp { start.adding(.milliseconds(milliseconds)) }
    private func id(_ number: Int) -> PushRegistration.ID { PushRegistration.ID("r\(number)") }
    private let device = PushSchedule.Subscription(
        principal: PrincipalID(Name("alice")!), transport: "web-push", identity: "https://push.example/1")

    @Test func itIsSentToOnceTheDebounceIsOverAndNotBefore() {
        var schedule = PushSchedule()
        #expect(schedule.note(id(1), lane: "a", due: at(700), now: at(0)) == true)
        #expect(schedule.note(id(1), lane: "a", due: at(1100), now: at(400)) == false)
        #expect(schedule.nextWake == at(700))
        #expect(schedule.begin(at: at(699), limit: 9) == [])
        #expect(schedule.begin(at: at(700), limit: 9) == [id(1)])
        #expect(schedule.begin(at: at(9000), limit: 9) == [])
    }

    @Test func betweenTwoMessagesThereIsTheInterval() {
        var schedule = PushSchedule()
        schedule.note(id(1), lane: "a", due: at(700), now: at(0))
        _ = schedule.begin(at: at(700), limit: 9)
        // Behind again while it is under way, and merged.
        #expect(schedule.note(id(1), lane: "a", due: at(1500), now: at(800)) == true)
        #expect(schedule.note(id(1), lane: "a", due: at(1600), now: at(900)) == false)
        schedule.settle(id(1), at: at(1000), rest: rest, debounce: debounce)
        #expect(schedule.begin(at: at(10_999), limit: 9) == [])
        #expect(schedule.begin(at: at(11_000), limit: 9) == [id(1)])
        schedule.settle(id(1), at: at(11_100), rest: rest, debounce: debounce)
        // Behind again while it rests.
        #expect(schedule.note(id(1), lane: "a", due: at(12_700), now: at(12_000)) == true)
        #expect(schedule.begin(at: at(21_099), limit: 9) == [])
        #expect(schedule.begin(at: at(21_100), limit: 9) == [id(1)])
    }

    @Test func whoHasRestedIsForgotten() {
        var schedule = PushSchedule()
        schedule.note(id(1), lane: "a", due: at(0), now: at(0))
        _ = schedule.begin(at: at(0), limit: 9)
        schedule.settle(id(1), at: at(0), rest: rest, debounce: debounce)
        #expect(schedule.count == 1)
        #expect(schedule.dueCount == 0)
        _ = schedule.begin(at: at(10_000), limit: 9)
        #expect(schedule.count == 0)
        #expect(schedule.laneCount == 0)
        #expect(schedule.nextWake == nil)
    }

    @Test func aChangeWhileThereSeemedNothingToTellIsLookedAt() {
        var schedule = PushSchedule()
        schedule.note(id(1), lane: "a", due: at(0), now: at(0))
        _ = schedule.begin(at: at(0), limit: 9)
        schedule.note(id(1), lane: "a", due: at(710), now: at(10))
        schedule.pass(id(1), at: at(20), debounce: debounce)
        #expect(schedule.begin(at: at(720), limit: 9) == [id(1)])
        schedule.pass(id(1), at: at(730), debounce: debounce)
        #expect(schedule.count == 0)
    }

    @Test func aFailureCountsAndANewChangeDoesNotHastenTheRetry() {
        var schedule = PushSchedule()
        schedule.note(id(1), lane: "a", due: at(0), now: at(0))
        _ = schedule.begin(at: at(0), limit: 9)
        schedule.retry(id(1), at: at(5000))
        #expect(schedule.tries(of: id(1)) == 1)
        #expect(schedule.note(id(1), lane: "a", due: at(1700), now: at(1000)) == false)
        #expect(schedule.begin(at: at(4999), limit: 9) == [])
        #expect(schedule.begin(at: at(5000), limit: 9) == [id(1)])
        schedule.settle(id(1), at: at(5000), rest: rest, debounce: debounce)
        #expect(schedule.tries(of: id(1)) == 0)
    }

    @Test func aLaneThatHangsHoldsUpNoOther() {
        var schedule = PushSchedule(mostPerLane: 4, most: 8)
        for number in 0..<100 { schedule.note(id(number), lane: "hangs", due: at(0), now: at(0)) }
        #expect(schedule.begin(at: at(0), limit: 99).count == 4)
        for number in 100..<102 { schedule.note(id(number), lane: "b", due: at(1), now: at(1)) }
        #expect(Set(schedule.begin(at: at(1), limit: 99)) == [id(100), id(101)])
        #expect(schedule.underWay == 6)
    }

    @Test func lanesTakeTurns() {
        var schedule = PushSchedule(mostPerLane: 4, most: 4)
        for number in 0..<10 { schedule.note(id(number), lane: "a", due: at(0), now: at(0)) }
        for number in 10..<20 { schedule.note(id(number), lane: "b", due: at(0), now: at(0)) }
        let begun = schedule.begin(at: at(0), limit: 99)
        #expect(begun.count(where: { $0 < id(1) || $0 == id(1) || $0.description.count == 2 }) == 2)
        #expect(begun.count == 4)
    }

    @Test func aPausedLaneWaitsForItsTimeAndAllInItWithIt() {
        var schedule = PushSchedule()
        schedule.note(id(1), lane: "a", due: at(0), now: at(0))
        _ = schedule.begin(at: at(0), limit: 9)
        schedule.pause("a", until: at(3000))
        schedule.retry(id(1), at: at(3000))
        schedule.note(id(2), lane: "a", due: at(700), now: at(0))
        schedule.note(id(3), lane: "b", due: at(700), now: at(0))
        #expect(schedule.begin(at: at(700), limit: 9) == [id(3)])
        #expect(schedule.nextWake == at(3000))
        #expect(Set(schedule.begin(at: at(3000), limit: 9)) == [id(1), id(2)])
    }

    @Test func aPausedLaneIsNotOpenedByEmptyingIt() {
        var schedule = PushSchedule()
        schedule.note(id(1), lane: "a", due: at(0), now: at(0))
        _ = schedule.begin(at: at(0), limit: 9)
        schedule.pause("a", until: at(3000))
        schedule.drop(id(1))
        schedule.note(id(2), lane: "a", due: at(10), now: at(10))
        #expect(schedule.begin(at: at(2999), limit: 9) == [])
        #expect(schedule.begin(at: at(3000), limit: 9) == [id(2)])
        schedule.drop(id(2))
        _ = schedule.begin(at: at(3000), limit: 9)
        #expect(schedule.laneCount == 0)
    }

    @Test func aSubscriptionHasOneSenderAndItsRegistrationsComeOneAfterTheOther() {
        var schedule = PushSchedule()
        for number in 1...3 { schedule.note(id(number), lane: "a", due: at(0), now: at(0)) }
        #expect(schedule.begin(at: at(0), limit: 9).count == 3)
        #expect(schedule.occupy(device, for: id(1)) == true)
        #expect(schedule.occupy(device, for: id(2)) == false)
        #expect(schedule.occupy(device, for: id(3)) == false)
        #expect(schedule.underWay == 1)
        #expect(schedule.begin(at: at(0), limit: 9) == [])
        schedule.retry(id(1), at: at(5000))
        #expect(schedule.begin(at: at(0), limit: 9) == [id(2)])
        #expect(schedule.occupy(device, for: id(2)) == true)
        schedule.drop(id(2))
        #expect(schedule.begin(at: at(0), limit: 9) == [id(3)])
        // It turns out to be up to date before it asks for the subscription it was given.
        schedule.pass(id(3), at: at(0), debounce: debounce)
        #expect(schedule.begin(at: at(5000), limit: 9) == [id(1)])
        #expect(schedule.occupy(device, for: id(1)) == true)
    }

    /// Whatever comes in whatever order: bounds hold, nobody is begun twice at once, before its time or within its interval, and
    /// everybody gets a turn.
    @Test(arguments: 0..<40)
    func boundsHoldInAnyOrderOfEvents(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var run = ScheduleRun(mostPerLane: 3, most: 7)
        for _ in 0..<3000 { run.step(&random) }
        run.finish()
        #expect(run.complaints == [])
        #expect(run.begun > 200)
    }

    @Test func tenThousandWaitInBoundedMemory() {
        var schedule = PushSchedule()
        for number in 0..<10_000 {
            schedule.note(id(number), lane: "lane \(number % 10)", due: at(Int64(number % 1000)), now: at(0))
        }
        var now: Int64 = 0
        var told = 0
        while schedule.dueCount > 0, now < 1_000_000 {
            for id in schedule.begin(at: at(now), limit: 64) {
                schedule.note(.accepted, in: "lane 0", at: at(now))
                schedule.settle(id, at: at(now), rest: .zero, debounce: debounce)
                told += 1
            }
            now += 10
        }
        #expect(told == 10_000)
        _ = schedule.begin(at: at(now), limit: 64)
        #expect(schedule.count == 0)
    }
}

/// Random events against a schedule, and what must hold.
private struct ScheduleRun {
    private var schedule: PushSchedule
    private let mostPerLane: Int
    private let most: Int
    private var now = Timestamp(seconds: 1_700_000_000)
    private var underWay: [PushRegistration.ID: PushSchedule.Subscription?] = [:]
    private var notBefore: [PushRegistration.ID: Timestamp] = [:]
    private var owed: Set<PushRegistration.ID> = []
    private(set) var begun = 0
    private(set) var complaints: [String] = []

    init(mostPerLane: Int, most: Int) {
        schedule = PushSchedule(mostPerLane: mostPerLane, most: most)
        (self.mostPerLane, self.most) = (mostPerLane, most)
    }

    private func lane(_ number: Int) -> String { "lane \(number % 4)" }
    private func number(_ id: PushRegistration.ID) -> Int { Int(id.description) ?? 0 }

    mutating func step(_ random: inout SeededGenerator) {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<35:
            let number = Int.random(in: 0..<40, using: &random)
            let id = PushRegistration.ID("\(number)")
            let due = now.adding(.milliseconds(Int64.random(in: 0...900, using: &random)))
            if !owed.contains(id), underWay[id] == nil { notBefore[id] = max(due, notBefore[id] ?? due) }
            schedule.note(id, lane: lane(number), due: due, now: now)
            owed.insert(id)
        case 35..<55: now = now.adding(.milliseconds(Int64.random(in: 0...400, using: &random)))
        case 55..<75: begin(limit: Int.random(in: 1...9, using: &random))
        case 75..<98: end(&random)
        default:
            schedule.pause(lane(Int.random(in: 0..<4, using: &random)), until: now.adding(.milliseconds(800)))
        }
    }

    private mutating func begin(limit: Int) {
        for id in schedule.begin(at: now, limit: limit) {
            begun += 1
            if underWay[id] != nil { complaints.append("\(id) twice at once") }
            if !owed.contains(id) { complaints.append("\(id) for nothing") }
            if let moment = notBefore[id], now < moment { complaints.append("\(id) too early") }
            let number = number(id)
            let subscription = PushSchedule.Subscription(
                principal: PrincipalID(Name("p")!), transport: "t", identity: "\(lane(number)) \(number % 8)")
            guard schedule.occupy(subscription, for: id) else { continue }
            if underWay.values.contains(subscription) { complaints.append("\(subscription) has two senders") }
            underWay[id] = subscription
            owed.remove(id)
        }
        if underWay.count > most { complaints.append("too many") }
        for lane in 0..<4 where underWay.keys.count(where: { number($0) % 4 == lane }) > mostPerLane {
            complaints.append("too many in lane \(lane)")
        }
    }

    private mutating func end(_ random: inout SeededGenerator) {
        guard let id = underWay.keys.sorted().randomElement(using: &random) else { return }
        underWay[id] = nil
        let lane = lane(number(id))
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
            schedule.note(.accepted, in: lane, at: now)
            schedule.settle(id, at: now, rest: .seconds(2), debounce: .milliseconds(700))
            notBefore[id] = now.adding(.seconds(2))
        case 5..<8:
            schedule.note(.unavailable, in: lane, at: now)
            schedule.retry(id, at: now.adding(.seconds(1)))
            notBefore[id] = now.adding(.seconds(1))
            owed.insert(id)
        case 8:
            schedule.pass(id, at: now, debounce: .milliseconds(700))
            notBefore[id] = nil
        default:
            schedule.drop(id)
            notBefore[id] = nil
            owed.remove(id)
        }
    }

    /// All goes well from now on: nobody is left behind.
    mutating func finish() {
        for _ in 0..<10_000 where !owed.isEmpty || !underWay.isEmpty {
            begin(limit: 9)
            for id in underWay.keys.sorted() {
                underWay[id] = nil
                schedule.note(.accepted, in: lane(number(id)), at: now)
                schedule.settle(id, at: now, rest: .seconds(2), debounce: .milliseconds(700))
                notBefore[id] = now.adding(.seconds(2))
            }
            now = max(now.adding(.milliseconds(1)), schedule.nextWake ?? now)
        }
        if !owed.isEmpty { complaints.append("\(owed.count) were left behind") }
    }
}
