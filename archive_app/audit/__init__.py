"""The audit trail: written in the transaction of the action, verified from outside."""
