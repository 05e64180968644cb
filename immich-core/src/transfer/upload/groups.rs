//! Finds live photos and stacks among the files of a folder.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;

use crate::transfer::upload::media;
use crate::transfer::upload::names::Likeness;
use crate::transfer::upload::options::StackRule;
use crate::transfer::upload::sidecar::{stem, stem_of};

/// A file of a folder, and what it belongs to. Files are identified by number.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: OsString,
    pub(super) extension: String,
    /// The image, if this is the video of a live photo.
    pub(super) image: Option<usize>,
    /// The video, if this is the image of a live photo.
    pub(super) video: Option<usize>,
    /// The stack it belongs to, counted from zero.
    pub(super) stack: Option<usize>,
}

impl Member {
    pub(super) fn new(name: OsString) -> Self {
        let extension = media::extension(&name.to_string_lossy());
        Self { name, extension, image: None, video: None, stack: None }
    }
}

/// Returns the names by which a file may belong to others. Files that share none of them are unrelated.
pub(super) fn groups(name: &OsString, is_sidecar: bool) -> Vec<Vec<u8>> {
    let stem = stem(name);
    let mut names = vec![stem];
    if is_sidecar {
        names.push(stem_of(stem));
    } else {
        names.extend(image_names(name).map(|(name, is_stem)| if is_stem { name } else { stem_of(name) }));
        names.extend(std::str::from_utf8(stem).ok().and_then(media::shot).map(|shot| shot.name.as_bytes()));
    }
    let mut keys: Vec<_> = names.into_iter().map(|name| Likeness::Key.key(name)).collect();
    keys.dedup();
    keys
}

/// Returns the name that the image of a live photo may have for a video of this name, besides having the same stem,
/// and whether that is a name without extension: `IMG_1.HEIC` for `IMG_1.HEIC.MOV`, and `IMG_1` for `IMG_1_HEVC.MOV`,
/// as iCloud downloaders name the video of a HEIC.
fn image_names(video: &OsString) -> Option<(&[u8], bool)> {
    media::live_video_rank(&media::extension(&video.to_string_lossy()))?;
    let stem = stem(video);
    if media::live_image_rank(&media::extension(&String::from_utf8_lossy(stem))).is_some() {
        return Some((stem, false));
    }
    let suffix = stem.len().checked_sub(5).filter(|at| *at > 0 && stem[*at..].eq_ignore_ascii_case(b"_HEVC"))?;
    Some((&stem[..suffix], true))
}

/// The images and videos of one name with the best rank.
#[derive(Default)]
struct Candidates {
    images: Best,
    videos: Best,
}

#[derive(Default)]
struct Best {
    rank: u8,
    numbers: Vec<usize>,
    /// Those of other ranks, which stay single if there is a pair.
    others: Vec<usize>,
}

impl Best {
    fn add(&mut self, rank: u8, number: usize) {
        if !self.numbers.is_empty() && rank > self.rank {
            return self.others.push(number);
        }
        if rank < self.rank {
            self.others.append(&mut self.numbers);
        }
        self.rank = rank;
        self.numbers.push(number);
    }
}

