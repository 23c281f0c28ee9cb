//! Wallet files on disk: owner-only, replaced as a whole, never half-written.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::header::{HEADER, MAX_FILE};

/// Why a wallet file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is no such file.
    #[error("there is no wallet file there; enrol first or import a backup")]
    Missing,
    /// A file of that name exists, and a new wallet never replaces one.
    #[error("a file of that name exists already; choose another name or move it away")]
    Exists,
    /// The file is larger than any wallet.
    #[error("the file is larger than any wallet file")]
    TooLarge,
    /// Somebody else saved the wallet since it was opened.
    #[error("the wallet file was changed by another program since it was opened; try again")]
    Changed,
    /// The operating system refused.
    #[error("the wallet file cannot be read or written: {0}")]
    Io(#[from] io::Error),
}

impl FileError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "wallet_missing",
            Self::Exists => "wallet_exists",
            Self::TooLarge => "wallet_too_large",
            Self::Changed => "wallet_changed",
            Self::Io(_) => "wallet_io",
        }
    }
}

/// Reads a whole wallet file, at most [`MAX_FILE`] bytes.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    read_open(open_existing(path)?)
}

/// Writes a wallet file where none is.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    // The empty file claims the name, so that of two writers one is refused.
    owner_only()
        .create_new(true)
        .open(path)
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => FileError::Exists,
            _ => FileError::Io(error),
        })?;
    put(path, bytes).inspect_err(|_| {
        // Only the empty claim is taken away again; the first error is the one worth telling.
        let _ = fs::remove_file(path);
    })
}

/// Replaces a wallet file, provided that its header is still `header`.
///
/// Two programs that opened the same wallet cannot both save it: the second is told so, and
/// nothing that the first recorded is lost.
pub(crate) fn replace(path: &Path, header: &[u8], bytes: &[u8]) -> Result<(), FileError> {
    let _locked = locked_unchanged(path, header)?;
    put(path, bytes)
}

/// Takes a wallet file away, provided that its header is still `header`.
pub(crate) fn remove(path: &Path, header: &[u8]) -> Result<(), FileError> {
    let _locked = locked_unchanged(path, header)?;
    Ok(fs::remove_file(path)?)
}

/// The file under an exclusive lock, which ends when the handle is dropped.
fn locked_unchanged(path: &Path, header: &[u8]) -> Result<File, FileError> {
    let locked = open_existing(path)?;
    locked.lock()?;
    // Read anew by its name: a rename may have come between opening and locking.
    let mut current = vec![0; HEADER];
    open_existing(path)?
        .read_exact(&mut current)
        .map_err(|_| FileError::Changed)?;
    if current != header {
        return Err(FileError::Changed);
    }
    Ok(locked)
}

fn open_existing(path: &Path) -> Result<File, FileError> {
    File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => FileError::Missing,
        _ => FileError::Io(error),
    })
}

fn read_open(file: File) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(FileError::TooLarge);
    }
    Ok(bytes)
}

/// Writes beside the target, flushes to the disk, then renames over it.
fn put(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let temporary = beside(path)?;
    let written = (|| {
        let mut file = owner_only().create_new(true).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        File::open(folder(path))?.sync_all()
    })();
    if written.is_err() {
        // After a failed rename the temporary file is of no use; after a done one it is gone.
        let _ = fs::remove_file(&temporary);
    }
    Ok(written?)
}

fn beside(path: &Path) -> Result<PathBuf, FileError> {
    let random = getrandom::u64().map_err(|_| io::Error::other("no randomness"))?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{random:016x}.tmp"));
    Ok(folder(path).join(name))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_new_wallet_never_replaces_a_file_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet");
        create(&path, b"one").unwrap();
        assert!(matches!(create(&path, b"two"), Err(FileError::Exists)));
        assert_eq!(read(&path).unwrap(), b"one");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no temporary file stays"
        );
    }

    #[test]
    fn a_wallet_saved_by_somebody_else_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet");
        let (old, new) = (vec![1; HEADER], vec![2; HEADER]);
        create(&path, &old).unwrap();
        replace(&path, &old, &new).unwrap();
        assert!(matches!(
            replace(&path, &old, &[3; HEADER]),
            Err(FileError::Changed)
        ));
        assert_eq!(read(&path).unwrap(), new);
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            read(&folder.path().join("none")),
            Err(FileError::Missing)
        ));
        assert!(create(&folder.path().join("none/wallet"), b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_beyond_the_limit_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet");
        File::create(&path).unwrap().set_len(MAX_FILE + 1).unwrap();
        assert!(matches!(read(&path), Err(FileError::TooLarge)));
    }
}
