//! `audit export`: the log as JSON lines, each with the very text that its hash was made over.

use clap::Args;

use super::{
    super::{Place, say},
    Verified, advance,
};

/// Print the log as JSON lines.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    place: Place,
    /// Go on after this line, the last one of an earlier export
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    after: i64,
}

impl Export {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.place.open().await?.0;
        let mut verified = Verified::nothing();
        loop {
            let lines = advance(&store, &mut verified).await?;
            if lines.is_empty() {
                break;
            }
            for line in lines.iter().filter(|line| line.seq > self.after) {
                say(true, line, "")?;
            }
        }
        eprintln!(
            "Exported to line {}. Keep its number and hash apart from the log: `audit verify --anchor {}:{}` later shows \
             whether anything up to it was changed.",
            verified.seq, verified.seq, verified.hash
        );
        Ok(())
    }
}
