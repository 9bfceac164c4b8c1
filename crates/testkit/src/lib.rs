//! Invented skin, faces and photographs whose truth is known exactly, for tests, benchmarks and the demo.
