// Decoding params: all faults at once, each with its path; and encoding results.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor

private struct Inner: Sendable { var name: String? }

private enum Colour: String, CaseIterable, Sendable { case red, green, darkGreen }

private struct Sample: Sendable {
    var text = ""
    var count: Int64?
    var amount: Money?
    var flag: Bool?
    var time: Instant?
    var colour = Colour.red
    var names: [String] = []
    var inner: Inner?
    var number: Double?
    var share: Percent?
    var date: CivilDate?

    static let shape = Shape<Sample>(
        Sample(),
        [
            Field("text", .text(max: 3), "A text.", .required, set: { $0.text = $1 }, get: { $0.text }),
            Field("count", .count, "A count.", set: { $0.count = $1 }, get: { $0.count }),
            Field("amountUSD", .usd, "Money.", .orNull, set: { $0.amount = $1 }, get: { $0.amount }),
            Field("flag", .bool, "A flag.", set: { $0.flag = $1 }, get: { $0.flag }),
            Field("time", .timestamp, "A time.", set: { $0.time = $1 }, get: { $0.time }),
            Field(
                "colour", .choice(Colour.self), "A colour.", default: .green, set: { $0.colour = $1 },
                get: { $0.colour }),
            Field("names", .list(of: .text, 1...2), "Names.", set: { $0.names = $1 }, get: { $0.names }),
            Field("inner", .object(innerShape), "An object.", set: { $0.inner = $1 }, get: { $0.inner }),
            Field("number", .number(min: 0, max: 1.5), "A number.", set: { $0.number = $1 }, get: { $0.number }),
            Field("sharePercent", .percent, "A share.", set: { $0.share = $1 }, get: { $0.share }),
            Field("date", .date, "A day.", set: { $0.date = $1 }, get: { $0.date }),
        ],
        check: { sample, faults in
            if sample.count != nil, sample.flag != nil { faults.add("flag", "cannot stand beside count") }
        })

    static let innerShape = Shape<Inner>(
        Inner(), [Field("name", .text, "A name.", set: { $0.name = $1 }, get: { $0.name })])
}

private func decode(_ text: String) throws -> (value: Sample?, faults: [String]) {
    let parser = JSONParser()
    var faults = Faults()
    var line = Array(text.utf8)
    let value = try line.withUnsafeMutableBytes { bytes in
        Sample.shape.decode(params: try parser.parse(bytes), &faults)
    }
    return (value, faults.list.map { "\($0.path) \($0.message)" })
}

