//! Three-valued logic after Kleene, as formulas over numbered questions, compiled to bit masks.
//!
//! A question (an *atom*) is true, false or unknown. `all` is false as soon as one part is false, `any` true as
//! soon as one part is true, and only then does an unknown part matter. Nothing here knows what an atom asks.

/// True, false, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trit {
    /// It does not hold.
    False,
    /// It cannot be told.
    Unknown,
    /// It holds.
    True,
}

impl Trit {
    /// A known answer.
    pub fn known(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

impl std::ops::Not for Trit {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

/// A formula over atoms of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition<A> {
    /// Every part holds.
    All(Vec<Condition<A>>),
    /// At least one part holds.
    Any(Vec<Condition<A>>),
    /// The part does not hold.
    Not(Box<Condition<A>>),
    /// One question.
    Ask(A),
}

impl<A> Condition<A> {
    /// Its value, given each atom's.
    pub fn evaluate(&self, ask: &mut impl FnMut(&A) -> Trit) -> Trit {
        match self {
            Self::All(parts) => {
                let mut value = Trit::True;
                for part in parts {
                    value = value.and(part.evaluate(ask));
                }
                value
            }
            Self::Any(parts) => {
                let mut value = Trit::False;
                for part in parts {
                    value = value.or(part.evaluate(ask));
                }
                value
            }
            Self::Not(part) => !part.evaluate(ask),
            Self::Ask(atom) => ask(atom),
        }
    }

    /// Visits every atom with whether it stands under an even number of `not`s.
    pub fn visit<'c>(&'c self, positive: Sign, see: &mut impl FnMut(&'c A, Sign)) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.visit(positive, see);
                }
            }
            Self::Not(part) => part.visit(positive.flipped(), see),
            Self::Ask(atom) => see(atom, positive),
        }
    }

    /// The same formula over other atoms.
    pub fn map<B>(&self, to: &mut impl FnMut(&A) -> B) -> Condition<B> {
        match self {
            Self::All(parts) => Condition::All(parts.iter().map(|part| part.map(to)).collect()),
            Self::Any(parts) => Condition::Any(parts.iter().map(|part| part.map(to)).collect()),
            Self::Not(part) => Condition::Not(Box::new(part.map(to))),
            Self::Ask(atom) => Condition::Ask(to(atom)),
        }
    }
}

/// Whether an atom supports its formula or speaks against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Under an even number of `not`s.
    For,
    /// Under an odd number.
    Against,
}

impl Sign {
    fn flipped(self) -> Self {
        match self {
            Self::For => Self::Against,
            Self::Against => Self::For,
        }
    }
}

/// The number of 64-bit words in a [`Truth`].
pub const WORDS: usize = 6;
/// At most this many atoms fit.
pub const ATOMS_MAX: usize = WORDS * 64;

/// The value of every atom: a bit for *holds*, a bit for *open*; neither is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Truth {
    holds: [u64; WORDS],
    open: [u64; WORDS],
}

impl Truth {
    /// Sets one atom. Atoms over [`ATOMS_MAX`] are not made (`Formula::compile` refuses them).
    #[inline]
    pub fn set(&mut self, atom: u16, value: Trit) {
        // Without branches: what an answer is cannot be foreseen, and a wrong guess costs more than both writes.
        let bit = atom % 64;
        if let Some((holds, open)) = self.word(atom) {
            *holds = *holds & !(1 << bit) | u64::from(value == Trit::True) << bit;
            *open = *open & !(1 << bit) | u64::from(value == Trit::Unknown) << bit;
        }
    }

    /// Raises one atom: a true one stays true.
    #[inline]
    pub fn raise(&mut self, atom: u16, value: Trit) {
        let bit = atom % 64;
        if let Some((holds, open)) = self.word(atom) {
            *holds |= u64::from(value == Trit::True) << bit;
            *open = (*open | u64::from(value == Trit::Unknown) << bit) & !*holds;
        }
    }

    /// One atom's value.
    #[inline]
    pub fn get(&self, atom: u16) -> Trit {
        let has = |words: &[u64]| {
            words.get(usize::from(atom / 64)).is_some_and(|word| word & (1 << (atom % 64)) != 0)
        };
        if has(&self.holds) {
            Trit::True
        } else if has(&self.open) {
            Trit::Unknown
        } else {
            Trit::False
        }
    }

    /// Makes every atom of a mask true.
    #[inline]
    pub fn hold(&mut self, mask: &Mask) {
        for ((holds, open), bits) in self.holds.iter_mut().zip(&mut self.open).zip(&mask.0) {
            *holds |= bits;
            *open &= !bits;
        }
    }

    /// The words in which an atom stands.
    #[inline]
    fn word(&mut self, atom: u16) -> Option<(&mut u64, &mut u64)> {
        let word = usize::from(atom / 64);
        self.holds.get_mut(word).zip(self.open.get_mut(word))
    }

    /// Every atom that is not false, by words.
    #[inline]
    pub fn stirred(&self) -> [u64; WORDS] {
        let mut words = self.holds;
        for (word, open) in words.iter_mut().zip(&self.open) {
            *word |= open;
        }
        words
    }

