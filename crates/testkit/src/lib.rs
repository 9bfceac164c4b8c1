//! Invented skin, faces and photographs whose truth is known exactly, for tests, benchmarks and the demo.
//!
//! ```text
//! pigment ── skin ─┐
//!                  ├─ scene ── camera ── Photo
//!            face ─┘     └───── pair ─── Photo, Photo, Truth
//! ```
//!
//! Everything follows from seeds: the same scene gives the same bytes on any number of threads. Nobody is shown: heads are
//! formulas, and skins are noise. What is drawn moves as skin does, but it is no skin: a number that holds here is
//! necessary, not sufficient.

pub mod camera;
pub mod face;
mod noise;
mod number;
pub mod pair;
pub mod pigment;
pub mod scene;
pub mod series;
pub mod skin;

pub use noise::Dice;
