"""Every table, one module per noun. `metadata` is what the newest migration gives."""

from compliance.store.tables import accounts, assessments, certificates, evidence, records, transparency
from compliance.store.tables._types import metadata

GLOBAL_TABLES = frozenset({
    "organisations", "users", "sessions", "api_tokens", "email_codes", "recovery_codes", "attempts",
    "register_numbers", "confirmed_domains", "certificate_numbers", "questionnaires", "translations", "jobs",
    "idempotency_keys", "log_entries", "log_nodes", "log_heads", "log_checkpoints", "log_cosignatures",
    "status_lists", "key_lists",
})  # fmt: skip
"""Tables whose key does not begin with the organisation: what is looked up before it is known."""

__all__ = [
    "GLOBAL_TABLES", "accounts", "assessments", "certificates", "evidence", "metadata", "records", "transparency",
]  # fmt: skip