@Suite struct ShapeTests {
    @Test func allFieldsInAnyOrder() throws {
        let sample = try #require(
            try decode(
                #"""
                {"date":"2026-02-28","sharePercent":12.5,"number":1.25,"inner":{"name":"x"},"names":["a","b"],
                "colour":"darkGreen","time":"2026-11-22T10:00:00+01:00","flag":null,"amountUSD":1.000000001,
                "count":9007199254740991,"text":"äöü","_meta":{"any":[1]}}
                """#.replacing("\n", with: "")
            ).value)
        #expect(sample.text == "äöü")
        #expect(sample.count == 9_007_199_254_740_991)
        #expect(sample.amount == Money(nanoUSD: 1_000_000_001))
        #expect(sample.time == Instant(seconds: 1_795_338_000))
        #expect(sample.colour == .darkGreen)
        #expect(sample.names == ["a", "b"])
        #expect(sample.inner?.name == "x")
        #expect(sample.number == 1.25)
        #expect(sample.share == Percent(thousandths: 12_500))
        #expect(sample.date == CivilDate(year: 2026, month: 2, day: 28))
        #expect(sample.flag == nil)
    }

    @Test func byPosition() throws {
        let sample = try #require(try decode(#"["abc",null,0.5]"#).value)
        #expect(sample.text == "abc")
        #expect(sample.amount == Money(nanoUSD: 500_000_000))
        #expect(sample.colour == .green)
        #expect(try decode("[1,2,3,4,5,6,7,8,9,10,11,12]").faults.contains(" must be at most 11 values, got 12"))
    }

    @Test(arguments: [
        (#"{}"#, "/text is required: A text."), (#"{"text":null}"#, "/text is required: A text."),
        (#"{"text":""}"#, "/text must not be empty"),
        (#"{"text":"abcd"}"#, "/text must have at most 3 characters, got 4"),
        (#"{"text":5}"#, "/text must be text, got 5"),
        (#"{"text":"a","count":-5}"#, "/count must be a whole number of at least 0, got -5"),
        (#"{"text":"a","count":1.5}"#, "/count must be a whole number of at least 0, got 1.5"),
        (
            #"{"text":"a","count":9007199254740992}"#,
            "/count must be a whole number of at most 9007199254740991, got 9007199254740992"
        ),
        (#"{"text":"a","count":"5"}"#, #"/count must be a whole number of at least 0, got "5""#),
        (
            #"{"text":"a","amountUSD":-1}"#,
            "/amountUSD must be US dollars of at least 0 with at most 9 decimals, got -1"
        ),
        (
            #"{"text":"a","amountUSD":0.0000000001}"#,
            "/amountUSD must be US dollars of at least 0 with at most 9 decimals, got 0.0000000001"
        ),
        (#"{"text":"a","flag":1}"#, "/flag must be true or false, got 1"),
        (#"{"text":"a","colour":"blue"}"#, #"/colour must be one of red, green, darkGreen, got "blue""#),
        (
            #"{"text":"a","colour":"darkgreen"}"#,
            #"/colour must be one of red, green, darkGreen, got "darkgreen"; did you mean darkGreen?"#
        ),
        (#"{"text":"a","names":"x"}"#, #"/names must be an array, got "x""#),
        (#"{"text":"a","names":[]}"#, "/names must have 1 to 2 items, got 0"),
        (#"{"text":"a","names":["x",""]}"#, "/names/1 must not be empty"),
        (#"{"text":"a","inner":{"name":""}}"#, "/inner/name must not be empty; leave it out when it is not known"),
        (#"{"text":"a","inner":[]}"#, "/inner must be an object, got an array"),
        (#"{"text":"a","inner":{"nam":"x"}}"#, "/inner/nam is not known; did you mean name?"),
        (#"{"text":"a","inner":{"_meta":1}}"#, "/inner/_meta is not known; known are name"),
        (#"{"text":"a","number":2}"#, "/number must be a number of at least 0 and at most 1.5, got 2"),
        (#"{"text":"a","date":"2026-02-29"}"#, #"/date must be a date such as 2026-11-22, got "2026-02-29""#),
        (#"{"text":"a","cuont":1}"#, "/cuont is not known; did you mean count?"),
        (
            #"{"text":"a","a/b~c":1}"#,
            "/a~1b~0c is not known; known are text, count, amountUSD, flag, time, colour, names, inner, number, sharePercent, date"
        ),
        (#"{"text":"a","count":1,"flag":true}"#, "/flag cannot stand beside count"),
    ])
    func oneFault(params: String, fault: String) throws {
        let (value, faults) = try decode(params)
        #expect(value == nil)
        #expect(faults == [fault])
    }

    @Test func allFaultsAtOnce() throws {
        let faults = try decode(#"{"count":-1,"zzz":1,"inner":{"name":""},"time":"yesterday"}"#).faults
        #expect(faults.map { $0.prefix { $0 != " " } } == ["/count", "/zzz", "/inner/name", "/time", "/text"])
    }

    @Test func aHostileListOfFaultsIsCut() throws {
        let members = (0..<500).map { #""x\#($0)":1"# }.joined(separator: ",")
        #expect(try decode("{\(members)}").faults.count == Faults.most)
    }

    @Test func encodingKeepsTheOrderAndLeavesOutWhatIsNotThere() {
        var writer = JSONWriter()
        var sparse = Sample(text: "a\"b", share: Percent(thousandths: 99_500))
        Sample.shape.encode(&sparse, &writer)
        #expect(writer.string == #"{"text":"a\"b","amountUSD":null,"colour":"red","names":[],"sharePercent":99.5}"#)
        writer = JSONWriter()
        var full = Sample(
            text: "x", count: 3, amount: Money(nanoUSD: 1_500_000_000), time: Instant(seconds: 0),
            inner: Inner(name: nil),
            number: 0.1 + 0.2)
        Sample.shape.encode(&full, &writer)
        #expect(
            writer.string == #"{"text":"x","count":3,"amountUSD":1.5,"time":"1970-01-01T00:00:00Z","colour":"red","#
                + #""names":[],"inner":{},"number":0.3}"#)
    }
}
