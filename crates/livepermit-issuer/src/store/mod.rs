//! What keeps cases, permits, status entries and the audit log.
