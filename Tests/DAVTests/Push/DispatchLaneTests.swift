import Testing

@testable import DAV

/// One push service: how many at once, pauses, the breaker.
struct DispatchLaneTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    private func allowed(_ lane: PushLane, at moment: Timestamp) -> Int {
        var lane = lane
        var count = 0
        while lane.mayBegin(at: moment, most: 32), count < 100 {
            lane.begin()
            count += 1
        }
        return count
    }

    @Test func eachMessageThatIsTakenAllowsOneMoreUpToTheMost() {
        var lane = PushLane()
        #expect(allowed(lane, at: now) == 4)
        for _ in 0..<100 { lane.note(.accepted, at: now, most: 32) }
        #expect(allowed(lane, at: now) == 32)
        lane.note(.unavailable, at: now, most: 32)
        #expect(allowed(lane, at: now) == 16)
    }

    @Test func fiveFailuresInARowCloseItForHalfAMinuteThenOneMessageFindsOut() {
        var lane = PushLane()
        for _ in 0..<4 { lane.note(.unavailable, at: now, most: 32) }
        #expect(allowed(lane, at: now) == 1)
        lane.note(.unavailable, at: now, most: 32)
        #expect(allowed(lane, at: now.adding(.milliseconds(29_999))) == 0)
        let later = now.adding(.seconds(30))
        #expect(allowed(lane, at: later) == 1)
        lane.note(.unavailable, at: later, most: 32)
        #expect(allowed(lane, at: later.adding(.seconds(29))) == 0)
        lane.note(.accepted, at: later, most: 32)
        #expect(allowed(lane, at: later) >= 2)
    }

    @Test(arguments: [PushOutcome.Kind.accepted, .gone, .unauthorized, .rejected, .redirected, .unclaimed])
    func anyAnswerShowsThatTheServiceIsThere(_ answer: PushOutcome.Kind) {
        var lane = PushLane()
        for round in 0..<20 { lane.note(round % 4 == 3 ? answer : .unavailable, at: now, most: 32) }
        #expect(allowed(lane, at: now) >= 1)
    }

    @Test func aPauseLastsThoughOtherMessagesAreTakenMeanwhile() {
        var lane = PushLane()
        lane.note(.throttled(60), at: now, most: 32)
        lane.pause(until: now.adding(.seconds(60)))
        lane.note(.accepted, at: now, most: 32)
        lane.pause(until: now.adding(.seconds(5)))
        #expect(allowed(lane, at: now.adding(.seconds(59))) == 0)
        #expect(allowed(lane, at: now.adding(.seconds(60))) >= 1)
    }
}
