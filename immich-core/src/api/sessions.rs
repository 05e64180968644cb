//! Sessions of the signed-in user, one for each device.

use crate::prelude::*;

group! {
    /// Sessions of the signed-in user, one for each device.
    SessionsApi: sessions
}

endpoint! {
    /// Placeholder.
    DeleteAllSessions = DELETE "/sessions" -> Empty;
    SessionsApi.delete_all_sessions, "deleteAllSessions" [permission "session.delete"];
}

endpoint! {
    /// Placeholder.
    GetSessions = GET "/sessions" -> Json<Vec<SessionResponseDto>>;
    SessionsApi.get_sessions, "getSessions" [permission "session.read"];
}

endpoint! {
    /// Placeholder.
    CreateSession = POST "/sessions" -> Json<SessionCreateResponseDto>;
    SessionsApi.create_session, "createSession" [permission "session.create"] {sensitive: true};
    body { SessionCreateDto }
}

endpoint! {
    /// Placeholder.
    DeleteSession = DELETE "/sessions/{id}" -> Empty;
    SessionsApi.delete_session, "deleteSession" [permission "session.delete"];
    path { id: SessionId }
}

endpoint! {
    /// Placeholder.
    #[deprecated = "Immich plans to remove it"]
    UpdateSession = PUT "/sessions/{id}" -> Json<SessionResponseDto>;
    SessionsApi.update_session, "updateSession" [permission "session.update"] [also DeprecatedApi];
    path { id: SessionId }
    body { SessionUpdateDto }
}

endpoint! {
    /// Placeholder.
    LockSession = POST "/sessions/{id}/lock" -> Empty;
    SessionsApi.lock_session, "lockSession" [permission "session.lock"];
    path { id: SessionId }
}

request! {
    /// Placeholder.
    struct SessionCreateDto {
        optional {
            #[serde(rename = "deviceOS")] device_os: String,
            device_type: String,
            duration: i64,
        }
    }
}

response! {
    /// Placeholder.
    struct SessionCreateResponseDto {
        app_version: Option<String>,
        created_at: String,
        current: bool,
        #[serde(rename = "deviceOS")] device_os: String,
        device_type: String,
        expires_at: Option<String>,
        id: SessionId,
        is_pending_sync_reset: bool,
        token: Secret,
        updated_at: String,
    }
}

request! {
    /// Placeholder.
    struct SessionUpdateDto {
        optional {
            is_pending_sync_reset: bool,
        }
    }
}
