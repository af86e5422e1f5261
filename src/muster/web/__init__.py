"""The workbench: a case as pages on this machine. It reads what a run left, and changes nothing."""
