//! Limits the number of file system calls of a scan.

use super::*;

/// The number of calls of each kind.
#[derive(Debug, Default)]
pub(super) struct Work {
    stats: usize,
    lists: usize,
    resolves: usize,
}

impl Work {
    pub(super) fn stat(&mut self) {
        self.stats += 1;
    }

    pub(super) fn list(&mut self) {
        self.lists += 1;
    }

    pub(super) fn resolve(&mut self) {
        self.resolves += 1;
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("immich-scan-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn scanner(paths: Vec<PathBuf>) -> Scanner {
    Scanner::new(paths, FileOptions::default(), None, HashSet::from([".jpg".to_owned()]), Progress::new(None))
}

/// Returns the number of entries after the first batch.
fn rest(scanner: &mut Scanner) -> usize {
    std::iter::from_fn(|| Some(scanner.next_batch().len()).filter(|found| *found > 0)).sum()
}

#[test]
fn given_paths_are_read_once_and_the_first_early() {
    const FILES: usize = 3000;
    let folder = Folder::new("given");
    let paths: Vec<_> = (0..FILES).map(|number| folder.0.join(format!("{number}.jpg"))).collect();
    paths.iter().for_each(|path| fs::write(path, "photo").expect("a file"));
    let mut scanner = scanner(paths);
    assert_eq!(scanner.work.stats, 0, "nothing is looked at before it is wanted");
    assert_eq!(scanner.next_batch().len(), FIRST_BATCH);
    assert!(scanner.work.stats <= FIRST_BATCH + 2, "{:?}", scanner.work);
    assert_eq!(rest(&mut scanner), FILES - FIRST_BATCH);
    assert!(scanner.work.stats <= FILES + 2, "{:?}", scanner.work);
    assert_eq!((scanner.work.lists, scanner.work.resolves), (1, 1));
}

#[test]
fn metadata_of_a_large_folder_is_read_lazily() {
    const FILES: usize = 3000;
    let folder = Folder::new("large");
    (0..FILES).for_each(|number| fs::write(folder.0.join(format!("{number}.jpg")), "photo").expect("a file"));
    let mut scanner = scanner(vec![folder.0.clone()]);
    assert_eq!(scanner.next_batch().len(), FIRST_BATCH);
    assert!(scanner.work.stats <= FIRST_BATCH + 2, "{:?}", scanner.work);
    assert_eq!(rest(&mut scanner), FILES - FIRST_BATCH);
    assert!(scanner.work.stats <= FILES + 2, "{:?}", scanner.work);
}

#[test]
fn each_level_of_a_deep_folder_takes_the_same_work() {
    const LEVELS: usize = 200;
    let folder = Folder::new("deep");
    let mut path = folder.0.clone();
    for _ in 0..LEVELS {
        path.push("d");
        fs::create_dir(&path).expect("a folder");
        fs::write(path.join("a.jpg"), "photo").expect("a file");
    }
    let mut scanner = scanner(vec![folder.0.clone()]);
    assert_eq!(rest(&mut scanner), LEVELS);
    assert_eq!((scanner.work.lists, scanner.work.resolves), (LEVELS + 1, 1));
    assert!(scanner.work.stats <= 2 * LEVELS + 2, "{:?}", scanner.work);
}

#[test]
fn unrelated_files_are_in_separate_groups() {
    let entry = |name: &str| Entry {
        name: name.into(),
        kind: Kind::File { is_link: false },
        is_wanted: true,
        is_sidecar: is_sidecar(name.as_ref()),
    };
    let mut entries: Vec<_> = (0..1000).map(|number| entry(&format!("IMG_{number}.jpg"))).collect();
    entries.extend(["IMG_1.MOV", "img_1.xmp", "IMG_2.jpg.xmp", "IMG_3_HEVC.MOV"].map(entry));
    let groups = grouped(&entries);
    assert_eq!(groups.len(), 1000);
    assert_eq!(groups[1..4], [vec![1, 1000, 1001], vec![2, 1002], vec![3, 1003]]);
}
