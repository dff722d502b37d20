//! What the fuzz targets were fed, once more: each committed input is read without a panic, on the stable compiler.

#[allow(dead_code, missing_docs)]
#[path = "../../../fuzz/src/surfaces.rs"]
mod surfaces;

#[test]
fn every_input_of_the_fuzz_corpora_is_read_without_a_panic() {
    let corpora = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, read) in surfaces::ALL {
        let inputs = std::fs::read_dir(corpora.join(name)).expect("a corpus");
        let files: Vec<_> = inputs
            .map(|entry| entry.expect("an entry").path())
            .collect();
        assert!(files.len() >= 3, "{name} has no corpus worth its name");
        for file in files {
            read(&std::fs::read(&file).expect("an input"));
        }
    }
}
