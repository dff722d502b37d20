//! Who may do what with files, pipes and this process: lists in the security descriptor language.

#![allow(unsafe_code)] // security descriptors are handed over by address only

use std::{io, path::Path, ptr};

use windows_sys::Win32::{
    Foundation::{ERROR_SUCCESS, LocalFree},
    Security::{
        ACCESS_ALLOWED_ACE, ACL,
        Authorization::{
            ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW,
            GetNamedSecurityInfoW, SDDL_REVISION_1, SE_FILE_OBJECT, SE_KERNEL_OBJECT,
            SetNamedSecurityInfoW, SetSecurityInfo,
        },
        DACL_SECURITY_INFORMATION, GetAce, GetSecurityDescriptorDacl,
        PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID,
    },
    System::{SystemServices::ACCESS_ALLOWED_ACE_TYPE, Threading::GetCurrentProcess},
};

use super::{process, text};

/// The system itself, and those who may do everything on this computer.
const SYSTEM: &str = "S-1-5-18";
const ADMINISTRATORS: &str = "S-1-5-32-544";
/// `PROCESS_QUERY_LIMITED_INFORMATION`, `SYNCHRONIZE` and `PROCESS_TERMINATE`.
const LOOK_WAIT_END: u32 = 0x1000 | 0x0010_0000 | 0x1;
const PROTECTED_DACL: u32 = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;

/// A security descriptor, as long as it is needed.
pub struct Descriptor(PSECURITY_DESCRIPTOR);

impl Descriptor {
    /// All rights for this process's user and the system, none for anybody else.
    ///
    /// # Errors
    /// What the system says.
    pub fn owner_alone() -> io::Result<Self> {
        let own = process::own_user()?;
        Self::parse(&format!("D:P(A;OICI;GA;;;{own})(A;OICI;GA;;;SY)"))
    }

    fn parse(sddl: &str) -> io::Result<Self> {
        let sddl = text::wide(sddl.as_ref());
        let mut found = ptr::null_mut();
        // SAFETY: `sddl` ends with a zero, `found` may be written; the size is not asked for.
        let parsed = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                sddl.as_ptr(),
                SDDL_REVISION_1,
                &raw mut found,
                ptr::null_mut(),
            )
        };
        if parsed == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(found))
    }

    /// Its address, good for as long as it lives.
    pub fn as_ptr(&self) -> PSECURITY_DESCRIPTOR {
        self.0
    }

    fn list(&self) -> io::Result<*mut ACL> {
        let (mut present, mut list, mut defaulted) = (0, ptr::null_mut(), 0);
        // SAFETY: the descriptor is valid, the three places may be written.
        let asked = unsafe {
            GetSecurityDescriptorDacl(self.0, &raw mut present, &raw mut list, &raw mut defaulted)
        };
        match asked {
            0 => Err(io::Error::last_os_error()),
            _ if present == 0 => Ok(ptr::null_mut()),
            _ => Ok(list),
        }
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: the system allocated it for LocalFree, and nobody else has its address.
        unsafe { LocalFree(self.0) };
    }
}

/// Replaces a file's or folder's list by one that inherits nothing.
///
/// # Errors
/// What the system says; a file system without lists is an error too.
pub fn give_to_owner_alone(path: &Path) -> io::Result<()> {
    let descriptor = Descriptor::owner_alone()?;
    let path = text::wide(path.as_os_str());
    // SAFETY: `path` ends with a zero; the list belongs to `descriptor`, which outlives the call.
    let done = unsafe {
        SetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            PROTECTED_DACL,
            ptr::null_mut(),
            ptr::null_mut(),
            descriptor.list()?,
            ptr::null(),
        )
    };
    ok(done)
}

/// Whether a file's list lets nobody in but its user, the system and administrators.
///
/// # Errors
/// What the system says.
pub fn is_owners_alone(path: &Path) -> io::Result<bool> {
    let own = process::own_user()?;
    let path = text::wide(path.as_os_str());
    let (mut list, mut descriptor) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: `path` ends with a zero; what is not asked for is null.
    let asked = unsafe {
        GetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION,
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut list,
            ptr::null_mut(),
            &raw mut descriptor,
        )
    };
    ok(asked)?;
    let _owned = Descriptor(descriptor);
    // No list at all lets everybody in.
    if list.is_null() {
        return Ok(false);
    }
    let admitted = admitted(list)?;
    Ok(admitted
        .iter()
        .all(|sid| [own.as_str(), SYSTEM, ADMINISTRATORS].contains(&sid.as_str())))
}

/// Takes from every other program the right to read this one's memory, also from those of its own
/// user, who as the owner could otherwise give it back to themselves.
///
/// # Errors
/// What the system says.
pub fn keep_others_from_this_process() -> io::Result<()> {
    let own = process::own_user()?;
    let descriptor = Descriptor::parse(&format!(
        "D:P(A;;{LOOK_WAIT_END:#x};;;OW)(A;;{LOOK_WAIT_END:#x};;;{own})(A;;{LOOK_WAIT_END:#x};;;SY)"
    ))?;
    // SAFETY: the handle of the process itself needs no closing; the list outlives the call.
    let done = unsafe {
        SetSecurityInfo(
            GetCurrentProcess(),
            SE_KERNEL_OBJECT,
            PROTECTED_DACL,
            ptr::null_mut(),
            ptr::null_mut(),
            descriptor.list()?,
            ptr::null(),
        )
    };
    ok(done)
}

/// The users and groups that a list lets in.
fn admitted(list: *mut ACL) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    // SAFETY: the list is one of the system's, and lives as long as its descriptor.
    let count = unsafe { (*list).AceCount };
    for at in 0..u32::from(count) {
        let mut entry = ptr::null_mut();
        // SAFETY: `at` is below the number of entries.
        if unsafe { GetAce(list, at, &raw mut entry) } == 0 {
            return Err(io::Error::last_os_error());
        }
        let entry: *mut ACCESS_ALLOWED_ACE = entry.cast();
        // SAFETY: every entry begins with a header; one of this type goes on with a mask and an id.
        unsafe {
            if u32::from((*entry).Header.AceType) == ACCESS_ALLOWED_ACE_TYPE {
                found.push(sid_text((&raw mut (*entry).SidStart).cast())?);
            }
        }
    }
    Ok(found)
}

/// A security id as text, such as `S-1-5-18`.
///
/// # Errors
/// When it is no security id.
pub fn sid_text(sid: PSID) -> io::Result<String> {
    let mut shown = ptr::null_mut();
    // SAFETY: the system checks the id itself; `shown` may be written, and is freed by `take_local`.
    unsafe {
        if ConvertSidToStringSidW(sid, &raw mut shown) == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(text::take_local(shown).to_string_lossy().into_owned())
    }
}

fn ok(code: u32) -> io::Result<()> {
    match code {
        ERROR_SUCCESS => Ok(()),
        error => Err(io::Error::from_raw_os_error(error.cast_signed())),
    }
}
