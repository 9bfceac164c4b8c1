//! How a flat thing lies in a photograph: from its own columns and rows to pixels, by least squares through many points.

use crate::align::homography::{self, Homography};

/// Across and down.
type Point = (f64, f64);

/// A plane seen in perspective.
#[derive(Debug, Clone, Copy)]
pub(super) struct Perspective(Homography);

impl Perspective {
    /// Through pairs of a place on the thing and one in the photograph; `None` when they do not say how it lies.
    pub(super) fn through(pairs: &[(Point, Point)]) -> Option<Self> {
        let pairs: Vec<_> =
            pairs.iter().map(|((u, v), (x, y))| ([*u, *v], [*x, *y], 1.0)).collect();
        homography::fit(&pairs).map(Self)
    }

    /// Where a place of the thing is in the photograph.
    pub(super) fn of(&self, (u, v): (f64, f64)) -> (f64, f64) {
        let [x, y] = self.0.place([u, v]);
        (x, y)
    }

    /// How many pixels a step of one is at a place, in the mean of all directions.
    pub(super) fn step(&self, (u, v): (f64, f64)) -> f64 {
        let (left, right) = (self.of((u - 0.5, v)), self.of((u + 0.5, v)));
        let (above, below) = (self.of((u, v - 0.5)), self.of((u, v + 0.5)));
        let across = (right.0 - left.0, right.1 - left.1);
        let down = (below.0 - above.0, below.1 - above.1);
        (across.0 * down.1 - across.1 * down.0).abs().sqrt()
    }
}
