"""The audit trail: written in the transaction of the act, verified from outside."""
