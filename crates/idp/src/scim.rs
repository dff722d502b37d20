//! The SCIM 2.0 front (RFC 7643, RFC 7644): a directory says who is known here and in which groups, and whoever leaves
//! is let in nowhere any more. Of a person the login, the directory's own name and whether they are active are kept;
//! everything else that directories send is passed over.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{MethodRouter, get, post},
};

use crate::App;

pub mod answer;
pub mod body;
pub mod discovery;
pub mod filter;
pub mod group;
pub mod groups;
pub mod patch;
pub mod problem;
pub mod provisioner;
pub mod query;
pub mod user;
pub mod users;

/// Where directories are pointed to.
pub const BASE: &str = "/scim/v2";
/// A group of some thousands, in octets.
const BODY_BYTES: usize = 1024 * 1024;

/// Everything that directories are led to.
pub fn routes() -> Router<App> {
    let inside = Router::new()
        .route("/ServiceProviderConfig", get(discovery::service))
        .route("/ResourceTypes", get(discovery::resource_types))
        .route("/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/Schemas", get(discovery::schemas))
        .route("/Schemas/{id}", get(discovery::schema))
        .route("/Users", get(users::list).post(users::add))
        .route("/Users/{id}", one_user())
        .route("/Groups", get(groups::list).post(groups::add))
        .route("/Groups/{id}", one_group())
        .route("/.search", post(problem::no_search))
        .fallback(problem::no_such_address)
        .layer(DefaultBodyLimit::max(BODY_BYTES));
    Router::new().nest(BASE, inside)
}

fn one_user() -> MethodRouter<App> {
    get(users::show)
        .put(users::replace)
        .patch(users::patch)
        .delete(users::remove)
}

fn one_group() -> MethodRouter<App> {
    get(groups::show)
        .put(groups::replace)
        .patch(groups::patch)
        .delete(groups::remove)
}
