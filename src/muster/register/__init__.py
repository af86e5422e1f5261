"""Is this object sought? Registers of lost, stolen and seized objects. docs/register.md"""

from muster.register.alert import CAVEAT, Alert, Answer, Candidate, Lookup, Number, alert_id
from muster.register.contract import as_contract, lookup_from
from muster.register.lifecycle import Hit
from muster.register.load import import_table
from muster.register.log import JournalLog, Log
from muster.register.lookup import expected_in_list
from muster.register.register import Register

__all__ = ["CAVEAT", "Alert", "Answer", "Candidate", "Hit", "JournalLog", "Log", "Lookup", "Number", "Register",
           "alert_id", "as_contract", "expected_in_list", "import_table", "lookup_from"]  # fmt: skip
