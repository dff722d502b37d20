//! Whether whoever wants in comes from where their device does, by the gateway's word.

use std::net::{IpAddr, SocketAddr};

use selfsame_radius::{Kind, Request};

use crate::decide::Caller;

/// Compares the caller's address with the one that the device's link comes from. An address of another family is
/// another address.
pub fn compare(request: &Request, device: IpAddr) -> Caller {
    match address(request).filter(|address| is_public(*address)) {
        None => Caller::NotTold,
        Some(address) if address == device.to_canonical() => Caller::SameAddress,
        Some(_) => Caller::Elsewhere,
    }
}

/// Calling-Station-Id where it is an address, else Tunnel-Client-Endpoint.
pub fn address(request: &Request) -> Option<IpAddr> {
    let tunnel = request.other(Kind::TUNNEL_CLIENT_ENDPOINT).next();
    let tunnel = tunnel.and_then(|value| std::str::from_utf8(value).ok());
    // Its first octet may be a tag (RFC 2868 section 3.3).
    let tunnel = tunnel.map(|text| text.trim_start_matches(char::is_control));
    let station = request.calling_station.as_deref();
    station.and_then(parse).or_else(|| tunnel.and_then(parse))
}

fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    address.or_else(with_port).map(|ip| ip.to_canonical())
}

/// Whether an address means the same everywhere: neither of a private network nor of this computer.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            // 100.64.0.0/10 lies behind a provider's own translation (RFC 6598).
            let is_shared = a == 100 && (64..128).contains(&b);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || is_shared)
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unique_local()
                || v6.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_in_the_forms_that_gateways_write() {
        let ip = |text| parse(text).map(|ip| ip.to_string());
        assert_eq!(ip("198.51.100.7").as_deref(), Some("198.51.100.7"));
        assert_eq!(ip(" 198.51.100.7:4711 ").as_deref(), Some("198.51.100.7"));
        assert_eq!(ip("::ffff:198.51.100.7").as_deref(), Some("198.51.100.7"));
        assert_eq!(ip("[2001:db8::1]:443").as_deref(), Some("2001:db8::1"));
        assert_eq!(ip("00-11-22-33-44-55"), None);
        assert_eq!(ip("+49 30 1234"), None);
    }

    #[test]
    fn only_a_public_address_says_where_somebody_is() {
        for text in [
            "10.1.2.3",
            "192.168.1.1",
            "127.0.0.1",
            "100.64.1.1",
            "169.254.1.1",
            "::1",
            "fd00::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        assert!(is_public("198.51.100.7".parse().unwrap()));
        assert!(is_public("2001:db8::1".parse().unwrap()));
    }
}
