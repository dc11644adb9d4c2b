fn main() { 
 if let Some(p)=std::env::args().nth(1) { let raw=hex::decode(std::fs::read_to_string(p).unwrap().trim()).unwrap(); let b=lz4_flex::block::compress(&raw); let h=hex::encode(&b); let t:Vec<_>=h.as_bytes().chunks(64).map(|c|String::from_utf8(c.to_vec()).unwrap()).collect(); std::fs::write("/work/main/vectors/stored/lz4-flex.hex", t.join("\n")+"\n").unwrap(); return; }
match dashstream_vectors::load(std::path::Path::new(&std::env::var("VROOT").unwrap_or("/work/main/vectors".into()))) { Ok(s) => println!("{} {}", s.vectors.len(), s.manifest_digest), Err(e) => println!("ERR {e}") } }
