//! The three files that pages load, each under an address that changes with its content.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
}

const CSS: Asset = Asset {
    name: "check.css",
    content_type: "text/css; charset=utf-8",
    text: include_str!("../../assets/check.css"),
};
const SCRIPT: Asset = Asset {
    name: "check.js",
    content_type: "text/javascript; charset=utf-8",
    text: include_str!("../../assets/check.js"),
};
const MARK: Asset = Asset {
    name: "mark.svg",
    content_type: "image/svg+xml",
    text: include_str!("../../assets/mark.svg"),
};

/// Where the files are now.
#[derive(Debug)]
pub struct Addresses {
    /// The style sheet.
    pub css: String,
    /// The script of the check page.
    pub script: String,
    /// The mark.
    pub mark: String,
}

/// See [`Addresses`].
pub static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| Addresses {
    css: CSS.address(),
    script: SCRIPT.address(),
    mark: MARK.address(),
});

impl Asset {
    fn address(&self) -> String {
        let digest = Sha256::digest(self.text);
        let version: String = digest
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("/assets/{}?v={version}", self.name)
    }
}

/// `GET /assets/{name}`.
pub async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = [CSS, SCRIPT, MARK]
        .into_iter()
        .find(|asset| asset.name == name)
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, asset.text).into_response()
}
