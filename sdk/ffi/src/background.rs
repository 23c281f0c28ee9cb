//! Work that takes long, on a thread of its own: whoever waits for it may be an app's main thread, an
//! event loop or a coroutine, and none of these must stand still.

use std::sync::Arc;

use futures_channel::oneshot;

use crate::error::HumansealError;
use crate::watch::Watch;

/// Stops the work if nobody waits for its end any more.
struct Waiting(Option<Arc<Watch>>);

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(watch) = &self.0 {
            watch.cancel();
        }
    }
}

/// Runs `work` and waits for it. Whoever stops waiting cancels it.
pub(crate) async fn run<T: Send + 'static>(
    watch: Option<Arc<Watch>>,
    work: impl FnOnce(&Watch) -> Result<T, HumansealError> + Send + 'static,
) -> Result<T, HumansealError> {
    let watch = watch.unwrap_or_else(|| Watch::new(None));
    let mut waiting = Waiting(Some(Arc::clone(&watch)));
    let (answer, answered) = oneshot::channel();
    let begun = std::thread::Builder::new()
        .name("humanseal".into())
        .spawn(move || {
            // Nobody may be there to hear it.
            let _ = answer.send(work(&watch));
        });
    let thread =
        begun.map_err(|_| HumansealError::fault("thread_refused", "the system gave no thread"))?;
    let ended = answered.await;
    waiting.0 = None;
    // It is at its end, but may still be waking its waiter: a Python program that ends meanwhile would be aborted.
    // A waiter that goes on inside of being woken is on that thread, and waits for nothing.
    if thread.thread().id() != std::thread::current().id() {
        let _ = thread.join();
    }
    // The thread ends without an answer where it panicked.
    ended.map_err(|_| HumansealError::fault("internal", "a defect of this library; report it"))?
}
