//! Files and folders that operating systems and applications create beside those of the user.

use std::ffi::OsStr;

/// Folders for trash, thumbnails, snapshots and databases of Synology, QNAP, Windows, macOS, Linux, Android and
/// Syncthing, in lower case.
const FOLDERS: [&str; 28] = [
    "@eadir",
    "#recycle",
    "#snapshot",
    "@recycle",
    "@recently-snapshot",
    "@snapshot",
    "@tmp",
    ".@__thumb",
    "$recycle.bin",
    "recycler",
    "system volume information",
    "found.000",
    "__macosx",
    ".spotlight-v100",
    ".fseventsd",
    ".documentrevisions-v100",
    ".temporaryitems",
    "lost+found",
    "lost.dir",
    ".thumbnails",
    ".thumbcache",
    ".thumbs",
    ".snapshot",
    ".snapshots",
    ".zfs",
    ".stfolder",
    ".stversions",
    ".globaltrash",
];

/// The folders in a photo library of a Mac that hold generated files. The photos are in `originals` or `Masters`, and
/// edited ones of old versions in `Modified`.
const INSIDE_LIBRARIES: [&str; 16] = [
    "database",
    "resources",
    "private",
    "scopes",
    "external",
    "internal",
    "thumbnails",
    "previews",
    "attachments",
    "plugins",
    "caches",
    "data",
    "data.noindex",
    "apple tv photo cache",
    "ipod photo cache",
    "faces",
];

/// Whether a folder is created by a system, by its name and that of its parent folder.
pub(super) fn is_system_folder(name: &OsStr, parent: Option<&OsStr>) -> bool {
    let small = |name: &OsStr| name.to_string_lossy().to_lowercase();
    let name = small(name);
    // The `.lrdata` folders of Lightroom hold previews only.
    FOLDERS.contains(&&*name)
        || name.starts_with(".trash")
        || name.ends_with(".lrdata")
        || (INSIDE_LIBRARIES.contains(&&*name) && parent.is_some_and(|parent| is_library(&small(parent))))
}

fn is_library(name: &str) -> bool {
    [".photoslibrary", ".photolibrary", ".migratedphotolibrary", ".aplibrary"].iter().any(|end| name.ends_with(end))
}

/// Whether a file is created by a system: the metadata that macOS stores beside files on other file systems, and
/// trashed or incomplete files of Android.
pub(super) fn is_system_file(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b"._") || name.starts_with(b".trashed-") || name.starts_with(b".pending-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_folders() {
        let is_system = |name: &str, parent: &str| is_system_folder(OsStr::new(name), Some(OsStr::new(parent)));
        for name in
            ["@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", ".Trash-1000", ".Trashes", "lost+found"]
        {
            assert!(is_system(name, "photos"), "{name}");
        }
        assert!(is_system("My Previews.lrdata", "photos"));
        for name in ["resources", "database", "Thumbnails"] {
            assert!(is_system(name, "My Photos.photoslibrary") && !is_system(name, "photos"), "{name}");
        }
        for name in ["originals", "Masters", "Originals", "Modified"] {
            assert!(!is_system(name, "My Photos.photoslibrary"), "{name}");
        }
        assert!(!is_system("trash", "photos") && !is_system("recycled bikes", "photos"));
    }

    #[test]
    fn system_files() {
        let is_system = |name: &str| is_system_file(OsStr::new(name));
        assert!(is_system("._IMG_1.JPG") && is_system(".trashed-1700000000-IMG_1.jpg"));
        assert!(!is_system("IMG_1.JPG") && !is_system("_.jpg"));
    }
}