/// Finds the live photos: an image and a video of the same name. Of several images or videos, the one with the most
/// likely type is used. Names that are exactly equal are matched before those that differ in case or normalization.
pub(super) fn live_photos(members: &mut [Member]) {
    if members.len() < 2 {
        return;
    }
    let image = |member: &Member| media::live_image_rank(&member.extension);
    let video = |member: &Member| media::live_video_rank(&member.extension);
    // Files of a name that has its pair are not matched further.
    let mut is_done = vec![false; members.len()];
    for likeness in Likeness::ALL {
        let mut names: BTreeMap<Vec<u8>, Candidates> = BTreeMap::new();
        for (number, member) in members.iter().enumerate().filter(|(number, _)| !is_done[*number]) {
            let (image, video) = (image(member), video(member));
            if image.is_some() || video.is_some() {
                let candidates = names.entry(likeness.key(stem(&member.name))).or_default();
                image.into_iter().for_each(|rank| candidates.images.add(rank, number));
                video.into_iter().for_each(|rank| candidates.videos.add(rank, number));
            }
        }
        names.into_values().for_each(|candidates| join(members, candidates, &mut is_done));
    }
    for likeness in Likeness::ALL {
        let mut images: HashMap<(Vec<u8>, bool), Candidates> = HashMap::new();
        for (number, member) in members.iter().enumerate().filter(|(number, _)| !is_done[*number]) {
            if let Some(rank) = image(member) {
                let whole = (likeness.key(member.name.as_encoded_bytes()), false);
                images.entry(whole).or_default().images.add(rank, number);
                if matches!(&*member.extension, ".heic" | ".heif") {
                    images.entry((likeness.key(stem(&member.name)), true)).or_default().images.add(rank, number);
                }
            }
        }
        for (number, member) in members.iter().enumerate().filter(|(number, _)| !is_done[*number]) {
            if let (Some(rank), Some((name, is_stem))) = (video(member), image_names(&member.name))
                && let Some(candidates) = images.get_mut(&(likeness.key(name), is_stem))
            {
                candidates.videos.add(rank, number);
            }
        }
        let mut found: Vec<_> = images.into_iter().filter(|(_, found)| !found.videos.numbers.is_empty()).collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (_, mut candidates) in found {
            candidates.images.numbers.retain(|number| !is_done[*number]);
            join(members, candidates, &mut is_done);
        }
    }
}

fn join(members: &mut [Member], candidates: Candidates, is_done: &mut [bool]) {
    let Candidates { images, mut videos } = candidates;
    if images.numbers.is_empty() || videos.numbers.is_empty() {
        return;
    }
    for number in images.others.iter().chain(&images.numbers).chain(&videos.others).chain(&videos.numbers) {
        is_done[*number] = true;
    }
    let is_capital = |number: usize| extension_is_capital(&members[number]);
    // For `a.JPG` and `a.jpg`, the video whose extension has the same letter case is preferred.
    let mut pairs = Vec::new();
    let mut images = images.numbers;
    for same_way in [true, false] {
        images.retain(|image| {
            let fits = |video: &usize| !same_way || is_capital(*video) == is_capital(*image);
            let found = videos.numbers.iter().position(fits);
            pairs.extend(found.map(|at| (*image, videos.numbers.remove(at))));
            found.is_none()
        });
    }
    for (image, video) in pairs {
        members[image].video = Some(video);
        members[video].image = Some(image);
    }
}

fn extension_is_capital(member: &Member) -> bool {
    member.name.as_encoded_bytes().last().is_some_and(u8::is_ascii_uppercase)
}

/// Finds the stacks, and returns the members of each by number. The first member is on top: members are sorted by
/// name, developed photos before RAW, and the camera's choice first.
pub(super) fn stacks(members: &mut [Member], rules: &[StackRule]) -> Vec<Vec<usize>> {
    let mut stacks: Vec<Vec<usize>> = Vec::new();
    if members.len() < 2 {
        return stacks;
    }
    for rule in rules {
        // Two different bursts may differ in letter case only.
        let likenesses: &[Likeness] = match rule {
            StackRule::RawAndDeveloped => &Likeness::ALL,
            StackRule::Bursts => &Likeness::SAME_CASE,
        };
        for likeness in likenesses {
            let mut groups: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
            for (number, member) in members.iter().enumerate() {
                if member.stack.is_none()
                    && member.image.is_none()
                    && let Some(name) = name(*rule, member)
                {
                    groups.entry(likeness.key(&name)).or_default().push(number);
                }
            }
            for mut group in groups.into_values() {
                if fits(*rule, &group, members) {
                    group.sort_by_key(|number| {
                        let member = &members[*number];
                        (media::is_raw(&member.extension), !is_cover(member), member.name.clone())
                    });
                    group.iter().for_each(|number| members[*number].stack = Some(stacks.len()));
                    stacks.push(group);
                }
            }
        }
    }
    stacks
}

