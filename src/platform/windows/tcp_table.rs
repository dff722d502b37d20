//! Which process holds one end of a TCP connection on this computer.

#![allow(unsafe_code)] // the table is handed over as bytes

use std::{io, net::SocketAddrV4, ptr};

use windows_sys::Win32::{
    Foundation::{ERROR_INSUFFICIENT_BUFFER, ERROR_SUCCESS},
    NetworkManagement::IpHelper::{
        GetExtendedTcpTable, MIB_TCPROW_OWNER_PID, TCP_TABLE_OWNER_PID_CONNECTIONS,
    },
    Networking::WinSock::AF_INET,
};

/// The table may grow between the question for its size and the one for itself.
const TRIES: usize = 4;
/// `MIB_TCP_STATE_ESTAB`.
const ESTABLISHED: u32 = 5;

/// The id of the process whose established connection goes from `local` to `remote`; `None` where
/// there is none.
///
/// # Errors
/// What the system says.
pub fn holder(local: SocketAddrV4, remote: SocketAddrV4) -> io::Result<Option<u32>> {
    Ok(rows()?
        .iter()
        .find(|row| {
            row.dwState == ESTABLISHED
                && is(row.dwLocalAddr, row.dwLocalPort, local)
                && is(row.dwRemoteAddr, row.dwRemotePort, remote)
        })
        .map(|row| row.dwOwningPid))
}

/// Addresses and ports are in the network's byte order, a port in the low half of its word.
fn is(address: u32, port: u32, wanted: SocketAddrV4) -> bool {
    let [high, low, ..] = port.to_ne_bytes();
    address.to_ne_bytes() == wanted.ip().octets()
        && u16::from_be_bytes([high, low]) == wanted.port()
}

fn rows() -> io::Result<Vec<MIB_TCPROW_OWNER_PID>> {
    // In words, as every field of the table is one.
    let mut table: Vec<u32> = Vec::new();
    for _ in 0..TRIES {
        let mut bytes = size_of_val(table.as_slice()) as u32;
        let room = if table.is_empty() {
            ptr::null_mut()
        } else {
            table.as_mut_ptr().cast()
        };
        // SAFETY: there is as much room as `bytes` says.
        let asked = unsafe {
            GetExtendedTcpTable(
                room,
                &raw mut bytes,
                0,
                AF_INET.into(),
                TCP_TABLE_OWNER_PID_CONNECTIONS,
                0,
            )
        };
        match asked {
            ERROR_SUCCESS => return Ok(rows_in(&table)),
            // Some more than was asked for, as connections come and go.
            ERROR_INSUFFICIENT_BUFFER => table.resize(bytes as usize / 4 + 64, 0),
            error => return Err(io::Error::from_raw_os_error(error.cast_signed())),
        }
    }
    Err(io::Error::other(
        "the table of connections does not hold still",
    ))
}

/// The number of rows, then the rows of six words.
fn rows_in(table: &[u32]) -> Vec<MIB_TCPROW_OWNER_PID> {
    let Some((&count, rows)) = table.split_first() else {
        return Vec::new();
    };
    rows.as_chunks::<6>()
        .0
        .iter()
        .take(count as usize)
        .map(
            |&[state, local, local_port, remote, remote_port, owner]| MIB_TCPROW_OWNER_PID {
                dwState: state,
                dwLocalAddr: local,
                dwLocalPort: local_port,
                dwRemoteAddr: remote,
                dwRemotePort: remote_port,
                dwOwningPid: owner,
            },
        )
        .collect()
}
