//! The cost of each stage, drawn.

use core::fmt::Write as _;

use super::stages::Stage;

/// Where the bars begin, and how long one `verify_strict` is.
const LEFT: f64 = 290.0;
const UNIT: f64 = 320.0;
const BAR: f64 = 26.0;
const ROW: f64 = 46.0;
const TOP: f64 = 64.0;

/// Colours that can be told apart on white and on black.
const fn colour(stage: Stage) -> &'static str {
    match stage {
        Stage::Text => "#c2571a",
        Stage::Structure => "#b8a000",
        Stage::LookUp => "#2c9c69",
        Stage::IssuerSignature => "#4a78c8",
        Stage::DeviceSignature => "#8a6fc9",
        Stage::Rest => "#c0487f",
    }
}

/// An SVG whose bars are stacks of stages, in multiples of `unit`.
pub(crate) fn draw(stages: &[(&'static str, Vec<(Stage, f64)>)], unit: f64) -> String {
    let most = stages.iter().map(|(_, added)| total(added) / unit).fold(1.0, f64::max);
    let bars_end = TOP + ROW * stages.len() as f64;
    let width = LEFT + UNIT * most + 90.0;
    let height = bars_end + 92.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"sans-serif\" font-size=\"14\">\n\
         <title>Cost of a verdict by stage, one verify_strict being 1.00</title>\n\
         <style>text {{ fill: #222 }} line {{ stroke: #888 }} @media (prefers-color-scheme: dark) {{ text {{ fill: #ddd }} }}</style>\n\
         <text x=\"20\" y=\"26\" font-size=\"16\">Cost of a verdict by stage, one verify_strict being 1.00</text>\n"
    );
    for half in (0_u8..).take_while(|half| f64::from(*half) / 2.0 <= most) {
        let mark = f64::from(half) / 2.0;
        let x = LEFT + UNIT * mark;
        let dash = if half == 2 { "" } else { " stroke-dasharray=\"2 4\"" };
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{bars_end:.1}\"{dash}/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"12\">{mark:.1}</text>",
            TOP - 12.0,
            TOP - 16.0,
        );
    }
    for (row, (name, added)) in stages.iter().enumerate() {
        let y = TOP + ROW * row as f64;
        let middle = y + BAR / 2.0 + 5.0;
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{middle:.1}\" text-anchor=\"end\">{name}</text>",
            LEFT - 10.0
        );
        let mut x = LEFT;
        for (stage, nanos) in added {
            let wide = UNIT * nanos / unit;
            let _ = writeln!(
                svg,
                "<rect x=\"{x:.2}\" y=\"{y:.1}\" width=\"{wide:.2}\" height=\"{BAR}\" fill=\"{}\"><title>{}: {:.4}</title></rect>",
                colour(*stage),
                stage.name(),
                nanos / unit,
            );
            x += wide;
        }
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{middle:.1}\">{:.2}</text>",
            x + 8.0,
            total(added) / unit
        );
    }
    for (place, stage) in Stage::ALL.into_iter().enumerate() {
        let (column, row) = (place % 3, place / 3);
        let (x, y) = (20.0 + 200.0 * column as f64, bars_end + 24.0 + 28.0 * row as f64);
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"16\" height=\"16\" fill=\"{}\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            colour(stage),
            x + 24.0,
            y + 13.0,
            stage.name(),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn total(added: &[(Stage, f64)]) -> f64 {
    added.iter().map(|(_, nanos)| nanos).sum()
}