fn fits(rule: StackRule, group: &[usize], members: &[Member]) -> bool {
    let raw = group.iter().filter(|number| media::is_raw(&members[**number].extension)).count();
    match rule {
        StackRule::RawAndDeveloped => raw > 0 && raw < group.len(),
        StackRule::Bursts => group.len() > 1,
    }
}

/// Returns the name of the stack that a member belongs to by a rule.
fn name(rule: StackRule, member: &Member) -> Option<Vec<u8>> {
    let stem = stem(&member.name);
    let shot = std::str::from_utf8(stem).ok().and_then(media::shot);
    match rule {
        StackRule::RawAndDeveloped => {
            let fits = media::is_raw(&member.extension) || media::is_developed(&member.extension);
            let name = shot.filter(|shot| !shot.is_burst).map_or(stem, |shot| shot.name.as_bytes());
            fits.then(|| name.to_vec())
        }
        StackRule::Bursts => shot.filter(|shot| shot.is_series).map(|shot| shot.name.as_bytes().to_vec()),
    }
}

/// Whether the camera chose it as the cover.
fn is_cover(member: &Member) -> bool {
    std::str::from_utf8(stem(&member.name)).ok().and_then(media::shot).is_some_and(|shot| shot.is_cover)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(names: &[&str]) -> Vec<Member> {
        names.iter().map(|name| Member::new(OsString::from(name))).collect()
    }

    /// The video of each member.
    fn videos(names: &[&'static str]) -> Vec<Option<&'static str>> {
        let mut members = members(names);
        live_photos(&mut members);
        for (number, member) in members.iter().enumerate() {
            assert!(member.video.is_none_or(|video| members[video].image == Some(number)), "{members:?}");
            assert!(member.image.is_none_or(|image| members[image].video == Some(number)), "{members:?}");
        }
        members.iter().map(|member| member.video.map(|video| names[video])).collect()
    }

    /// The names of each stack.
    fn stacked(names: &[&'static str], rules: &[StackRule]) -> Vec<Vec<&'static str>> {
        let stacks = stacks(&mut members(names), rules);
        stacks.into_iter().map(|stack| stack.into_iter().map(|number| names[number]).collect()).collect()
    }

    #[test]
    fn an_edited_jpeg_does_not_get_the_video_of_the_heic() {
        let all = ["a.HEIC", "a.JPG", "a.MOV", "b.dng", "b.mov", "c.jpg", "c.mp4"];
        assert_eq!(videos(&all), [Some("a.MOV"), None, None, None, None, Some("c.mp4"), None]);
        // Nor does it take another one, in any letter case.
        let all = ["a.HEIC", "a.JPG", "a.MOV", "a.MP4", "A.mov"];
        assert_eq!(videos(&all), [Some("a.MOV"), None, None, None, None]);
    }

    #[test]
    fn the_video_of_the_closest_name() {
        let all = ["IMG_1.JPG", "img_1.jpg", "IMG_1.MOV", "img_1.mov"];
        assert_eq!(videos(&all), [Some("IMG_1.MOV"), Some("img_1.mov"), None, None]);
        assert_eq!(videos(&["IMG_1.JPG", "img_1.jpg", "img_1.MOV"]), [None, Some("img_1.MOV"), None]);
        // The closer name wins over the more likely type.
        assert_eq!(videos(&["IMG_1.HEIC", "img_1.jpg", "img_1.mov"]), [None, Some("img_1.mov"), None]);
        assert_eq!(videos(&["IMG_1.HEIC", "img_1.mov"]), [Some("img_1.mov"), None]);
        assert_eq!(videos(&["a.JPG", "a.jpg", "a.mov"]), [None, Some("a.mov"), None]);
        assert_eq!(videos(&["a.JPG", "a.jpg", "a.MOV", "a.mov"]), [Some("a.MOV"), Some("a.mov"), None, None]);
        assert_eq!(videos(&["é.heic", "e\u{301}.mov"]), [Some("e\u{301}.mov"), None]);
        let all = ["é.heic", "e\u{301}.heic", "é.mov", "e\u{301}.mov"];
        assert_eq!(videos(&all), [Some("é.mov"), Some("e\u{301}.mov"), None, None]);
    }

    #[test]
    fn videos_with_names_from_downloaders() {
        assert_eq!(videos(&["a.HEIC", "a.HEIC.MOV"]), [Some("a.HEIC.MOV"), None]);
        assert_eq!(videos(&["a.HEIC", "a.JPG", "a_HEVC.MOV"]), [Some("a_HEVC.MOV"), None, None]);
        assert_eq!(videos(&["a.JPG", "a_HEVC.MOV"]), [None, None]);
        // The video of the same stem wins.
        assert_eq!(videos(&["a.HEIC", "a.MOV", "a_HEVC.MOV"]), [Some("a.MOV"), None, None]);
        let all = ["a.HEIC", "a.JPG", "a.HEIC.MOV", "a.JPG.MOV"];
        assert_eq!(videos(&all), [Some("a.HEIC.MOV"), Some("a.JPG.MOV"), None, None]);
        assert_eq!(videos(&["PXL_1.MP.jpg", "PXL_1.MP.mp4"]), [Some("PXL_1.MP.mp4"), None]);
        assert_eq!(videos(&["IMG_E1.HEIC", "IMG_1.HEIC", "IMG_1.MOV"]), [None, Some("IMG_1.MOV"), None]);
    }

    #[test]
    fn stacks_by_rule() {
        let both = [StackRule::RawAndDeveloped, StackRule::Bursts];
        let names = ["a.dng", "a.jpg", "b.jpg", "x_BURST001.jpg", "x_BURST002_COVER.jpg", "y_BURST001.jpg"];
        let burst = vec!["x_BURST002_COVER.jpg", "x_BURST001.jpg"];
        assert_eq!(stacked(&names, &both), [vec!["a.jpg", "a.dng"], burst]);
        assert!(stacked(&names, &[]).is_empty());
        // The RAW belongs to the photo of the same case.
        let names = ["IMG_1.JPG", "IMG_1.dng", "img_1.jpg"];
        assert_eq!(stacked(&names, &both), [vec!["IMG_1.JPG", "IMG_1.dng"]]);
        assert_eq!(stacked(&["é.jpg", "e\u{301}.dng"], &both), [vec!["é.jpg", "e\u{301}.dng"]]);
        assert_eq!(stacked(&["IMG_1.JPG", "img_1.dng"], &both), [vec!["IMG_1.JPG", "img_1.dng"]]);
    }

    #[test]
    fn stacks_of_a_pixel() {
        let base = "PXL_20240407_152207242";
        let raw = [
            "PXL_20240407_152207242.RAW-02.ORIGINAL.dng",
            "PXL_20240407_152207242.RAW-01.COVER.jpg",
            "PXL_20240407_152207243.RAW-01.COVER.jpg",
        ];
        assert!(raw[0].starts_with(base));
        assert_eq!(stacked(&raw, &[StackRule::RawAndDeveloped]), [vec![raw[1], raw[0]]]);
        for tags in [
            ["NIGHT.RAW-01.COVER.jpg", "NIGHT.RAW-02.ORIGINAL.dng"],
            ["RAW-01.MP.COVER.jpg", "RAW-02.ORIGINAL.dng"],
            ["MP.jpg", "dng"],
        ] {
            let names = tags.map(|tag| &*format!("{base}.{tag}").leak());
            assert_eq!(stacked(&names, &[StackRule::RawAndDeveloped]), [names.to_vec()]);
        }
        for tag in ["MOTION", "LONG_EXPOSURE", "PORTRAIT", "NIGHT", "ACTION_PAN"] {
            let names = ["02.ORIGINAL", "01.COVER"].map(|part| &*format!("{base}.{tag}-{part}.jpg").leak());
            assert_eq!(stacked(&names, &[StackRule::Bursts]), [vec![names[1], names[0]]]);
            assert!(stacked(&names, &[StackRule::RawAndDeveloped]).is_empty());
        }
    }
}
