//! Putting things in order.

use alloc::vec::Vec;

/// Sorts. Builds without `std` are for browsers: there a heap does it, in a tenth of the code that the library's sorting
/// compiles to for each type.
pub(crate) fn sorted<T: Ord>(items: Vec<T>) -> Vec<T> {
    #[cfg(feature = "std")]
    {
        let mut items = items;
        items.sort_unstable();
        items
    }
    #[cfg(not(feature = "std"))]
    alloc::collections::BinaryHeap::from(items).into_sorted_vec()
}
