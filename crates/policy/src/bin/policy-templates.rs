//! Writes every template into the tree: `cargo run -p selfsame-policy`, from its root.

use std::{fs, io, path::Path, process::ExitCode};

use selfsame_policy::templates::{self, Template};

fn main() -> ExitCode {
    for template in templates::all() {
        if let Err(error) = write(&template) {
            eprintln!("{} could not be written: {error}", template.path);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn write(template: &Template) -> io::Result<()> {
    let path = Path::new(template.path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, &template.text)
}
