//! Group commit: the checks that arrive while a transaction is being written go into the next one together, so that
//! many of them share one durable write and the few statements in it.
//!
//! Nobody is told that a change was made before the transaction that holds it is on the disk.

use std::collections::HashSet;

use selfsame_protocol::{CheckId, UnixMillis};
use sqlx::{Connection, QueryBuilder, Row, Sqlite, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};

use super::{
    StoreError, audit,
    checks::{self, Begun, Consumed, Ending, Entry},
};
use crate::audit::Record;

/// As many changes may wait; whoever comes later waits for room.
const QUEUE: usize = 1024;
/// As many go into one transaction, so that the first of them does not wait for long.
const MOST_AT_ONCE: usize = 64;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Job {
    Begin(Entry, Reply<Begun>),
    Consume(Ending, Reply<Consumed>),
    Close(oneshot::Sender<()>),
}

/// Hands changes to the task that writes them; clones share it.
#[derive(Debug, Clone)]
pub(super) struct GroupCommit(mpsc::Sender<Job>);

impl GroupCommit {
    /// Starts the task. It opens its connection when the first change comes.
    pub(super) fn start(options: SqliteConnectOptions) -> Self {
        let (jobs, inbox) = mpsc::channel(QUEUE);
        let writer = Writer {
            options,
            connection: None,
            inbox,
            put_off: Vec::new(),
        };
        tokio::spawn(writer.run());
        Self(jobs)
    }

    /// Begins a check.
    pub(super) async fn begin(&self, entry: Entry) -> Result<Begun, StoreError> {
        self.ask(|reply| Job::Begin(entry, reply)).await
    }

    /// Consumes a check.
    pub(super) async fn consume(&self, ending: Ending) -> Result<Consumed, StoreError> {
        self.ask(|reply| Job::Consume(ending, reply)).await
    }

    /// Waits until everything handed over before was written, and closes the connection.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.0.send(Job::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, StoreError> {
        let (reply, written) = oneshot::channel();
        let closed = |()| StoreError::from(sqlx::Error::PoolClosed);
        self.0.send(job(reply)).await.map_err(|_| closed(()))?;
        written.await.map_err(|_| closed(()))?
    }
}

/// What goes into one transaction.
#[derive(Default)]
struct Batch {
    begins: Vec<(Entry, Reply<Begun>)>,
    ends: Vec<(Ending, Reply<Consumed>)>,
    close: Option<oneshot::Sender<()>>,
}

struct Writer {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
    inbox: mpsc::Receiver<Job>,
    /// A second end of a check whose first is in the batch: it must see what became of that.
    put_off: Vec<Job>,
}

impl Writer {
    async fn run(mut self) {
        while let Some(mut batch) = self.next().await {
            let close = batch.close.take();
            self.write(batch).await;
            if let Some(done) = close {
                if let Some(connection) = self.connection.take() {
                    let _ = connection.close().await;
                }
                let _ = done.send(());
                return;
            }
        }
    }

    /// Waits for a change, and takes all that came meanwhile.
    async fn next(&mut self) -> Option<Batch> {
        let mut jobs = std::mem::take(&mut self.put_off);
        if jobs.is_empty() {
            self.inbox.recv_many(&mut jobs, MOST_AT_ONCE).await;
        } else {
            jobs.extend(std::iter::from_fn(|| self.inbox.try_recv().ok()).take(MOST_AT_ONCE));
        }
        let mut batch = Batch::default();
        let mut ending = HashSet::new();
        let came = jobs.len();
        for job in jobs {
            match job {
                // Whoever asked is gone: an answer that nobody waits for must not be spent.
                Job::Begin(_, reply) if reply.is_closed() => {}
                Job::Consume(_, reply) if reply.is_closed() => {}
                Job::Begin(entry, reply) => batch.begins.push((entry, reply)),
                Job::Consume(end, reply) if ending.insert(end.check()) => {
                    batch.ends.push((end, reply));
                }
                Job::Close(done) => batch.close = Some(done),
                again => self.put_off.push(again),
            }
        }
        (came > 0).then_some(batch)
    }

