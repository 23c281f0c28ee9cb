//! Where the head is and what it does at one moment.

/// Pose and expression. Angles in degrees as the mesh reads them: yaw positive when the nose points
/// to the image's right (the person's left), pitch positive when it points down, roll positive
/// clockwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    /// Turn to the side, degrees.
    pub yaw: f32,
    /// Tilt, degrees.
    pub pitch: f32,
    /// Lean, degrees.
    pub roll: f32,
    /// Shift to the image's right, in eye distances.
    pub shift: f32,
    /// Distance at rest over distance now, 1 and more: 1.5 is a third nearer.
    pub closer: f32,
    /// Closing of the eyes, 0 open to 1 closed.
    pub blink: f32,
    /// Opening of the mouth, 0 closed to 1 wide.
    pub mouth: f32,
}

impl Motion {
    /// The head of the photograph, as it was photographed.
    pub const REST: Self = Self {
        yaw: 0.0,
        pitch: 0.0,
        roll: 0.0,
        shift: 0.0,
        closer: 1.0,
        blink: 0.0,
        mouth: 0.0,
    };

    /// Where a head is after `seconds` on its way to `goal`: it turns by 60 degrees a second, moves by
    /// one eye distance, comes closer by a half, and opens or closes eyes and mouth in a quarter of
    /// a second.
    #[must_use]
    pub fn towards(self, goal: Self, seconds: f32) -> Self {
        let go = |from: f32, to: f32, speed: f32| {
            let most = speed * seconds;
            from + (to - from).clamp(-most, most)
        };
        Self {
            yaw: go(self.yaw, goal.yaw, 60.0),
            pitch: go(self.pitch, goal.pitch, 60.0),
            roll: go(self.roll, goal.roll, 60.0),
            shift: go(self.shift, goal.shift, 1.0),
            closer: go(self.closer, goal.closer, 0.5),
            blink: go(self.blink, goal.blink, 4.0),
            mouth: go(self.mouth, goal.mouth, 4.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_goes_as_far_as_its_speed_and_no_further_than_its_goal() {
        let goal = Motion {
            yaw: -20.0,
            mouth: 1.0,
            ..Motion::REST
        };
        let way = Motion::REST.towards(goal, 0.1);
        assert!((way.yaw + 6.0).abs() < 1e-4 && (way.mouth - 0.4).abs() < 1e-4);
        assert_eq!(way.towards(goal, 5.0), goal);
    }
}
