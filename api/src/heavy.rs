//! Work that costs a processor: proofs and certificate chains in a bounded line, status trees beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use crate::problem::{Code, Problem};

/// Runs heavy work off the request threads, a bounded number of jobs at a time.
///
/// A bounded number may wait; whoever comes after those is told to come back
/// (`service_busy`), so that a flood costs memory for a fixed number of jobs only.
#[derive(Clone)]
pub struct Heavy {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
}

impl Heavy {
    /// `jobs` at a time, `waiting` in line.
    pub fn new(jobs: usize, waiting: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(jobs.max(1))),
            waiting: Arc::new(AtomicUsize::new(0)),
            most_waiting: waiting,
        }
    }

    /// Runs `work` on a thread for blocking work.
    ///
    /// # Errors
    /// `service_busy` where the line is full, `internal` where the work panicked.
    pub async fn run<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let place = Place::take(&self.waiting, self.most_waiting)?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| Problem::new(Code::ServiceBusy))?;
        drop(place);
        off_thread(move || {
            let _permit = permit;
            work()
        })
        .await
    }
}

/// Runs work on a thread for blocking work, without a line. For what happens once at a time.
///
/// # Errors
/// `internal` where the work panicked.
pub async fn off_thread<T, F>(work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work))
        .await
        .map_err(|_| {
            tracing::error!("a job panicked");
            Problem::new(Code::Internal)
        })
}

/// A place in the line, given back when dropped, also when the caller went away.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>, most: usize) -> Result<Self, Problem> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::SeqCst) >= most {
            return Err(Problem::new(Code::ServiceBusy));
        }
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_full_line_is_refused_and_empties_again() {
        let heavy = Heavy::new(1, 1);
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let heavy = heavy.clone();
            async move { heavy.run(move || gate.recv().is_ok()).await }
        });
        while heavy.permits.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let heavy = heavy.clone();
            async move { heavy.run(|| 2).await }
        });
        while heavy.waiting.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(heavy.run(|| 3).await.unwrap_err().code(), Code::ServiceBusy);
        open.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        assert_eq!(second.await.unwrap().unwrap(), 2);
        assert_eq!(heavy.run(|| 4).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn a_panic_in_a_job_is_an_internal_error() {
        let heavy = Heavy::new(1, 1);
        let answer = heavy.run(|| panic!("made to fail")).await;
        assert_eq!(answer.map(|()| 0).unwrap_err().code(), Code::Internal);
        assert_eq!(heavy.run(|| 1).await.unwrap(), 1);
    }
}
