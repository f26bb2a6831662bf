//! Step 2: minimum, blocks and steps. The result never falls when the time worked grows.

use super::rules::{Direction, Quantize};

/// Paid minutes for worked minutes.
pub(super) fn quantize(rule: &Quantize, worked: i64) -> i64 {
    let counted = (worked - rule.grace.map_or(0, |grace| grace.0)).max(0);
    let mut paid = counted_time(rule, worked, counted);
    // What a shorter time earns, a longer one earns too, however the blocks are written.
    for edge in edges(rule).filter(|edge| *edge < counted) {
        paid = paid.max(counted_time(rule, edge, edge));
    }
    paid.max(rule.minimum.map_or(0, |minimum| minimum.0))
}

fn counted_time(rule: &Quantize, worked: i64, counted: i64) -> i64 {
    let mut before = 0;
    for block in &rule.blocks {
        let over = block.over.map_or(before, |over| over.0);
        if (over < counted || (over == 0 && counted == 0)) && counted <= block.pays.0 {
            return block.pays.0;
        }
        before = block.pays.0;
    }
    match rule.step.map(|step| step.0).filter(|step| *step > 0) {
        None => worked,
        Some(step) => match rule.direction {
            Direction::Up => counted.saturating_add(step - 1) / step * step,
            Direction::Nearest => counted.saturating_add(step / 2) / step * step,
            Direction::Down => counted / step * step,
        },
    }
}

fn edges(rule: &Quantize) -> impl Iterator<Item = i64> {
    rule.blocks.iter().flat_map(|block| [block.over.map_or(0, |over| over.0), block.pays.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(yaml: &str) -> Quantize {
        serde_saphyr::from_str(yaml).expect(yaml)
    }

    #[test]
    fn the_ways_agencies_count_hours() {
        let construction = "blocks: [4 h, 8 h]\nstep: 1 h";
        let security = "minimum: 4 h\nstep: 1 h\nblocks: [{ over: 6 h, pays: 8 h }]";
        let rows = [
            (construction, 1, 240),
            (construction, 240, 240),
            (construction, 241, 480),
            (construction, 480, 480),
            (construction, 481, 540),
            (security, 1, 240),
            (security, 270, 300),
            (security, 360, 360),
            (security, 361, 480),
            (security, 482, 540),
            ("minimum: 4 h\nstep: 30 min", 245, 270),
            ("step: 15 min\ngrace: 1 min", 481, 480),
            ("step: 15 min\ngrace: 1 min", 482, 495),
            ("step: 15 min\ndirection: nearest", 487, 480),
            ("step: 15 min\ndirection: nearest", 488, 495),
            ("step: 1 h\ndirection: down", 119, 60),
            ("minimum: 4 h", 420, 420),
            ("blocks: [4 h, 8 h]\nstep: 2 h", 540, 600),
            ("blocks: [4 h, 7 h]\nstep: 1 h", 270, 420),
        ];
        for (yaml, worked, paid) in rows {
            assert_eq!(quantize(&rule(yaml), worked), paid, "{yaml}: {worked}");
        }
    }
}
