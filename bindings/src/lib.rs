//! uniffi surface.
