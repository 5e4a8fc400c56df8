"""The same search on different databases, behind one interface (`base.Engine`)."""
