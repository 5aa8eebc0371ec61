use livepermit::scan::{FrameReader, LumaFrame};
use livepermit_frames::*;
fn main() {
    let only = std::env::args().nth(1).unwrap();
    let n: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    for c in CONDITIONS.iter().filter(|c| c.name.contains(&only)) {
        let f = c.frame(Size::HD, 1, 1);
        let l = LumaFrame::new(&f.pixels, 1280, 720, 1280).unwrap();
        let mut best = f64::MAX;
        let mut r = 0;
        for _ in 0..n {
            let t = std::time::Instant::now();
            let x = FrameReader::new().read(&l).unwrap();
            r = x.codes().len() * 10 + x.attempts() as usize;
            best = best.min(t.elapsed().as_secs_f64());
        }
        println!("{} {:.3} ms codes*10+attempts {}", c.name, best * 1e3, r);
    }
}
