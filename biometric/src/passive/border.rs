//! The border of a held-up print or screen: straight edges that enclose the face.
//!
//! Behind a live person there are doors, shelves and windows, so edges left, right and above say
//! nothing. What no live scene has is a straight edge below the chin that joins an edge left of
//! the face to one right of it at square corners: it would have to cross the person's own body.

use crate::detection::Face;
use crate::geometry::{Affine, Point};
use crate::photo::Photo;
use crate::sampling::sample;

/// Room that the frame must show left, right and below the box, in box widths. With less, a
/// border would lie outside the frame.
pub const MIN_ROOM: f32 = 0.15;
/// Rows that must be left to look for the edge below in: with fewer the gate would look at nothing.
const MIN_ROWS: f32 = 2.0;
/// The face is scaled to this many pixels, so that an edge is one or two pixels wide.
const FACE: f32 = 40.0;
/// Side of the region: six faces.
const SIDE: usize = 240;
const MIDDLE: f32 = SIDE as f32 / 2.0;
/// The frame's own end is no edge: so many pixels of the region around it do not count.
const FRAME_END: f32 = 2.0;
/// Levels of luminance by which an edge differs from one pixel to the next but one, at least.
const STEP: f32 = 16.0;
/// Degrees by which a picture may lean, and between two lines that are looked for.
const LEAN: [f32; 19] = [
    -18.0, -16.0, -14.0, -12.0, -10.0, -8.0, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0,
    14.0, 16.0, 18.0,
];
/// Where edges left and right are looked for, in face widths from the middle.
const ASIDE: [f32; 2] = [0.6, 2.4];
/// The rows that an edge at the side must run along, in box heights from the middle.
const ALONG: [f32; 2] = [-0.5, 0.8];
/// Where the edge below is looked for, in box heights from the middle.
const BELOW: [f32; 2] = [0.6, 2.0];

/// How completely edges left, right and below enclose the face: of the best such three, the share
/// of the least complete, 0..=1. `None` unless the frame shows [`MIN_ROOM`] around the face.
pub(super) fn outline(photo: &Photo, face: &Face) -> Option<f32> {
    let bounds = &face.bounds;
    let room = MIN_ROOM * bounds.width();
    let inside = bounds.left >= room
        && bounds.right <= photo.width() as f32 - room
        && bounds.bottom <= photo.height() as f32 - room
        && bounds.height() > 0.0;
    let step = bounds.width() / FACE;
    // Where edges are looked for from, the rows that do not count at the frame's end, and some that do.
    let first = bounds.centre().y + BELOW[0] * bounds.height();
    let searched = first + (FRAME_END + MIN_ROWS) * step <= photo.height() as f32 - 1.0;
    let first = ASIDE[0] * bounds.width() + (FRAME_END + MIN_ROWS) * step;
    let middle = bounds.centre().x;
    let searched = searched && middle >= first && middle + first <= photo.width() as f32 - 1.0;
    if !inside || !searched {
        return None;
    }
    let edges = Edges::of(photo, bounds.centre(), step);
    Some(edges.enclosure(bounds.height() / step))
}

/// Where luminance steps up and where down, across the columns and across the rows.
struct Edges {
    across: [Mask; 2],
    down: [Mask; 2],
}

/// One bit a pixel of the region, row by row.
type Mask = Vec<bool>;

/// A line: where it passes the middle, its index in [`LEAN`], and how much of it is edge.
#[derive(Clone, Copy)]
struct Line {
    at: f32,
    lean: usize,
    share: f32,
}

