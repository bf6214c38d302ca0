"""Tables of the stages → warehouse, audits, swap, returned lists, report."""
