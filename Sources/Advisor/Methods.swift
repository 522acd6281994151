// The one list of all methods: dispatch, schemas, OpenRPC, MCP tools, help and the README follow it.

package let allMethods: [AnyMethod] = [
    AnyMethod(RecordUsage.method),
    AnyMethod(GetStatus.method),
    AnyMethod(GetUsage.method),
    AnyMethod(AdjustUsage.method),
    AnyMethod(EstimateCost.method),
    AnyMethod(ListPrices.method),
    AnyMethod(SetPrice.method),
    AnyMethod(ApproveTask.method),
    AnyMethod(CheckInTask.method),
    AnyMethod(CompleteTask.method),
    AnyMethod(ListTasks.method),
    AnyMethod(SetBudget.method),
    AnyMethod(ListBudgets.method),
    AnyMethod(RemoveBudget.method),
    AnyMethod(ListAlerts.method),
    AnyMethod(AcknowledgeAlert.method),
    AnyMethod(Ping.method),
    AnyMethod(GetVersion.method),
    AnyMethod(Discover.method),
]