impl Edges {
    fn of(photo: &Photo, centre: Point, step: f32) -> Self {
        let map = Affine::axes(
            step,
            step,
            centre.x - step * (MIDDLE - 0.5),
            centre.y - step * (MIDDLE - 0.5),
        );
        let crop = sample(photo, &map, SIDE, SIDE, [0.0; 3]);
        let level = crop.rgb.chunks_exact(3);
        let level = level.map(|p| 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]);
        let level = zeroize::Zeroizing::new(level.collect::<Vec<f32>>());
        let shown = |k: usize, from: f32, last: u32| {
            let at = from + step * k as f32;
            at >= FRAME_END * step && at <= last as f32 - 1.0 - FRAME_END * step
        };
        let slope = |at: usize, along: usize, across: usize| {
            let (row, column) = (at / SIDE, at % SIDE);
            let inner = 1..SIDE - 1;
            let counts = inner.contains(&row)
                && inner.contains(&column)
                && shown(column, map.x0, photo.width())
                && shown(row, map.y0, photo.height());
            if !counts {
                return 0.0;
            }
            let side = |at: usize| level[at - across] + 2.0 * level[at] + level[at + across];
            (side(at + along) - side(at - along)) / 4.0
        };
        let across: Vec<f32> = (0..SIDE * SIDE).map(|at| slope(at, 1, SIDE)).collect();
        let down: Vec<f32> = (0..SIDE * SIDE).map(|at| slope(at, SIDE, 1)).collect();
        Self {
            across: ridges(&across, 1),
            down: ridges(&down, SIDE),
        }
    }

    /// The best three lines of about one lean; the share of the least complete of them.
    fn enclosure(&self, height: f32) -> f32 {
        let rows = [ALONG[0], ALONG[1]].map(|share| (MIDDLE + share * height) as usize);
        let [near, distant] = ASIDE.map(|widths| widths * FACE);
        let left = self.sides(rows, MIDDLE - distant, MIDDLE - near);
        let right = self.sides(rows, MIDDLE + near, MIDDLE + distant);
        let mut best = 0.0f32;
        for lean in 0..LEAN.len() {
            let (left, right) = (around(&left, lean), around(&right, lean));
            let sides = left.share.min(right.share);
            if sides > best {
                best = best.max(sides.min(self.below(height, rows, left, right, lean)));
            }
        }
        best
    }

    /// For each lean the best line among those that pass the middle row from `first` to `last`.
    fn sides(&self, [top, bottom]: [usize; 2], first: f32, last: f32) -> Vec<Line> {
        let centre = (top + bottom) as f32 / 2.0;
        let (top, bottom) = (top.max(1), bottom.min(SIDE - 1));
        let line = |lean: usize, at: f32| {
            let slope = LEAN[lean].to_radians().tan();
            let place = |row: usize| {
                let column = at + slope * (row as f32 - centre);
                (column >= 1.0 && column < SIDE as f32 - 1.0)
                    .then_some(row * SIDE + column as usize)
            };
            let share = share(&self.across, top..bottom, place);
            Line { at, lean, share }
        };
        (0..LEAN.len())
            .map(|lean| {
                let places = (0..(last - first) as usize).map(|k| first + k as f32);
                best(places.map(|at| line(lean, at)), lean)
            })
            .collect()
    }

    /// The best line below the face from the left line to the right one, square to their lean.
    fn below(
        &self,
        height: f32,
        [top, bottom]: [usize; 2],
        left: Line,
        right: Line,
        lean: usize,
    ) -> f32 {
        let centre = (top + bottom) as f32 / 2.0;
        let column =
            |line: Line, row: f32| line.at + LEAN[line.lean].to_radians().tan() * (row - centre);
        let [first, last] = BELOW.map(|share| (MIDDLE + share * height) as usize);
        let mut highest = 0.0f32;
        for row in first..last.min(SIDE - 2) {
            let from = column(left, row as f32).max(1.0) as usize + 2;
            let to = (column(right, row as f32).max(0.0) as usize).min(SIDE - 2);
            if to < from + FACE as usize {
                continue;
            }
            for degrees in &LEAN[lean.saturating_sub(1)..=(lean + 1).min(LEAN.len() - 1)] {
                let slope = -degrees.to_radians().tan();
                let place = |column: usize| {
                    let at = row as f32 + slope * (column as f32 - MIDDLE);
                    (at >= 1.0 && at < SIDE as f32 - 1.0).then_some(at as usize * SIDE + column)
                };
                highest = highest.max(share(&self.down, from..to, place));
            }
        }
        highest
    }
}

/// The best line of a lean and of the two next to it.
fn around(lines: &[Line], lean: usize) -> Line {
    let near = lean.saturating_sub(1)..=(lean + 1).min(lines.len() - 1);
    best(near.map(|k| lines[k]), lean)
}

fn best(lines: impl Iterator<Item = Line>, lean: usize) -> Line {
    let none = Line {
        at: MIDDLE,
        lean,
        share: 0.0,
    };
    lines.fold(
        none,
        |best, line| if line.share > best.share { line } else { best },
    )
}

