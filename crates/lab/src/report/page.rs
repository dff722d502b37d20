//! A page of headings, paragraphs, lists, tables and images, as Markdown and as HTML.

use std::path::Path;

#[derive(Default)]
pub struct Page(Vec<Block>);

enum Block {
    Heading(usize, String),
    Paragraph(String),
    List(Vec<String>),
    Table(Vec<String>, Vec<Vec<String>>),
    Image { path: String, words: String },
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;\
color-scheme:light dark}table{border-collapse:collapse;font-size:.9em}th,td{border:1px solid #8886;padding:.3em .6em;\
text-align:left}img{max-width:100%}";

impl Page {
    pub fn heading(&mut self, level: usize, words: impl Into<String>) {
        self.0.push(Block::Heading(level, words.into()));
    }

    pub fn paragraph(&mut self, words: impl Into<String>) {
        self.0.push(Block::Paragraph(words.into()));
    }

    pub fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.0.push(Block::List(items));
        }
    }

    /// Nothing where there is no row.
    pub fn table(&mut self, head: &[&str], rows: Vec<Vec<String>>) {
        if !rows.is_empty() {
            let head = head.iter().map(|word| (*word).to_owned()).collect();
            self.0.push(Block::Table(head, rows));
        }
    }

    pub fn image(&mut self, path: &Path, words: impl Into<String>) {
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        self.0.push(Block::Image {
            path: parts.join("/"),
            words: words.into(),
        });
    }

    pub fn markdown(&self) -> String {
        let blocks: Vec<String> = self.0.iter().map(markdown).collect();
        blocks.join("\n\n") + "\n"
    }

    pub fn html(&self) -> String {
        let title = self.0.iter().find_map(|block| match block {
            Block::Heading(1, words) => Some(escaped(words)),
            _ => None,
        });
        let blocks: Vec<String> = self.0.iter().map(html).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{}</title><style>{STYLE}</style>\n{}\n\
             </html>\n",
            title.unwrap_or_default(),
            blocks.join("\n")
        )
    }
}

fn markdown(block: &Block) -> String {
    match block {
        Block::Heading(level, words) => format!("{} {words}", "#".repeat(*level)),
        Block::Paragraph(words) => words.clone(),
        Block::List(items) => {
            let items: Vec<String> = items.iter().map(|item| format!("- {item}")).collect();
            items.join("\n")
        }
        Block::Table(head, rows) => {
            let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
            let rule = format!("|{}", "---|".repeat(head.len()));
            let rows = rows.iter().map(|row| line(row));
            [line(head), rule]
                .into_iter()
                .chain(rows)
                .collect::<Vec<_>>()
                .join("\n")
        }
        Block::Image { path, words } => format!("![{words}]({path})"),
    }
}

fn html(block: &Block) -> String {
    match block {
        Block::Heading(level, words) => format!("<h{level}>{}</h{level}>", inline(words)),
        Block::Paragraph(words) => format!("<p>{}</p>", inline(words)),
        Block::List(items) => {
            let items: String = items
                .iter()
                .map(|item| format!("<li>{}", inline(item)))
                .collect();
            format!("<ul>{items}</ul>")
        }
        Block::Table(head, rows) => {
            let line = |tag: &str, cells: &[String]| {
                let cells = cells.iter().map(|cell| format!("<{tag}>{}", inline(cell)));
                format!("<tr>{}", cells.collect::<String>())
            };
            let rows: String = rows.iter().map(|row| line("td", row)).collect();
            format!("<table>{}{rows}</table>", line("th", head))
        }
        Block::Image { path, words } => {
            format!(
                "<p><img src=\"{}\" alt=\"{}\"></p>",
                escaped(path),
                escaped(words)
            )
        }
    }
}

/// Words between back quotes are code; the rest is plain.
fn inline(words: &str) -> String {
    let parts = words.split('`').enumerate().map(|(index, part)| {
        let part = escaped(part);
        if index % 2 == 1 {
            format!("<code>{part}</code>")
        } else {
            part
        }
    });
    parts.collect()
}

fn escaped(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_the_same_as_markdown_and_as_html() {
        let mut page = Page::default();
        page.heading(1, "A & B");
        page.paragraph("run `it < now`");
        page.table(&["a", "b"], vec![vec!["1".to_owned(), "2".to_owned()]]);
        page.table(&["nothing"], Vec::new());
        page.image(Path::new("plots/one.svg"), "one");
        let expected = "# A & B\n\nrun `it < now`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![one](plots/one.svg)\n";
        assert_eq!(page.markdown(), expected);
        let html = page.html();
        assert!(html.contains("<h1>A &amp; B</h1>") && html.contains("<code>it &lt; now</code>"));
        assert!(html.contains("<tr><td>1<td>2") && !html.contains("nothing"));
    }
}
