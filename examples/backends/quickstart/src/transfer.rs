//! The transfer engines: a folder up into an album, and the album down again.

use std::fs;

use immich_core::Client;
use immich_core::api::CreateAlbumDto;

use crate::{Result, check, content};

/// Uploads a folder and downloads it again, twice: the second time there is nothing to do.
pub(crate) async fn transfer(client: &Client) -> Result {
    let (up, down) = (tempfile::tempdir()?, tempfile::tempdir()?);
    for number in 10..16 {
        fs::write(up.path().join(format!("{number}.jpg")), content(number))?;
    }
    let album = client.albums().create_album(CreateAlbumDto::new("Engine")).await?;
    for (uploaded, duplicates) in [(6, 0), (0, 6)] {
        let mut upload = client.upload().path(up.path()).album(album.id).start()?;
        while upload.next().await?.is_some() {}
        let summary = upload.finish().await?;
        check((summary.uploaded, summary.duplicates) == (uploaded, duplicates), "each file is uploaded once")?;
    }
    for (new, old) in [(6, 0), (0, 6)] {
        let mut downloads = client.download_album(album.id).to_folder(down.path());
        while downloads.next().await?.is_some() {}
        let summary = downloads.summary();
        check((summary.downloaded, summary.already_there) == (new, old), "each file is downloaded once")?;
    }
    for number in 10..16 {
        let same = fs::read(down.path().join(format!("{number}.jpg")))? == content(number);
        check(same, "the files that come back are those that went")?;
    }
    println!("6 files up and down, with checksums");
    Ok(())
}
