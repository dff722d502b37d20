//! A device's stable name, made small.

use selfsame_behaviour::DeviceTag;

/// A tag from what names a device: the 32-bit FNV-1a hash of the parts, each closed by its length.
#[must_use]
pub fn tag_of(parts: &[&[u8]]) -> DeviceTag {
    const OFFSET: u32 = 0x811C_9DC5;
    let hash = parts.iter().fold(OFFSET, |hash, part| {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes();
        part.iter().chain(&length).fold(hash, |hash, byte| {
            (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
        })
    });
    DeviceTag(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_layout_makes_another_tag() {
        assert_ne!(
            tag_of(&[b"AT keyboard", b"us"]),
            tag_of(&[b"AT keyboard", b"de"])
        );
        assert_ne!(tag_of(&[b"ab", b"c"]), tag_of(&[b"a", b"bc"]));
        assert_eq!(
            tag_of(&[b"AT keyboard", b"us"]),
            tag_of(&[b"AT keyboard", b"us"])
        );
    }
}
