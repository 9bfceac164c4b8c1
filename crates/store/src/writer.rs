//! The writer: all that writes goes through one queue, and what waits there together is written in one transaction.
//!
//! ```text
//! act, act, act ── queue ── BEGIN ─ (SAVEPOINT ─ act ─ RELEASE)… ─ COMMIT ── every act is told
//!                                        └ refused or failed: ROLLBACK TO SAVEPOINT, that act alone
//! ```
//!
//! INVARIANT (acknowledged): no act is told that it was done before COMMIT has come back. While the disk is busy with
//! one group, the next gathers, so many writers cost little more than one.
//!
//! On PostgreSQL other processes write at the same time. An act that lost a race is tried again by itself, in a
//! transaction of its own, a bounded number of times.

use std::pin::Pin;

use tokio::sync::{mpsc, oneshot};

use crate::{
    audit::Chain,
    desk::{Desk, at_once},
    error::StoreError,
    statement::{RELEASE, ROLLBACK_TO, SAVEPOINT},
};

/// How many acts one transaction takes at most.
const GROUP_MAX: usize = 256;
/// How many acts may wait before a sender waits too.
const QUEUE_MAX: usize = 1024;
/// How often an act that lost a race is tried.
const TRIES_MAX: u32 = 12;

/// What an act gives, later.
pub(crate) type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Something to be done in a transaction. It may be done again, after what it did was undone.
pub(crate) trait Act: Send + 'static {
    /// What it comes to.
    type Answer: Send + 'static;
    /// Does it.
    fn act<'a>(&'a mut self, desk: &'a mut Desk, chain: &'a mut Chain) -> Later<'a, Self::Answer>;
}

/// An act in the queue.
trait Waiting: Send {
    fn act<'a>(&'a mut self, desk: &'a mut Desk, chain: &'a mut Chain) -> Later<'a, ()>;
    fn settle(self: Box<Self>, end: Result<(), StoreError>);
}

struct Asked<A: Act> {
    act: A,
    answer: Option<A::Answer>,
    asker: oneshot::Sender<Result<A::Answer, StoreError>>,
}

impl<A: Act> Waiting for Asked<A> {
    fn act<'a>(&'a mut self, desk: &'a mut Desk, chain: &'a mut Chain) -> Later<'a, ()> {
        Box::pin(async move {
            self.answer = Some(self.act.act(desk, chain).await?);
            Ok(())
        })
    }

    fn settle(self: Box<Self>, end: Result<(), StoreError>) {
        let Self { act: _, answer, asker } = *self;
        // Whoever asked may have gone; what was written stands.
        drop(asker.send(end.and_then(|()| answer.ok_or(StoreError::Interrupted))));
    }
}

type Queue = Vec<Box<dyn Waiting>>;

/// Where acts are handed in.
#[derive(Clone)]
pub(crate) struct Writer(mpsc::Sender<Box<dyn Waiting>>);

impl std::fmt::Debug for Writer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Writer")
    }
}

impl Writer {
    /// Starts a thread that writes to SQLite, where nothing waits.
    pub(crate) fn on_a_thread(mut desk: Desk, mut chain: Chain) -> std::io::Result<Self> {
        let (sender, mut receiver) = mpsc::channel(QUEUE_MAX);
        std::thread::Builder::new().name("percuta-writer".to_owned()).spawn(move || {
            while let Some(first) = receiver.blocking_recv() {
                let batch = gather(first, &mut receiver);
                if at_once(group(&mut desk, &mut chain, batch)).is_none() {
                    return;
                }
            }
        })?;
        Ok(Self(sender))
    }

    /// Starts a task that writes to PostgreSQL.
    pub(crate) fn on_a_task(mut desk: Desk, mut chain: Chain) -> Self {
        let (sender, mut receiver) = mpsc::channel(QUEUE_MAX);
        drop(tokio::spawn(async move {
            while let Some(first) = receiver.recv().await {
                let batch = gather(first, &mut receiver);
                group(&mut desk, &mut chain, batch).await;
            }
        }));
        Self(sender)
    }

    /// Does an act, and answers when it is durable.
    pub(crate) async fn ask<A: Act>(&self, act: A) -> Result<A::Answer, StoreError> {
        let (asker, answer) = oneshot::channel();
        let asked = Box::new(Asked { act, answer: None, asker });
        self.0.send(asked).await.map_err(|_unsent| StoreError::Closed)?;
        answer.await.map_err(|_gone| StoreError::Interrupted)?
    }
}

fn gather(first: Box<dyn Waiting>, receiver: &mut mpsc::Receiver<Box<dyn Waiting>>) -> Queue {
    let mut batch = vec![first];
    while batch.len() < GROUP_MAX
        && let Ok(next) = receiver.try_recv()
    {
        batch.push(next);
    }
    batch
}

/// Writes a group, and then, one by one, what lost a race.
async fn group(desk: &mut Desk, chain: &mut Chain, batch: Queue) {
    let lost = together(desk, chain, batch).await;
    for mut act in lost {
        let mut tries = 1;
        loop {
            let Some(again) = together(desk, chain, vec![act]).await.pop() else { break };
            tries += 1;
            if tries >= TRIES_MAX {
                again.settle(Err(StoreError::Busy { tries }));
                break;
            }
            act = again;
        }
    }
}

/// Writes a group in one transaction, and gives back what lost a race.
async fn together(desk: &mut Desk, chain: &mut Chain, batch: Queue) -> Queue {
    let before = chain.clone();
    let (mut done, mut lost): (Queue, Queue) = (Vec::new(), Vec::new());
    desk.begin(desk.dialect().begin());
    let mut batch = batch.into_iter();
    let mut end = Ok(());
    for mut act in batch.by_ref() {
        let here = chain.clone();
        desk.put_off(&SAVEPOINT);
        match act.act(desk, chain).await {
            Ok(()) => {
                desk.put_off(&RELEASE);
                done.push(act);
            }
            Err(error) => {
                *chain = here;
                end = undo(desk, &error).await;
                if end.is_err() {
                    done.push(act);
                    break;
                }
                if error.is_race() { lost.push(act) } else { act.settle(Err(error)) }
            }
        }
    }
    if end.is_ok() {
        end = match chain.mark_when_due(desk).await {
            Ok(()) => desk.commit().await.map_err(StoreError::at_the_end),
            Err(error) => Err(error),
        };
    }
    // Those that never had their turn share the fate of the transaction.
    done.extend(batch);
    match end {
        Ok(()) => done.into_iter().for_each(|act| act.settle(Ok(()))),
        Err(error) => {
            desk.roll_back().await;
            *chain = before.read_again();
            if error.is_race() {
                lost.extend(done);
            } else {
                done.into_iter().for_each(|act| act.settle(Err(error.clone())));
            }
        }
    }
    lost
}

/// Undoes one act of a group; an error means that the whole group is lost.
async fn undo(desk: &mut Desk, error: &StoreError) -> Result<(), StoreError> {
    if desk.is_broken() {
        return Err(error.clone());
    }
    desk.put_off(&ROLLBACK_TO);
    desk.put_off(&RELEASE);
    desk.run(Vec::new()).await.map(|_rows| ())
}