    /// What a question about each word of a mask comes to, all words together. There are few words, and a loop of
    /// fixed length over all of them is quicker than choosing among them.
    #[inline]
    fn over(&self, mask: &Mask, ask: impl Fn(u64, u64, u64) -> u64) -> u64 {
        let words = mask.0.iter().zip(&self.holds).zip(&self.open);
        words.fold(0, |found, ((bits, holds), open)| found | ask(*bits, *holds, *open))
    }
}

/// A set of atoms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask([u64; WORDS]);

impl Mask {
    /// Adds an atom.
    pub fn insert(&mut self, atom: u16) {
        if let Some(bits) = self.0.get_mut(usize::from(atom / 64)) {
            *bits |= 1 << (atom % 64);
        }
    }

    /// The atoms of both.
    #[inline]
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (bits, more) in both.0.iter_mut().zip(&other.0) {
            *bits &= more;
        }
        both
    }

    /// Its words that are not empty, with their places.
    pub fn words(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.0.iter().copied().enumerate().filter(|(_, bits)| *bits != 0)
    }

    /// Adds every atom of another.
    fn extend(&mut self, other: &Self) {
        for (bits, more) in self.0.iter_mut().zip(&other.0) {
            *bits |= more;
        }
    }
}

/// A compiled formula.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    /// Every atom of the mask and every part holds.
    All(Mask, Vec<Formula>),
    /// Some atom of the mask or some part holds.
    Any(Mask, Vec<Formula>),
    /// The part does not hold.
    Not(Box<Formula>),
}

impl Formula {
    /// Compiles a formula over numbered atoms.
    pub fn compile(condition: &Condition<u16>) -> Self {
        match condition {
            Condition::Ask(atom) => {
                let mut mask = Mask::default();
                mask.insert(*atom);
                Self::All(mask, Vec::new())
            }
            Condition::Not(part) => Self::Not(Box::new(Self::compile(part))),
            Condition::All(parts) => {
                let (mask, rest) = Self::gather(parts);
                Self::All(mask, rest)
            }
            Condition::Any(parts) => {
                let (mask, rest) = Self::gather(parts);
                Self::Any(mask, rest)
            }
        }
    }

    fn gather(parts: &[Condition<u16>]) -> (Mask, Vec<Self>) {
        let mut mask = Mask::default();
        let mut rest = Vec::new();
        for part in parts {
            match part {
                Condition::Ask(atom) => mask.insert(*atom),
                Condition::All(inner) | Condition::Any(inner) if inner.len() == 1 => {
                    let (inner_mask, inner_rest) = Self::gather(inner);
                    mask.extend(&inner_mask);
                    rest.extend(inner_rest);
                }
                Condition::All(_) | Condition::Any(_) | Condition::Not(_) => {
                    rest.push(Self::compile(part));
                }
            }
        }
        (mask, rest)
    }

    /// Its value under a truth assignment.
    #[inline]
    pub fn evaluate(&self, truth: &Truth) -> Trit {
        match self {
            Self::All(mask, rest) => {
                let is_one_false =
                    truth.over(mask, |bits, holds, open| bits & !(holds | open)) != 0;
                let is_one_open = truth.over(mask, |bits, _, open| bits & open) != 0;
                let value = if is_one_open { Trit::Unknown } else { Trit::True };
                let value = if is_one_false { Trit::False } else { value };
                rest.iter().fold(value, |value, part| value.and(part.evaluate(truth)))
            }
            Self::Any(mask, rest) => {
                let is_one_true = truth.over(mask, |bits, holds, _| bits & holds) != 0;
                let is_one_open = truth.over(mask, |bits, _, open| bits & open) != 0;
                let value = if is_one_open { Trit::Unknown } else { Trit::False };
                let value = if is_one_true { Trit::True } else { value };
                rest.iter().fold(value, |value, part| value.or(part.evaluate(truth)))
            }
            Self::Not(part) => !part.evaluate(truth),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(seed: &mut u64, depth: u32) -> Condition<u16> {
        let mut draw = || {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *seed >> 33
        };
        let pick = if depth == 0 { 0 } else { draw() % 4 };
        let count = draw() % 4;
        match pick {
            1 => Condition::All((0..count).map(|_| some(seed, depth - 1)).collect()),
            2 => Condition::Any((0..count).map(|_| some(seed, depth - 1)).collect()),
            3 => Condition::Not(Box::new(some(seed, depth - 1))),
            _ => Condition::Ask(u16::try_from(draw() % 4).unwrap() * 90),
        }
    }

    #[test]
    fn the_compiled_formula_agrees_with_the_tree_on_every_assignment() {
        let mut seed = 7;
        for _ in 0..400 {
            let tree = some(&mut seed, 4);
            let formula = Formula::compile(&tree);
            for code in 0..81_usize {
                let values = [Trit::False, Trit::Unknown, Trit::True];
                let mut truth = Truth::default();
                let value = |atom: u16| values[code / 3_usize.pow(u32::from(atom / 90)) % 3];
                for atom in [0, 90, 180, 270] {
                    truth.set(atom, value(atom));
                    assert_eq!(truth.get(atom), value(atom));
                }
                assert_eq!(formula.evaluate(&truth), tree.evaluate(&mut |a| value(*a)), "{tree:?}");
            }
        }
    }
}
