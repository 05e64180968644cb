//! Which files of a folder belong together: live photos and stacks.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};

use crate::transfer::upload::media;
use crate::transfer::upload::options::StackRule;
use crate::transfer::upload::sidecar::{small, stem};

/// A file of a folder, with what belongs to it by number.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: OsString,
    pub(super) extension: String,
    /// The number of the image whose video this is.
    pub(super) image: Option<usize>,
    /// The number of the video that moves this image.
    pub(super) video: Option<usize>,
    /// The number of the stack it belongs to, counted from zero, and its place in it.
    pub(super) stack: Option<usize>,
}

impl Member {
    pub(super) fn new(name: OsString) -> Self {
        let extension = media::extension(&name.to_string_lossy());
        Self { name, extension, image: None, video: None, stack: None }
    }
}

/// Finds the live photos: of one name an image and a video. Of several images or videos the likelier one is taken.
pub(super) fn live_photos(members: &mut [Member]) {
    let mut names: HashMap<Vec<u8>, [Option<(u8, usize)>; 2]> = HashMap::new();
    for (number, member) in members.iter().enumerate() {
        let ranks = [media::live_image_rank(&member.extension), media::live_video_rank(&member.extension)];
        for (best, rank) in ranks.into_iter().enumerate() {
            let Some(rank) = rank else { continue };
            let best = &mut names.entry(small(stem(&member.name))).or_default()[best];
            if best.is_none_or(|(other, _)| rank < other) {
                *best = Some((rank, number));
            }
        }
    }
    for [image, video] in names.into_values() {
        if let (Some((_, image)), Some((_, video))) = (image, video) {
            members[image].video = Some(video);
            members[video].image = Some(image);
        }
    }
}

/// Finds the stacks, and gives how many members each has. The first member of a stack, in the order of the names with
/// developed photos before RAW, is the one on top.
pub(super) fn stacks(members: &mut [Member], rules: &[StackRule]) -> Vec<Vec<usize>> {
    let mut stacks: Vec<Vec<usize>> = Vec::new();
    for rule in rules {
        let mut groups: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
        for (number, member) in members.iter().enumerate() {
            let is_free = member.stack.is_none() && member.image.is_none();
            if let Some(key) = key(*rule, member).filter(|_| is_free) {
                groups.entry(key).or_default().push(number);
            }
        }
        for mut group in groups.into_values() {
            let raw = group.iter().filter(|number| media::is_raw(&members[**number].extension)).count();
            let fits = match rule {
                StackRule::RawAndDeveloped => raw > 0 && raw < group.len(),
                StackRule::Bursts => group.len() > 1,
            };
            if fits {
                group.sort_by_key(|number| {
                    let member = &members[*number];
                    (media::is_raw(&member.extension), !is_cover(&member.name), member.name.clone())
                });
                group.iter().for_each(|number| members[*number].stack = Some(stacks.len()));
                stacks.push(group);
            }
        }
    }
    stacks
}

fn key(rule: StackRule, member: &Member) -> Option<Vec<u8>> {
    let stem = stem(&member.name);
    match rule {
        StackRule::RawAndDeveloped => {
            let fits = media::is_raw(&member.extension) || media::is_developed(&member.extension);
            fits.then(|| small(stem))
        }
        StackRule::Bursts => media::burst(std::str::from_utf8(stem).ok()?).map(|burst| burst.as_bytes().to_vec()),
    }
}

/// Whether the camera chose it of its burst.
fn is_cover(name: &OsStr) -> bool {
    name.to_string_lossy().contains("COVER")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(names: &[&str]) -> Vec<Member> {
        names.iter().map(|name| Member::new(OsString::from(name))).collect()
    }

    #[test]
    fn an_edited_jpeg_does_not_take_the_video_of_the_heic() {
        let mut members = members(&["a.HEIC", "a.JPG", "a.MOV", "b.dng", "b.mov", "c.jpg", "c.mp4"]);
        live_photos(&mut members);
        let videos: Vec<_> = members.iter().map(|member| member.video).collect();
        assert_eq!(videos, [Some(2), None, None, None, None, Some(6), None]);
        assert_eq!(members[2].image, Some(0));
    }

    #[test]
    fn stacks_by_rule() {
        let names = ["a.dng", "a.jpg", "b.jpg", "x_BURST001.jpg", "x_BURST002_COVER.jpg", "y_BURST001.jpg"];
        let mut all = members(&names);
        assert_eq!(stacks(&mut all, &[StackRule::RawAndDeveloped, StackRule::Bursts]), [vec![1, 0], vec![4, 3]]);
        assert!(stacks(&mut members(&names), &[]).is_empty());
    }
}