/// How many of the places are edge, all of them stepping up or all down, as a share.
fn share(
    masks: &[Mask; 2],
    steps: std::ops::Range<usize>,
    place: impl Fn(usize) -> Option<usize>,
) -> f32 {
    let count = steps.len().max(1) as f32;
    let mut hits = [0u32; 2];
    for at in steps.filter_map(place) {
        for (hits, mask) in hits.iter_mut().zip(masks) {
            *hits += u32::from(mask[at]);
        }
    }
    hits[0].max(hits[1]) as f32 / count
}

/// Where a slope is steep and steepest across the edge, widened by a pixel to each side; rising
/// and falling slopes apart.
fn ridges(slopes: &[f32], across: usize) -> [Mask; 2] {
    [1.0, -1.0].map(|sign| {
        let mut mask = vec![false; slopes.len()];
        for at in across..slopes.len() - across {
            let size = |at: usize| slopes[at].abs();
            let ridge = size(at) >= size(at - across) && size(at) >= size(at + across);
            if sign * slopes[at] > STEP && ridge {
                for near in [at - across, at, at + across] {
                    mask[near] = true;
                }
            }
        }
        mask
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::passive::face;
    use crate::passive::verdict::MAX_OUTLINE;

    /// Synthetic: a grey wall with dark lines `(left, top, right, bottom)` upon it.
    fn wall(lines: &[[u32; 4]]) -> Photo {
        let mut samples = vec![150; 3 * 600 * 600];
        for [left, top, right, bottom] in lines {
            for (row, column) in (*top..*bottom).flat_map(|y| (*left..*right).map(move |x| (y, x)))
            {
                samples[3 * (row * 600 + column) as usize..][..3].fill(30);
            }
        }
        Photo::from_rgb(600, 600, samples).unwrap()
    }

    const LEFT: [u32; 4] = [180, 120, 190, 470];
    const RIGHT: [u32; 4] = [410, 120, 420, 470];
    const BOTTOM: [u32; 4] = [180, 460, 420, 470];

    #[test]
    fn three_joined_edges_enclose_a_face() {
        let seen = outline(&wall(&[LEFT, RIGHT, BOTTOM]), &face(300.0, 300.0, 100.0)).unwrap();
        assert!(seen > MAX_OUTLINE.median, "{seen}");
    }

    #[test]
    fn a_door_behind_a_person_and_a_table_before_one_do_not() {
        let top = [180, 120, 420, 130];
        let table = [0, 460, 600, 470];
        for lines in [
            vec![],
            vec![LEFT, RIGHT, top],
            vec![table],
            vec![LEFT, table],
        ] {
            let seen = outline(&wall(&lines), &face(300.0, 300.0, 100.0)).unwrap();
            assert!(seen < MAX_OUTLINE.median, "{lines:?} {seen}");
        }
    }

    #[test]
    fn the_end_of_the_frame_is_no_edge() {
        let seen = outline(&wall(&[]), &face(300.0, 300.0, 300.0)).unwrap();
        assert_eq!(seen, 0.0);
    }

    #[test]
    fn without_room_around_the_face_there_is_no_answer() {
        let wall = wall(&[]);
        for (x, y, width) in [
            (60.0, 300.0, 100.0),
            (540.0, 300.0, 100.0),
            (300.0, 540.0, 100.0),
            (300.0, 300.0, f32::NAN),
            (f32::NAN, 300.0, 100.0),
            (300.0, 300.0, -10.0),
        ] {
            assert!(
                outline(&wall, &face(x, y, width)).is_none(),
                "{x} {y} {width}"
            );
        }
        assert!(outline(&wall, &face(300.0, 60.0, 100.0)).is_some());
    }

    /// Between the room that a border needs and the row that is searched first there is nothing to see.
    #[test]
    fn a_frame_that_ends_before_the_search_begins_gives_no_answer() {
        let wall = wall(&[LEFT, RIGHT]);
        // A face of 100 by 125 pixels, room below in hundredths of its width.
        for (room, answered) in [(15.0, false), (20.0, false), (25.0, true)] {
            let y = 600.0 - room - 62.5;
            assert_eq!(
                outline(&wall, &face(300.0, y, 100.0)).is_some(),
                answered,
                "{room}"
            );
        }
    }
}
