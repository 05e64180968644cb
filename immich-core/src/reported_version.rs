//! The version that a server reports.

use crate::api::{GetServerVersion, ServerVersionResponseDto};
use crate::error::Error;
use crate::version::ServerVersion;

impl TryFrom<&ServerVersionResponseDto> for ServerVersion {
    type Error = Error;

    /// # Errors
    /// `Decode` if a number is not valid in a version.
    fn try_from(response: &ServerVersionResponseDto) -> Result<Self, Error> {
        let number = |number: i64| {
            let invalid =
                |_| Error::decode(GetServerVersion::OPERATION, "", "the version has a number that is not valid");
            u32::try_from(number).map_err(invalid)
        };
        Ok(Self::new(number(response.major)?, number(response.minor)?, number(response.patch)?))
    }
}
