pub(crate) fn cpu() -> std::collections::BTreeMap<String, u64> {
    let mut all = std::collections::BTreeMap::new();
    for pid in std::fs::read_dir("/proc").unwrap() {
        let name = pid.unwrap().file_name().into_string().unwrap();
        if !name.chars().all(|c| c.is_ascii_digit()) { continue }
        let me = name == std::process::id().to_string();
        let Ok(tasks) = std::fs::read_dir(format!("/proc/{name}/task")) else { continue };
        for t in tasks {
            let p = t.unwrap().path();
            let Ok(comm) = std::fs::read_to_string(p.join("comm")) else { continue };
            let Ok(s) = std::fs::read_to_string(p.join("schedstat")) else { continue };
            let ns: u64 = s.split(' ').next().unwrap().parse().unwrap();
            let key = if me { format!("me/{}", comm.trim()) } else { format!("other/{name}") };
            *all.entry(key).or_insert(0) += ns;
        }
    }
    all
}
pub(crate) fn show(a: &std::collections::BTreeMap<String, u64>, elapsed: std::time::Duration) {
    let b = cpu();
    eprintln!("elapsed {:.0} ms", elapsed.as_secs_f64()*1e3);
    for (k, v) in &b {
        let d = v.saturating_sub(a.get(k).copied().unwrap_or(0));
        if d > 5_000_000 { eprintln!("   {k:30} {:.0} ms", d as f64 / 1e6); }
    }
}
