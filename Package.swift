// swift-tools-version: 6.1
import PackageDescription

// A pure centre (Budgeting, Forecasting), the wire (JSONRPC), the store (Ledger), the methods (Advisor), and one
// thin executable. An arrow in docs/DESIGN.md is a dependency here.

// A record passes through all four targets in a few microseconds: let the optimiser see across them, and leave out the
// dynamic check for overlapping access in release builds (debug builds and tests have it).
let hotPath: [SwiftSetting] = [
    .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

let package = Package(
    name: "budget-advisor",
    products: [.executable(name: "budget-advisor", targets: ["budget-advisor"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .target(name: "Budgeting", swiftSettings: hotPath),
        .target(name: "Forecasting"),
        .target(name: "JSONRPC", swiftSettings: hotPath),
        .target(name: "AgentLogs", dependencies: ["Budgeting"]),
        .target(name: "Ledger", dependencies: ["Budgeting", "CSQLite"], swiftSettings: hotPath),
        .target(
            name: "Advisor", dependencies: ["AgentLogs", "Budgeting", "Forecasting", "JSONRPC", "Ledger"],
            swiftSettings: hotPath),
        .target(name: "Dashboard", dependencies: ["Advisor", "Budgeting", "JSONRPC"]),
        .executableTarget(
            name: "budget-advisor",
            dependencies: ["Advisor", "Dashboard", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .testTarget(name: "BudgetingTests", dependencies: ["Budgeting"]),
        .testTarget(name: "ForecastingTests", dependencies: ["Forecasting"]),
        .testTarget(name: "JSONRPCTests", dependencies: ["JSONRPC"]),
        .testTarget(
            name: "AgentLogsTests", dependencies: ["AgentLogs", "Budgeting", "JSONRPC"], exclude: ["Corpus"]),
        .testTarget(name: "LedgerTests", dependencies: ["Ledger"]),
        .testTarget(name: "AdvisorTests", dependencies: ["Advisor"]),
        .testTarget(name: "DashboardTests", dependencies: ["Advisor", "Dashboard"]),
        .testTarget(
            name: "EndToEndTests", dependencies: ["budget-advisor"],
            exclude: ["advisor_client.py", "coordinator.py", "race.py", "webhook.py", "dashboard.py"]),
    ]
)
