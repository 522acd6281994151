// stub
package enum LimitUnit: String, Sendable { case usd, tokens }
package enum BudgetLimit: Hashable, Sendable { case usd(Money), tokens(Int64)
  package var unit: LimitUnit { if case .usd = self { .usd } else { .tokens } }
  package var amount: Int64 { switch self { case .usd(let m): m.nanoUSD; case .tokens(let t): t } }
}
package struct BudgetScope: Hashable, Sendable { package var worker, task, project, model, operation: String?
  package init(worker: String? = nil, task: String? = nil, project: String? = nil, model: String? = nil, operation: String? = nil) { self.worker = worker; self.task = task; self.project = project; self.model = model; self.operation = operation } }
package enum Enforcement: String, Sendable { case hard, soft }
package struct Budget: Hashable, Sendable { package var name: String; package var limit: BudgetLimit; package var period: PeriodKind; package var resetDay: Int; package var scope: BudgetScope; package var thresholds: [Percent]; package var enforcement: Enforcement; package var countCacheReads: Bool
 package init(name: String, limit: BudgetLimit, period: PeriodKind, resetDay: Int, scope: BudgetScope, thresholds: [Percent], enforcement: Enforcement, countCacheReads: Bool) { self.name = name; self.limit = limit; self.period = period; self.resetDay = resetDay; self.scope = scope; self.thresholds = thresholds; self.enforcement = enforcement; self.countCacheReads = countCacheReads } }
