//! Pixels in rows: one value a pixel, or three.
//!
//! A plane knows its size and is never without all of its values. What a pixel's position means is said once here: the
//! *middle* of the pixel in column 0 and row 0 is at (0, 0), so that halving a plane puts (0, 0) at (0.5, 0.5) of the
//! larger one.

/// Values in rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane<T> {
    width: usize,
    height: usize,
    values: Vec<T>,
}

impl<T: Copy> Plane<T> {
    /// A plane of one value.
    pub fn filled(width: usize, height: usize, value: T) -> Self {
        Self { width, height, values: vec![value; width.saturating_mul(height)] }
    }

    /// A plane of values in rows; `None` when there are more or fewer than it has pixels.
    pub fn of(width: usize, height: usize, values: Vec<T>) -> Option<Self> {
        (width.checked_mul(height) == Some(values.len())).then_some(Self { width, height, values })
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The value of a pixel; `None` outside.
    pub fn get(&self, x: usize, y: usize) -> Option<T> {
        if x >= self.width {
            return None;
        }
        self.values.get(y.checked_mul(self.width)?.checked_add(x)?).copied()
    }

    /// Every value, row by row.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Every value, row by row, to be changed.
    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    /// The rows, from the top.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, T> {
        self.values.chunks_exact(self.width.max(1))
    }

    /// A plane of the same size, each value made of the one at its place.
    pub fn map<U: Copy>(&self, make: impl Fn(T) -> U) -> Plane<U> {
        let values = self.values.iter().map(|value| make(*value)).collect();
        Plane { width: self.width, height: self.height, values }
    }
}

/// How much of each pixel belongs to a region: 0 none, 255 all.
pub type Mask = Plane<u8>;

/// A photograph as it is worked with: upright, 8 bits, sRGB whatever profile the file had, red, green and blue together.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
    /// Focal length for 36 mm wide film, in mm, where the file says it.
    pub focal_35mm: Option<f64>,
}

impl Photo {
    /// A photograph of bytes, three a pixel; `None` when there are more or fewer, or none.
    pub fn of(width: usize, height: usize, rgb: Vec<u8>) -> Option<Self> {
        let pixels = width.checked_mul(height).filter(|pixels| *pixels > 0)?;
        (pixels.checked_mul(3) == Some(rgb.len())).then_some(Self {
            width,
            height,
            rgb,
            focal_35mm: None,
        })
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Red, green and blue of every pixel, row by row.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }
}

/// A photograph in linear light, from 0 to 1, relative to the sRGB white.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// Red.
    pub red: Plane<f32>,
    /// Green.
    pub green: Plane<f32>,
    /// Blue.
    pub blue: Plane<f32>,
}

impl Linear {
    /// A photograph without a pixel.
    pub(crate) fn none() -> Self {
        let none = || Plane::filled(0, 0, 0.0);
        Self { red: none(), green: none(), blue: none() }
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.red.width()
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.red.height()
    }
}
