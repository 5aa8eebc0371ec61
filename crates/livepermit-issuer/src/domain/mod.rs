//! The life of a permit: pure rules. Time and random numbers are arguments.
