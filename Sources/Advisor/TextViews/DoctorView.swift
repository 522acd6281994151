// What `doctor` found, for a person and as JSON.
import Budgeting
import JSONRPC
import Ledger

extension Examination {
    package var json: JSON {
        .object([
            ("healthy", obstacle != nil && faults.isEmpty ? .null : .bool(faults.isEmpty)),
            ("faults", .array(faults.map(JSON.string))),
            ("notes", .array(notes.map(JSON.string))),
            ("obstacle", obstacle.map(JSON.string) ?? .null),
            ("ledger", ledgerJSON),
            (
                "unpricedModels",
                .array(
                    (health?.unpricedModels ?? []).map {
                        .object([
                            ("model", .string($0.model)), ("records", .int(Int($0.records))),
                            ("estimatedUSD", .number($0.estimatedCost.decimalText)),
                        ])
                    })
            ),
            (
                "settings",
                .array(
                    settings.map {
                        .object([
                            ("name", .string($0.name)), ("value", $0.text.map(JSON.string) ?? .null),
                            ("source", .string($0.source.label)),
                        ])
                    })
            ),
            (
                "versions",
                .object([
                    ("budgetAdvisor", .string(programVersion)), ("sqlite", .string(sqliteVersion)),
                    ("ledger", health.map { .int(Int($0.schemaVersion)) } ?? .null),
                ])
            ),
        ])
    }

    private var ledgerJSON: JSON {
        var members: [(name: String, value: JSON)] = [("path", .string(ledgerPath)), ("exists", .bool(health != nil))]
        guard let health else { return .object(members) }
        members += [
            ("bytes", .int(Int(fileBytes))), ("records", .int(Int(health.usageRows))),
            ("timeZone", timeZone.map(JSON.string) ?? .null),
            ("lastRecordAt", health.lastUsageAt.map { .string($0.rfc3339) } ?? .null),
            ("futureRecords", .int(Int(health.futureRecords))),
            (
                "holds",
                .object([
                    ("live", .int(Int(holds.live))), ("orphans", .int(Int(holds.orphans))),
                    ("expired", .int(Int(holds.expired))),
                ])
            ),
        ]
        return .object(members)
    }

    package func view(on page: Page) -> String {
        var text = verdict(page)
        for fault in faults { text += wrapped("fault: " + visible(fault), indent: 9, first: 2, width: page.width) }
        if let obstacle { text += wrapped(visible(obstacle), indent: 4, first: 2, width: page.width) }
        for note in notes { text += wrapped("note: " + visible(note), indent: 8, first: 2, width: page.width) }
        text += "\n" + page.paint("ledger", .bold) + "\n  \(visible(ledgerPath))\n"
        if let health {
            text += "  \(health.usageRows) records, \(sizeText(fileBytes)), version \(health.schemaVersion), "
            text += "days of \(timeZone ?? "UTC")"
            if let last = health.lastUsageAt { text += ", last record \(last.rfc3339)" }
            text += "\n  \(holds.live) amounts held for approved tasks\n"
        }
        var table = TextTable([.left("setting"), .left("value", widest: 80), .left("from")])
        for setting in settings {
            table.add([.init(setting.name), .init(setting.text ?? "-"), .init(setting.source.label)])
        }
        text += "\n" + table.text(on: page)
        return text + "\nbudget-advisor \(programVersion), SQLite \(sqliteVersion)\n"
    }

    private func verdict(_ page: Page) -> String {
        if !faults.isEmpty { return page.paint("faults found", .red) + "\n" }
        return obstacle == nil ? page.paint("healthy", .green) + "\n" : page.paint("cannot tell", .orange) + "\n"
    }
}

/// `4.2 MB`: powers of 1,000, as disks are sold.
private func sizeText(_ bytes: Int64) -> String {
    bytes < 1000 ? "\(bytes) bytes" : shortCount(bytes).replacingSuffix + "B"
}

extension String {
    /// `B` of a count (thousand millions) is `G` of bytes.
    fileprivate var replacingSuffix: String {
        guard let last else { return self }
        return dropLast() + " " + (last == "B" ? "G" : String(last))
    }
}
