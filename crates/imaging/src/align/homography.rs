//! How a plane moves between two photographs: a homography of positions, and how it is fitted.
#![expect(clippy::indexing_slicing, reason = "indices run below the lengths of fixed arrays")]

use crate::equations::solved;

/// A position: x to the right, y down.
pub(crate) type Point = [f64; 2];

/// A homography: nine numbers row by row, the last of them one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Homography(pub(crate) [[f64; 3]; 3]);

impl Homography {
    /// Leaves everything where it is.
    pub(crate) const IDENTITY: Self = Self([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

    /// Where a position goes.
    pub(crate) fn place(&self, [x, y]: Point) -> Point {
        let [a, b, c] = &self.0;
        let scale = c[0] * x + c[1] * y + c[2];
        [(a[0] * x + a[1] * y + a[2]) / scale, (b[0] * x + b[1] * y + b[2]) / scale]
    }

    /// Both, `first` before this one.
    pub(crate) fn after(&self, first: &Self) -> Self {
        let mut product = [[0.0; 3]; 3];
        for (row, out) in self.0.iter().zip(&mut product) {
            for (at, cell) in out.iter_mut().enumerate() {
                *cell = (0..3).map(|k| row[k] * first.0[k][at]).sum();
            }
        }
        Self(product).normal()
    }

    /// The same with one as its last number.
    fn normal(self) -> Self {
        let last = self.0[2][2];
        if last.abs() < 1e-12 { self } else { Self(self.0.map(|row| row.map(|cell| cell / last))) }
    }

    /// Of positions of a smaller picture, turned into one of positions of a picture so many times larger.
    pub(crate) fn enlarged(&self, factor: f64) -> Self {
        let shift = 0.5 * (factor - 1.0);
        let up = Self([[factor, 0.0, shift], [0.0, factor, shift], [0.0, 0.0, 1.0]]);
        let back = -shift / factor;
        let down = Self([[1.0 / factor, 0.0, back], [0.0, 1.0 / factor, back], [0.0, 0.0, 1.0]]);
        up.after(&self.after(&down))
    }

    /// The way back; `None` where there is none.
    pub(crate) fn inverse(&self) -> Option<Self> {
        let m = &self.0;
        let minor = |r: [usize; 2], c: [usize; 2]| {
            m[r[0]][c[0]] * m[r[1]][c[1]] - m[r[0]][c[1]] * m[r[1]][c[0]]
        };
        let first = [minor([1, 2], [1, 2]), -minor([1, 2], [0, 2]), minor([1, 2], [0, 1])];
        let determinant: f64 = m[0].iter().zip(&first).map(|(a, b)| a * b).sum();
        if determinant.abs() < 1e-12 {
            return None;
        }
        let adjoint = [
            [first[0], -minor([0, 2], [1, 2]), minor([0, 1], [1, 2])],
            [first[1], minor([0, 2], [0, 2]), -minor([0, 1], [0, 2])],
            [first[2], -minor([0, 2], [0, 1]), minor([0, 1], [0, 1])],
        ];
        Some(Self(adjoint.map(|row| row.map(|cell| cell / determinant))).normal())
    }

    /// Scale and turning angle (radians) at a position.
    pub(crate) fn similarity_at(&self, point: Point) -> (f64, f64) {
        let [x, y] = self.place(point);
        let [x1, y1] = self.place([point[0] + 1.0, point[1]]);
        let [x2, y2] = self.place([point[0], point[1] + 1.0]);
        let (a, c, b, d) = (x1 - x, y1 - y, x2 - x, y2 - y);
        ((a * d - b * c).abs().sqrt(), (c - b).atan2(a + d))
    }
}

/// Pairs of positions with a weight each, fitted by least squares of the algebraic error; `None` where they do not say.
pub(crate) fn fit(pairs: &[(Point, Point, f64)]) -> Option<Homography> {
    let (from, to) = (Frame::of(pairs.iter().map(|pair| (pair.0, pair.2)))?, {
        Frame::of(pairs.iter().map(|pair| (pair.1, pair.2)))?
    });
    let mut normal = [[0.0_f64; 9]; 8];
    for (p, q, weight) in pairs {
        let ([x, y], [u, v]) = (from.put(*p), to.put(*q));
        let rows = [
            [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u],
            [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v],
        ];
        for row in rows {
            for (out, left) in normal.iter_mut().zip(&row) {
                for (cell, right) in out.iter_mut().zip(&row) {
                    *cell += weight * left * right;
                }
            }
        }
    }
    let h = solved(normal, 1e-10)?.map(|row| row[8]);
    let inner = Homography([[h[0], h[1], h[2]], [h[3], h[4], h[5]], [h[6], h[7], 1.0]]);
    Some(to.out().after(&inner.after(&from.within())))
}

/// A frame in which positions are near one, so that the numbers to be solved are of one size.
struct Frame {
    middle: Point,
    size: f64,
}

impl Frame {
    fn of(points: impl Iterator<Item = (Point, f64)> + Clone) -> Option<Self> {
        let weight: f64 = points.clone().map(|(_, weight)| weight).sum();
        if weight <= 0.0 {
            return None;
        }
        let sum = points.clone().fold([0.0, 0.0], |sum, (point, weight)| {
            [sum[0] + weight * point[0], sum[1] + weight * point[1]]
        });
        let middle = sum.map(|sum| sum / weight);
        let spread: f64 = points
            .map(|([x, y], weight)| weight * ((x - middle[0]).powi(2) + (y - middle[1]).powi(2)))
            .sum();
        let size = (spread / weight).sqrt();
        (size > 1e-6).then_some(Self { middle, size })
    }

    fn put(&self, [x, y]: Point) -> Point {
        [(x - self.middle[0]) / self.size, (y - self.middle[1]) / self.size]
    }

    fn within(&self) -> Homography {
        let (s, [x, y]) = (1.0 / self.size, self.middle);
        Homography([[s, 0.0, -x * s], [0.0, s, -y * s], [0.0, 0.0, 1.0]])
    }

    fn out(&self) -> Homography {
        let (s, [x, y]) = (self.size, self.middle);
        Homography([[s, 0.0, x], [0.0, s, y], [0.0, 0.0, 1.0]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_homography_is_found_again_and_undone() {
        let truth = Homography([[0.98, -0.05, 30.0], [0.06, 1.01, -12.0], [1e-5, -2e-5, 1.0]]);
        let grid =
            (0..6).flat_map(|x| (0..6).map(move |y| [f64::from(x) * 170.0, f64::from(y) * 90.0]));
        let pairs: Vec<_> = grid.map(|point| (point, truth.place(point), 1.0)).collect();
        let found = fit(&pairs).unwrap();
        for (point, to, _) in &pairs {
            let [x, y] = found.place(*point);
            assert!((x - to[0]).abs() < 1e-6 && (y - to[1]).abs() < 1e-6);
            let [x, y] = truth.inverse().unwrap().place(*to);
            assert!((x - point[0]).abs() < 1e-6 && (y - point[1]).abs() < 1e-6);
        }
        let large = truth.enlarged(4.0);
        let ([x, y], [u, v]) = (truth.place([10.0, 20.0]), large.place([41.5, 81.5]));
        assert!((4.0 * x + 1.5 - u).abs() < 1e-9 && (4.0 * y + 1.5 - v).abs() < 1e-9);
    }

    #[test]
    fn points_on_a_line_say_nothing() {
        let pairs: Vec<_> =
            (0..9).map(|at| ([f64::from(at), 0.0], [f64::from(at), 1.0], 1.0)).collect();
        assert_eq!(fit(&pairs), None);
    }
}
