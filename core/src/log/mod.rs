//! What happened (floor 3).
