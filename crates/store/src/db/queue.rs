//! A bounded queue between many askers and the database threads.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// First in, first out; full means "busy" at once, closed means "finish what waits and stop".
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
    room: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    open: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(room: usize) -> Self {
        let state = State { waiting: VecDeque::new(), open: true };
        Self { state: Mutex::new(state), arrived: Condvar::new(), room }
    }

    /// Adds an item, or gives it back when the queue is full or closed.
    pub(crate) fn push(&self, item: T) -> Result<(), T> {
        let mut state = self.lock();
        if !state.open || state.waiting.len() >= self.room {
            return Err(item);
        }
        state.waiting.push_back(item);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for the next item; `None` when the queue is closed and empty.
    pub(crate) fn take(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(item) = state.waiting.pop_front() {
                return Some(item);
            }
            if !state.open {
                return None;
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
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
        self.lock().open = false;
        self.arrived.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing here can panic halfway through a change, so a poisoned lock still guards a whole queue.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
