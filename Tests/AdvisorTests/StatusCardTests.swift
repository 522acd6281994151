// The cards of `status`: golden texts at 80 and 120 columns, with and without colour.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor

@Suite struct StatusCardTests {
    @Test func cardAt80Columns() throws {
        let expected = """
            作業者の予算  orange  [###########################==>] 91.2 %
              spent      $456.00 of $500.00, $20.00 held, $24.00 left
              usage      $456.00, 1.2M tokens (1M in, 200k out); 10.0 % of the cost is an
                         estimate: 'doctor' lists the models
              period     2026-11-01 to 2026-11-30 (Europe/Berlin), 8 days left with today,
                         pace 1.22 (too fast)
              forecast   $612.40 at the end, in 8 of 10 cases $540.00 to $700.25; 97 % to
                         pass the limit
              runs out   in 2 days, 2026-11-25 (between 2026-11-24 and 2026-11-27)
              movers     worker w-3 +$120.50; model claude-haiku-4-5 -$80.00; task gh-450
                         +$41.00
              next task  a normal task has to wait: normal work may go up to $450.00 (90 %)
                         of budget monthly. Ask again in 8 days.
              alerts     Budget \u{FFFD}[2J has reached 90 %. (3 days ago)
              advice     Start only work of high priority: it is late.

            w4  no limit is set
              usage      $0.00, 0 tokens
              period     since the ledger began
              advice     Set a limit: budget-advisor budget set monthly --limit-usd 500

            other budgets
              budget  level     used        spent      limit         left  period
              w3      yellow  80.0 %  800k tokens  1M tokens  200k tokens  day

            """
        #expect(statusView(try found(), on: Page(width: 80)) == expected)
    }

    @Test func cardAt120Columns() throws {
        let expected = """
            作業者の予算  orange  [###########################==>] 91.2 %
              spent      $456.00 of $500.00, $20.00 held, $24.00 left
              usage      $456.00, 1.2M tokens (1M in, 200k out); 10.0 % of the cost is an estimate: 'doctor' lists the models
              period     2026-11-01 to 2026-11-30 (Europe/Berlin), 8 days left with today, pace 1.22 (too fast)
              forecast   $612.40 at the end, in 8 of 10 cases $540.00 to $700.25; 97 % to pass the limit
              runs out   in 2 days, 2026-11-25 (between 2026-11-24 and 2026-11-27)
              movers     worker w-3 +$120.50; model claude-haiku-4-5 -$80.00; task gh-450 +$41.00
              next task  a normal task has to wait: normal work may go up to $450.00 (90 %) of budget monthly. Ask again in 8 days.
              alerts     Budget \u{FFFD}[2J has reached 90 %. (3 days ago)
              advice     Start only work of high priority: it is late.

            w4  no limit is set
              usage      $0.00, 0 tokens
              period     since the ledger began
              advice     Set a limit: budget-advisor budget set monthly --limit-usd 500

            other budgets
              budget  level     used        spent      limit         left  period
              w3      yellow  80.0 %  800k tokens  1M tokens  200k tokens  day

            """
        #expect(statusView(try found(), on: Page(width: 120)) == expected)
    }

    /// Colours change nothing but colours.
    @Test(arguments: [80, 120])
    func colouredCard(width: Int) throws {
        let coloured = statusView(try found(), on: Page(isColoured: true, width: width))
        #expect(uncoloured(coloured) == statusView(try found(), on: Page(width: width)))
        #expect(coloured.contains("\u{1B}[1m作業者の予算\u{1B}[0m  \u{1B}[38;5;208morange\u{1B}[0m"))
        #expect(coloured.contains("\u{1B}[38;5;208m[###########################==>]\u{1B}[0m 91.2 %"))
        #expect(coloured.contains("\u{1B}[2m  runs out\u{1B}[0m   in 2 days"))
    }

    @Test(arguments: [80, 120])
    func noLineIsWiderThanThePage(width: Int) throws {
        for line in statusView(try found(), on: Page(width: width)).split(separator: "\n") {
            #expect(displayWidth(String(line)) <= width)
        }
    }

    @Test func oneLine() throws {
        let card = try #require(try found().cards.first)
        #expect(
            statusLine(card, on: Page()) == "作業者の予算 orange 91.2% | $24.00 left of $500.00 | runs out in 2 days\n")
        var exceeded = card
        exceeded.status = exceeded.status.with("exceeded", true)
        #expect(statusLine(exceeded, on: Page()).hasSuffix(" | exceeded\n"))
        let nothing = CardFacts(status: try JSON(parsing: #"{"budget":"monthly","costUSD":3}"#), now: card.now)
        #expect(statusLine(nothing, on: Page()) == "monthly no limit | $3.00 spent\n")
    }

    @Test func anotherLineOfTheOldPictureIsCleared() {
        #expect(repainted("a\nb\nc\n", height: 3) == "\u{1B}[Ha\u{1B}[K\nb\u{1B}[J")
    }

    private func found() throws -> StatusCards {
        let status = try JSON(
            parsing: #"{"budget":"作業者の予算","period":{"kind":"month","start":"2026-10-31T23:00:00Z","#
                + #""end":"2026-11-30T23:00:00Z","timeZone":"Europe/Berlin","daysRemaining":8},"#
                + #""unit":"usd","limit":500,"spent":456,"reserved":20,"remaining":24,"usedPercent":91.2,"#
                + #""committedPercent":104,"level":"orange","exceeded":false,"pace":1.218,"costUSD":456,"#
                + #""tokens":{"input":1000000,"output":200000,"cacheRead":0,"cacheWrite":0,"total":1200000},"#
                + #""coverage":{"billedPercent":80,"listPricePercent":10,"estimatePercent":10},"#
                + #""recommendation":"Start only work of high priority: it is late.","activeAlerts":["#
                + #"{"id":1,"firedAt":"2026-11-20T10:30:00Z","message":"Budget \u001b[2J has reached 90 %."}]}"#)
        let forecast = try JSON(
            parsing: #"{"projected":{"p10":540,"p50":612.4,"p90":700.25},"overLimitProbability":0.97,"#
                + #""exhaustion":{"p10":"2026-11-24","p50":"2026-11-25","p90":"2026-11-27"},"explanation":{"drivers":["#
                + #"{"sort":"worker","name":"w-3","change":120.5},{"sort":"model","name":"claude-haiku-4-5","#
                + #""change":-80},{"sort":"task","name":"gh-450","change":41}]}}"#)
        let decision = try JSON(
            parsing: #"{"decision":"defer","approved":false,"reason":{"message":"normal work may go up to $450.00 "#
                + #"(90 %) of budget monthly."},"retryAfterSeconds":667096}"#)
        let now = try Instant(rfc3339: "2026-11-23T07:30:00Z")
        let row = try JSON(
            parsing: #"{"budget":"w3","level":"yellow","usedPercent":80,"remaining":200000,"unit":"tokens","#
                + #""limit":1000000,"spent":800000,"reserved":0,"period":"day"}"#)
        return StatusCards(
            cards: [
                CardFacts(status: status, forecast: forecast, decision: decision, now: now),
                CardFacts(
                    status: try JSON(
                        parsing:
                            #"{"budget":"w4","costUSD":0,"tokens":{"input":0,"output":0,"cacheRead":0,"cacheWrite":0,"total":0}}"#
                    ), now: now),
            ], others: [row])
    }
}
