"""The office (审批): inbox and case page of the departments."""
