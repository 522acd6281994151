// What a view of the dashboard shows: the results of methods, called in process like any front's.
import Advisor
import Budgeting
import JSONRPC

/// The results that one view needs.
enum DashboardFacts {
    case budgets(StatusCards)
    case forecast(card: CardFacts, spentByDay: [JSON], place: String)
    case days(JSON)
    case breakdown(JSON, group: String, order: String)
    case tasks(JSON)
    case alerts(alerts: JSON, decisions: JSON)
    /// The store cannot be read now: why.
    case problem(String)
}

extension Dispatcher {
    func facts(for state: DashboardState) -> DashboardFacts {
        do throws(WireError) {
            switch state.view {
            case .budgets: return .budgets(try statusCards(.object([])))
            case .forecast: return try forecastFacts(state)
            case .days: return .days(try lastDays())
            case .breakdown:
                let group = DashboardState.groups[state.group]
                let order = DashboardState.orders[state.order]
                let params = JSON.object([
                    ("groupBy", .array([.string(group)])), ("orderBy", .string(order)), ("limit", 500),
                ])
                return .breakdown(try call("getUsage", params), group: group, order: order)
            case .tasks: return .tasks(try call("listTasks", .object([("state", "claimed"), ("limit", 200)])))
            case .alerts:
                return .alerts(
                    alerts: try call("listAlerts", .object([("limit", 50)])),
                    decisions: try call("listDecisions", .object([("limit", 100)])))
            }
        } catch {
            return .problem(error.message)
        }
    }

    private func lastDays() throws(WireError) -> JSON {
        let now = try call("getReport", .object([("period", "day"), ("by", .array([]))]))
        let today = now["to"]?.string.flatMap { CivilDate(text: $0) }
        guard let today else { return .null }
        let first = CivilDate(dayNumber: today.dayNumber - 29).description
        return try call(
            "getUsage",
            .object([("groupBy", .array(["day"])), ("from", .string(first)), ("to", .string(today.description))]))
    }

    /// The overall budget comes first, the others in the order of getStatus. What was spent by the end of a past day is what getStatus says
    /// of it, so that every budget counts by its own rules.
    private func forecastFacts(_ state: DashboardState) throws(WireError) -> DashboardFacts {
        let all = try call("getStatus")
        let overall = all["limit"]?.isNull == false ? all["budget"]?.string : nil
        let others = (all["budgets"]?.array ?? []).compactMap { $0["budget"]?.string }.filter { $0 != overall }
        let names = (overall.map { [$0] } ?? []) + others
        let place = names.isEmpty ? 0 : state.budget % names.count
        let asked = JSON.object(names.isEmpty ? [] : [("budget", .string(names[place]))])
        let status = try call("getStatus", asked)
        guard status["limit"]?.isNull == false else {
            return .forecast(card: CardFacts(status: status, now: session.now), spentByDay: [], place: "")
        }
        let forecast = try call("forecast", asked.with("detail", "full"))
        var days: [JSON] = []
        if let start = status["period"]?["start"]?.instant, status["period"]?["end"]?.isNull == false {
            // The middle of a day stays inside it when clocks change.
            var noon = start.adding(seconds: 43_200)
            while noon.adding(seconds: -43_200) < session.now, days.count < 62 {
                let at = JSON.string(min(noon, session.now).rfc3339)
                days.append(try call("getStatus", asked.with("at", at))["spent"] ?? .null)
                noon = noon.adding(seconds: 86_400)
            }
        }
        return .forecast(
            card: CardFacts(status: status, forecast: forecast, now: session.now), spentByDay: days,
            place: names.count > 1 ? "\(place + 1) of \(names.count), b: next" : "")
    }
}
