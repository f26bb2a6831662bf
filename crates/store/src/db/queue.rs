//! A bounded queue between many askers and the database threads.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
};

/// First in, first out; full means "busy" at once, closed means "finish what waits and stop".
///
/// An item goes to the thread that became idle last: its connection has its statements prepared and planned, where one
/// that slept since the start would begin with reading the catalogue.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    room: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// Threads that found nothing to do, the last one last.
    idle: Vec<Thread>,
    open: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(room: usize) -> Self {
        let state = State { waiting: VecDeque::new(), idle: Vec::new(), open: true };
        Self { state: Mutex::new(state), room }
    }

    /// Adds an item, or gives it back when the queue is full or closed.
    pub(crate) fn push(&self, item: T) -> Result<(), T> {
        let mut state = self.lock();
        if !state.open || state.waiting.len() >= self.room {
            return Err(item);
        }
        state.waiting.push_back(item);
        // Where nobody is idle, the first to finish finds the item.
        let next = state.idle.pop();
        drop(state);
        if let Some(thread) = next {
            thread.unpark();
        }
        Ok(())
    }

    /// Waits for the next item; `None` when the queue is closed and empty.
    pub(crate) fn take(&self) -> Option<T> {
        let own = thread::current();
        let mut state = self.lock();
        loop {
            // A thread may wake without having been called, and be in the list still.
            state.idle.retain(|idle| idle.id() != own.id());
            if let Some(item) = state.waiting.pop_front() {
                return Some(item);
            }
            if !state.open {
                return None;
            }
            state.idle.push(own.clone());
            drop(state);
            thread::park();
            state = self.lock();
        }
    }

    /// The next item if one waits already.
    pub(crate) fn take_now(&self) -> Option<T> {
        self.lock().waiting.pop_front()
    }

    pub(crate) fn is_closed(&self) -> bool {
        !self.lock().open
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Refuses new items; those who wait are still served.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.open = false;
        state.idle.drain(..).for_each(|idle| idle.unpark());
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing here can panic halfway through a change, so a poisoned lock still guards a whole queue.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::mpsc, time::Duration};

    use super::*;

    fn wait_until(queue: &Queue<usize>, idle: usize) {
        while queue.lock().idle.len() < idle {
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn one_item_after_the_other_goes_to_one_thread() {
        let queue = Queue::new(10);
        let (served, by) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while queue.take().is_some() {
                        served.send(thread::current().id()).unwrap();
                    }
                });
            }
            let threads: HashSet<_> = (0..20)
                .map(|item| {
                    wait_until(&queue, 4);
                    queue.push(item).unwrap();
                    by.recv().unwrap()
                })
                .collect();
            queue.close();
            assert_eq!(threads.len(), 1);
        });
    }

    #[test]
    fn every_item_is_taken_once_however_many_threads_push_and_take() {
        let queue = Queue::new(usize::MAX);
        let (served, by) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while let Some(item) = queue.take() {
                        served.send(item).unwrap();
                    }
                });
            }
            for from in 0..4 {
                let queue = &queue;
                scope.spawn(move || (0..5_000).for_each(|item| queue.push(from * 5_000 + item).unwrap()));
            }
            // An item that waits while a thread sleeps would never come.
            let mut items: Vec<usize> =
                (0..20_000).map(|_| by.recv_timeout(Duration::from_secs(10)).unwrap()).collect();
            items.sort_unstable();
            assert!(items.iter().copied().eq(0..20_000));
            queue.close();
        });
    }
}
