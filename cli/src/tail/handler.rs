//! Shows frames.

use dashstream_stream::consumer::{Delivery, Effect, HandleError, Handler, Stopped};

use super::screen::Shared;

/// Shows what is handed over.
#[derive(Debug)]
pub(super) struct Show {
    screen: Shared,
}

impl Show {
    pub(super) const fn new(screen: Shared) -> Self {
        Self { screen }
    }
}

impl Handler for Show {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let shown = self.screen.lock().show(&delivery);
        shown.map(|()| Vec::new()).map_err(|error| HandleError::Stop(error.to_string()))
    }

    fn stopped(&mut self, stopped: Stopped) {
        let position = stopped.position;
        let place = format!("partition {} stands at {}", position.partition, position.offset);
        self.screen.lock().wrong(&format!("{place}: {}", stopped.error));
    }
}