    /// Writes a batch, and tells everybody in it. When it fails and one of them could be the cause, each is tried by
    /// itself, so that it takes nobody with it.
    async fn write(&mut self, mut batch: Batch) {
        if batch.begins.is_empty() && batch.ends.is_empty() {
            return;
        }
        match self.commit(&batch).await {
            Ok((begun, consumed)) => batch.tell(begun, consumed),
            Err(error) if batch.len() == 1 || error.is_everybodys() => batch.refuse(&error),
            Err(_) => {
                for begin in batch.begins.drain(..) {
                    let one = Batch {
                        begins: vec![begin],
                        ..Batch::default()
                    };
                    self.write_one(one).await;
                }
                for end in batch.ends.drain(..) {
                    let one = Batch {
                        ends: vec![end],
                        ..Batch::default()
                    };
                    self.write_one(one).await;
                }
            }
        }
    }

    async fn write_one(&mut self, one: Batch) {
        match self.commit(&one).await {
            Ok((begun, consumed)) => one.tell(begun, consumed),
            Err(error) => one.refuse(&error),
        }
    }

    async fn commit(&mut self, batch: &Batch) -> Result<(Vec<Begun>, Vec<Consumed>), StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(SqliteConnection::connect_with(&self.options).await?),
        };
        let written = write(connection, batch).await;
        if written.is_err() {
            // It may not have begun; then there is nothing to take back.
            let _ = sqlx::raw_sql("ROLLBACK").execute(connection).await;
        }
        written
    }
}

/// Writes a batch in one transaction. Statements that can go to SQLite together do, since each way to its thread and
/// back costs two wake-ups.
async fn write(
    connection: &mut SqliteConnection,
    batch: &Batch,
) -> Result<(Vec<Begun>, Vec<Consumed>), StoreError> {
    let entries: Vec<_> = batch.begins.iter().map(|(entry, _)| entry).collect();
    let Opened { fresh, tail } = open(connection, &entries).await?;
    let (mut begun, mut consumed) = (Vec::new(), Vec::new());
    let (mut open_checks, mut ended, mut records) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        if fresh.contains(&entry.check()) {
            begun.push(Begun::New);
            match entry.record() {
                Some(record) => records.push(record),
                None => open_checks.push(entry),
            }
        } else {
            begun.push(Begun::Repeated(checks::first(connection, entry).await?));
        }
    }
    for (end, _) in &batch.ends {
        let became = checks::end(connection, end).await?;
        if became == Consumed::Now {
            records.push(end.record());
            ended.push(end);
        }
        consumed.push(became);
    }
    close(connection, (&open_checks, &ended), tail, &records).await?;
    Ok((begun, consumed))
}

/// What a transaction knows at its beginning.
struct Opened {
    /// The checks whose requests were not seen before.
    fresh: HashSet<CheckId>,
    /// Where the audit log ends.
    tail: audit::Tail,
}

async fn open(connection: &mut SqliteConnection, entries: &[&Entry]) -> Result<Opened, StoreError> {
    let mut statements = QueryBuilder::<Sqlite>::new("BEGIN IMMEDIATE; ");
    checks::remember(&mut statements, entries);
    statements.push(audit::TAIL);
    let rows = statements.build().fetch_all(connection).await?;
    let mut opened = Opened {
        fresh: HashSet::new(),
        tail: audit::Tail::default(),
    };
    for row in &rows {
        match row.try_get("check_id")? {
            Some(check) => drop(opened.fresh.insert(checks::parse_id(check)?)),
            None => opened.tail = audit::Tail::read(row)?,
        }
    }
    Ok(opened)
}

async fn close(
    connection: &mut SqliteConnection,
    (open_checks, ended): (&[&Entry], &[&Ending]),
    tail: audit::Tail,
    records: &[(Record, UnixMillis)],
) -> Result<(), StoreError> {
    let mut statements = QueryBuilder::<Sqlite>::new("");
    checks::insert(&mut statements, open_checks);
    ended.iter().for_each(|end| end.keep(&mut statements));
    audit::append_all(&mut statements, tail, records);
    statements.push("COMMIT");
    statements.build().execute(connection).await?;
    Ok(())
}

impl Batch {
    fn len(&self) -> usize {
        self.begins.len() + self.ends.len()
    }

    /// Whoever is gone meanwhile does not hear it.
    fn tell(self, begun: Vec<Begun>, consumed: Vec<Consumed>) {
        for ((_, reply), begun) in self.begins.into_iter().zip(begun) {
            let _ = reply.send(Ok(begun));
        }
        for ((_, reply), consumed) in self.ends.into_iter().zip(consumed) {
            let _ = reply.send(Ok(consumed));
        }
    }

    fn refuse(self, error: &StoreError) {
        for (_, reply) in self.begins {
            let _ = reply.send(Err(error.clone()));
        }
        for (_, reply) in self.ends {
            let _ = reply.send(Err(error.clone()));
        }
    }
}
