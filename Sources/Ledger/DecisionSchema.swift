// What approvals need beyond their first tables: decisions by task, and grants that may pass a limit.

extension Schema {
    // `decisionOfTask` keeps the decisions on a task together: they are listed, and a run finds what was expected of it.
    // `approvalAnswer.overLimit`: the person said that the grant may pass a hard limit.
    static let decisionsByTask = """
        CREATE INDEX decisionOfTask ON decision(task);
        ALTER TABLE approvalAnswer ADD COLUMN overLimit INTEGER NOT NULL DEFAULT 0;
        """
}
