//! An address or a range of them, such as `192.0.2.7` or `10.20.0.0/16`.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

/// A range of addresses by its first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether an address lies in it; an IPv4 address in IPv6 form is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                first_bits(own.to_bits().into(), 32 - self.bits)
                    == first_bits(other.to_bits().into(), 32 - self.bits)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                first_bits(own.to_bits(), 128 - self.bits)
                    == first_bits(other.to_bits(), 128 - self.bits)
            }
            _ => false,
        }
    }

    /// How many first bits it names: of two networks with one address the narrower counts.
    pub const fn bits(&self) -> u8 {
        self.bits
    }
}

fn first_bits(address: u128, others: u8) -> u128 {
    address.checked_shr(others.into()).unwrap_or(0)
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address
            .parse()
            .map_err(|_| format!("`{address}` is not an IP address"))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) => bits
                .parse()
                .ok()
                .filter(|bits| (1..=most).contains(bits))
                .ok_or_else(|| format!("/{bits} is not a length of 1 to {most}"))?,
        };
        let network = Self { address, bits };
        match network.starts_at_its_address(most - bits) {
            true => Ok(network),
            false => Err(format!("{text} names bits beyond its length")),
        }
    }
}

impl Network {
    fn starts_at_its_address(&self, others: u8) -> bool {
        let all = match self.address {
            IpAddr::V4(address) => address.to_bits().into(),
            IpAddr::V6(address) => address.to_bits(),
        };
        first_bits(all, others).checked_shl(others.into()) == Some(all)
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        let network: Network = network.parse().unwrap();
        network.contains(address.parse().unwrap())
    }

    #[test]
    fn a_network_holds_its_own_addresses_and_no_others() {
        assert!(contains("192.0.2.7", "192.0.2.7"));
        assert!(contains("192.0.2.7", "::ffff:192.0.2.7"));
        assert!(!contains("192.0.2.7", "192.0.2.6"));
        assert!(contains("10.20.0.0/16", "10.20.255.1"));
        assert!(!contains("10.20.0.0/16", "10.21.0.1"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1"));
        assert!(!contains("2001:db8::/32", "2001:db9::1"));
    }

    #[test]
    fn everybody_at_once_is_no_network_and_nor_is_a_slip_of_the_pen() {
        for text in ["0.0.0.0/0", "10.20.0.1/16", "10.0.0.0/33", "host", ""] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
