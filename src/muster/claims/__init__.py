"""Articles in, claims out; then each claim against the evidence held.

Reading: `article` → `read` → `as_contract`. Quotations: `compare_quote`. Testing: `measures` and `test`.
"""

from muster.claims.article import Article, article
from muster.claims.quotes import QuoteCheck, compare_quote
from muster.claims.read import as_contract, read

__all__ = ["Article", "QuoteCheck", "article", "as_contract", "compare_quote", "read"]
