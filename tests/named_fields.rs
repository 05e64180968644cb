//! Required fields that could be mistaken for each other are set by name, and one that is missing is named.

use immich_sdk::api::{
    AssetEditAction, AssetEditActionItemDto, AssetEditsCreateDto, ChangePassword, ChangePasswordDto, CropParameters,
    DuplicateResolveDto, DuplicateResolveGroupDto, EditAsset, ResolveDuplicates,
};
use immich_sdk::{AssetId, BaseUrl, DuplicateId, Endpoint, ErrorKind};
use serde_json::{Value, json};

fn body(endpoint: &impl Endpoint) -> Result<Value, immich_sdk::Error> {
    let request = endpoint.to_request(&BaseUrl::parse("http://immich.test")?)?;
    Ok(serde_json::from_slice(request.body().as_bytes().expect("bytes")).expect("JSON"))
}

#[test]
fn the_order_of_setters_does_not_matter() {
    let one = ChangePassword::new(ChangePasswordDto::new().password("old").new_password("new"));
    let other = ChangePassword::new(ChangePasswordDto::new().new_password("new").password("old"));
    let expected = json!({"password": "old", "newPassword": "new"});
    assert_eq!((body(&one).expect("a body"), body(&other).expect("a body")), (expected.clone(), expected));
}

#[test]
fn what_is_missing_is_named_and_nothing_is_shown() {
    let error = body(&ChangePassword::new(ChangePasswordDto::new().password("s3cret"))).expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Build);
    assert!(
        error.to_string().contains("`newPassword` of the body") && !error.to_string().contains("s3cret"),
        "{error}"
    );
    let group =
        DuplicateResolveGroupDto::new().duplicate_id(DuplicateId::default()).keep_asset_ids([AssetId::default()]);
    let error = body(&ResolveDuplicates::new(DuplicateResolveDto::new([group]))).expect_err("an error");
    assert!(error.to_string().contains("`groups[0].trashAssetIds` of the body"), "{error}");
}

#[test]
fn a_crop_is_written_with_the_names_of_its_numbers() {
    let crop = CropParameters { x: 1, y: 2, width: 300, height: 400 };
    let edits = AssetEditsCreateDto::new([AssetEditActionItemDto::new(AssetEditAction::Crop, crop)]);
    let edits = body(&EditAsset::new(AssetId::default(), edits)).expect("a body");
    assert_eq!(edits["edits"][0]["parameters"], json!({"x": 1, "y": 2, "width": 300, "height": 400}));
}
