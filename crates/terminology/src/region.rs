//! The tree of body regions.
//!
//! Two regions meet when they are the same or one holds the other. A region may *lie on* another without being
//! part of what is treated there: the eyelid lies on the face.

/// One region of a [`RegionTree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegionId(u8);

impl RegionId {
    /// Its place in the tree's order.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A region's words.
#[derive(Debug, Clone)]
pub struct Region {
    /// The code, such as `upper-lip`.
    pub code: String,
    /// The plain name, such as `Upper lip`.
    pub title: String,
    /// Other words for it.
    pub synonyms: Vec<String>,
    /// Whether there is a right and a left one.
    pub is_paired: bool,
    /// The region that holds it, if any.
    pub parent: Option<RegionId>,
    /// The region it lies on without being part of what is treated there.
    pub lies_on: Option<RegionId>,
}

/// Every region, with `meets` and `inside` answered from bit masks.
#[derive(Debug, Clone, Default)]
pub struct RegionTree {
    regions: Vec<Region>,
    /// For each region, the set of regions that it holds, itself included.
    holds: Vec<u64>,
}

impl RegionTree {
    /// At most this many regions fit the masks.
    pub const LIMIT: usize = 64;

    /// Adds a region; `None` when the tree is full or a code is known already.
    pub fn add(&mut self, region: Region) -> Option<RegionId> {
        if self.regions.len() >= Self::LIMIT || self.find(&region.code).is_some() {
            return None;
        }
        let id = RegionId(u8::try_from(self.regions.len()).ok()?);
        let mut holder = region.parent;
        self.regions.push(region);
        self.holds.push(1 << id.0);
        while let Some(parent) = holder {
            if let Some(mask) = self.holds.get_mut(parent.index()) {
                *mask |= 1 << id.0;
            }
            holder = self.get(parent).parent;
        }
        Some(id)
    }

    /// Records that a region lies on another.
    pub fn lay(&mut self, upper: RegionId, lower: RegionId) {
        if let Some(region) = self.regions.get_mut(upper.index()) {
            region.lies_on = Some(lower);
        }
    }

    /// The region of a code.
    pub fn find(&self, code: &str) -> Option<RegionId> {
        let index = self.regions.iter().position(|region| region.code == code)?;
        u8::try_from(index).ok().map(RegionId)
    }

    /// A region's words.
    #[expect(
        clippy::indexing_slicing,
        reason = "ids are made only by `add`, which pushes the region"
    )]
    pub fn get(&self, id: RegionId) -> &Region {
        &self.regions[id.index()]
    }

    /// Every region in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = (RegionId, &Region)> {
        self.regions.iter().enumerate().filter_map(|(index, region)| {
            u8::try_from(index).ok().map(|index| (RegionId(index), region))
        })
    }

    /// The regions directly inside one.
    pub fn parts(&self, id: RegionId) -> impl Iterator<Item = RegionId> + '_ {
        self.all().filter(move |(_, region)| region.parent == Some(id)).map(|(part, _)| part)
    }

    /// Whether `inner` is `outer` or lies inside it.
    pub fn is_inside(&self, inner: RegionId, outer: RegionId) -> bool {
        self.holds.get(outer.index()).is_some_and(|mask| mask & (1 << inner.0) != 0)
    }

    /// Whether two regions are the same or one holds the other.
    pub fn meets(&self, left: RegionId, right: RegionId) -> bool {
        self.is_inside(left, right) || self.is_inside(right, left)
    }

    /// Whether `inner` is on `outer`: inside it, or lying on it (or on a part of it).
    pub fn is_on(&self, inner: RegionId, outer: RegionId) -> bool {
        self.is_inside(inner, outer)
            || self.get(inner).lies_on.is_some_and(|lower| self.is_inside(lower, outer))
    }
}
