//! What is recorded (floor 2).
