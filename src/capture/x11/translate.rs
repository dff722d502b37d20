//! From XInput2 raw events to what the decoder takes.

use x11rb::protocol::{
    Event,
    xinput::{Fp3232, RawButtonPressEvent, RawKeyPressEvent},
};

use crate::capture::{EvdevCode, RawEvent, RawKind};

/// The raw input event in `event`, if it is one. Its device is the source: the slave that made it.
pub fn raw_event(event: &Event) -> Option<RawEvent> {
    match event {
        Event::XinputRawKeyPress(key) => key_event(key, RawKind::KeyPress),
        Event::XinputRawKeyRelease(key) => key_event(key, RawKind::KeyRelease),
        Event::XinputRawButtonPress(button) => {
            Some(pointer_event(button, RawKind::ButtonPress(button.detail)))
        }
        Event::XinputRawButtonRelease(button) => {
            Some(pointer_event(button, RawKind::ButtonRelease(button.detail)))
        }
        Event::XinputRawMotion(motion) => {
            let (x, y) = (axis(motion, 0), axis(motion, 1));
            Some(pointer_event(motion, RawKind::Motion(x, y)))
        }
        _ => None,
    }
}

fn key_event(key: &RawKeyPressEvent, kind: impl Fn(EvdevCode) -> RawKind) -> Option<RawEvent> {
    let code = EvdevCode::from_x11(key.detail)?;
    Some(RawEvent {
        time_ms: key.time,
        device: key.sourceid,
        kind: kind(code),
    })
}

fn pointer_event(event: &RawButtonPressEvent, kind: RawKind) -> RawEvent {
    RawEvent {
        time_ms: event.time,
        device: event.sourceid,
        kind,
    }
}

/// The device's own value of an axis, before the server's acceleration. Values are given only for the
/// axes in the mask, in its order.
fn axis(motion: &RawButtonPressEvent, number: u32) -> Option<f32> {
    let mask = motion.valuator_mask.first().copied().unwrap_or(0);
    if mask & (1 << number) == 0 {
        return None;
    }
    let place = (mask & ((1 << number) - 1)).count_ones() as usize;
    motion.axisvalues_raw.get(place).map(to_f32)
}

#[allow(clippy::cast_possible_truncation)] // a pointer's movement needs no more than an f32 holds
fn to_f32(value: &Fp3232) -> f32 {
    (f64::from(value.integral) + f64::from(value.frac) / 4_294_967_296.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn motion(mask: u32, values: &[(i32, u32)]) -> RawButtonPressEvent {
        let values: Vec<Fp3232> = values
            .iter()
            .map(|&(integral, frac)| Fp3232 { integral, frac })
            .collect();
        RawButtonPressEvent {
            response_type: 35,
            extension: 0,
            sequence: 0,
            length: 0,
            event_type: 17,
            deviceid: 2,
            time: 1234,
            detail: 0,
            sourceid: 7,
            flags: 0_u32.into(),
            valuator_mask: vec![mask],
            axisvalues: values.clone(),
            axisvalues_raw: values,
        }
    }

    #[test]
    fn an_axis_that_did_not_move_is_missing() {
        let event = Event::XinputRawMotion(motion(0b10, &[(-3, 1 << 31)]));
        let raw = raw_event(&event).expect("motion is input");
        assert_eq!(raw.kind, RawKind::Motion(None, Some(-2.5)));
        assert_eq!((raw.device, raw.time_ms), (7, 1234));
    }

    #[test]
    fn scroll_axes_are_no_movement() {
        let event = Event::XinputRawMotion(motion(0b1100, &[(1, 0), (15, 0)]));
        assert_eq!(
            raw_event(&event).map(|raw| raw.kind),
            Some(RawKind::Motion(None, None))
        );
    }
}
