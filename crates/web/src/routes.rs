//! The list of every route with its guard. A route that is not in it cannot exist, and the role matrix is generated from it.

use std::collections::HashMap;

use axum::{
    Router,
    handler::Handler,
    routing::{MethodRouter, delete, get, post, put},
};
use muster_domain::access::Action;

use crate::{Ctx, guard, headers};

/// Who may call a route at all; the use case asks again with the loaded row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Anybody, signed in or not.
    Public,
    /// Anybody who is signed in.
    SignedIn,
    /// A signed-in person whose role reaches this action somewhere.
    On(Action),
}

/// One route, as the matrix sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Its guard.
    pub guard: Guard,
}

/// Routes under construction.
#[derive(Default)]
pub struct Routes {
    router: Router<Ctx>,
    listed: Vec<Listed>,
}

impl Routes {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a page or a JSON read.
    #[must_use]
    pub fn get<H: Handler<T, Ctx>, T: 'static>(self, path: &'static str, guard: Guard, handler: H) -> Self {
        self.add("GET", path, guard, get(handler))
    }

    /// Adds something that makes or changes.
    #[must_use]
    pub fn post<H: Handler<T, Ctx>, T: 'static>(self, path: &'static str, guard: Guard, handler: H) -> Self {
        self.add("POST", path, guard, post(handler))
    }

    /// Adds something that replaces.
    #[must_use]
    pub fn put<H: Handler<T, Ctx>, T: 'static>(self, path: &'static str, guard: Guard, handler: H) -> Self {
        self.add("PUT", path, guard, put(handler))
    }

    /// Adds something that removes.
    #[must_use]
    pub fn delete<H: Handler<T, Ctx>, T: 'static>(self, path: &'static str, guard: Guard, handler: H) -> Self {
        self.add("DELETE", path, guard, delete(handler))
    }

    /// Adds a room's routes.
    #[must_use]
    pub fn room(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.listed.extend(other.listed);
        self
    }

    /// Every route.
    #[must_use]
    pub fn listed(&self) -> &[Listed] {
        &self.listed
    }

    fn add(mut self, method: &'static str, path: &'static str, guard: Guard, handler: MethodRouter<Ctx>) -> Self {
        self.router = self.router.route(path, handler);
        self.listed.push(Listed { method, path, guard });
        self
    }

    /// The router, with every route behind its guard and the usual headers on every answer.
    pub fn into_router(self, ctx: Ctx) -> Router {
        let guards: HashMap<(&'static str, &'static str), Guard> =
            self.listed.iter().map(|route| ((route.method, route.path), route.guard)).collect();
        let guarded = self.router.route_layer(axum::middleware::from_fn_with_state(
            guard::Guards { ctx: ctx.clone(), guards: guards.into() },
            guard::check,
        ));
        headers::wrap(guarded.fallback(guard::nothing_here), ctx.clone()).with_state(ctx)
    }
}
