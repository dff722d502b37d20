//! Warnings before a certificate ends. Most services do not look at its end; those that do stop signing anybody in.

use selfsame_protocol::UnixMillis;
use selfsame_saml::Certificate;

const DAY_MS: i64 = 24 * 60 * 60_000;
/// How many days before the end the words get stronger.
const NOTICES: [(i64, &str); 4] = [
    (0, "has ended"),
    (7, "ends within a week"),
    (30, "ends within 30 days"),
    (60, "ends within 60 days"),
];

/// Whole days until a certificate ends; negative after that.
pub fn days_left(certificate: &Certificate, now: UnixMillis) -> i64 {
    (certificate.valid_until().unix_millis() - now.0).div_euclid(DAY_MS)
}

/// What is to be said that many days before the end, if anything.
pub fn notice(days_left: i64) -> Option<&'static str> {
    NOTICES
        .into_iter()
        .find(|(within, _)| days_left < *within)
        .map(|(_, words)| words)
}

/// Logs what is to be said of each certificate that services are given.
pub fn warn(certificates: &[Certificate], now: UnixMillis) {
    for certificate in certificates {
        let days_left = days_left(certificate, now);
        if let Some(words) = notice(days_left) {
            let fingerprint = certificate.fingerprint();
            tracing::warn!(
                fingerprint,
                days_left,
                "a certificate that services verify answers with {words}; begin its change with `selfsame-idp cert new`"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::notice;

    #[test]
    fn the_words_get_stronger_at_60_30_and_7_days() {
        let words = [61, 60, 59, 30, 29, 7, 6, 0, -1].map(notice);
        assert_eq!(
            words,
            [
                None,
                None,
                Some("ends within 60 days"),
                Some("ends within 60 days"),
                Some("ends within 30 days"),
                Some("ends within 30 days"),
                Some("ends within a week"),
                Some("ends within a week"),
                Some("has ended"),
            ]
        );
    }
}
