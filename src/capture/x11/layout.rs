//! The keyboard layout as far as it names a device: the same keyboard with another layout is typed on
//! in another way.

use x11rb::{
    connection::RequestConnection,
    errors::ReplyError,
    protocol::{
        xkb::{
            self, ConnectionExt as _, EventType, MapPart, SelectEventsAux,
            SelectEventsAuxStateNotify, StatePart,
        },
        xproto::{AtomEnum, ConnectionExt as _},
    },
};

use super::connection::Display;

/// The longest layout description that is read, in 32-bit units.
const LONGEST: u32 = 256;

/// Asks to be told when the layout or its group changes. Group changes only: the full state event
/// would come with every key and name it.
pub fn select(connection: &impl RequestConnection) -> Result<(), ReplyError> {
    connection.xkb_use_extension(1, 0)?.reply()?;
    let group = SelectEventsAuxStateNotify {
        affect_state: StatePart::GROUP_STATE,
        state_details: StatePart::GROUP_STATE,
    };
    xkb::select_events(
        connection,
        u16::from(xkb::ID::USE_CORE_KBD),
        EventType::from(0_u16),
        EventType::from(0_u16),
        MapPart::from(0_u16),
        MapPart::from(0_u16),
        &SelectEventsAux::new().state_notify(group),
    )?
    .check()
}

/// Bytes that are equal exactly when rules, layout, variant, options and group are.
pub fn read(display: &Display) -> Result<Vec<u8>, ReplyError> {
    let connection = display.connection();
    let property = display.atoms().rules_names;
    let names = connection
        .get_property(
            false,
            display.root(),
            property,
            AtomEnum::STRING,
            0,
            LONGEST,
        )?
        .reply()?;
    let state = connection
        .xkb_get_state(xkb::ID::USE_CORE_KBD.into())?
        .reply()?;
    let mut layout = names.value;
    layout.push(state.group.into());
    Ok(layout)
}
