//! Sessions of the signed-in user, one for each device.

use crate::prelude::*;

group! {
    /// Sessions of the signed-in user, one for each device.
    SessionsApi: sessions
}

endpoint! {
    /// Ends all sessions of the signed-in user but the one in use.
    DeleteAllSessions = DELETE "/sessions" -> Empty;
    SessionsApi.delete_all_sessions, "deleteAllSessions" [permission "session.delete"];
}

endpoint! {
    /// Lists the sessions of the signed-in user, one for each device, and marks the one in use.
    GetSessions = GET "/sessions" -> Json<Vec<SessionResponseDto>>;
    SessionsApi.get_sessions, "getSessions" [permission "session.read"];
}

endpoint! {
    /// Creates a further session below the one in use, for `duration` seconds or without end; needs a session, not an API key.
    CreateSession = POST "/sessions" -> Json<SessionCreateResponseDto>;
    SessionsApi.create_session, "createSession" [permission "session.create"] {sensitive: true};
    body { SessionCreateDto }
}

endpoint! {
    /// Ends one session of the signed-in user, whose token stops working by that.
    DeleteSession = DELETE "/sessions/{id}" -> Empty;
    SessionsApi.delete_session, "deleteSession" [permission "session.delete"];
    path { id: SessionId }
}

endpoint! {
    /// Changes whether a session of the signed-in user must start its synchronization from the beginning.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdateSession = PUT "/sessions/{id}" -> Json<SessionResponseDto>;
    SessionsApi.update_session, "updateSession" [permission "session.update"] [also DeprecatedApi];
    path { id: SessionId }
    body { SessionUpdateDto }
}

endpoint! {
    /// Locks a session of the signed-in user again, so that it cannot reach locked assets; it stays signed in.
    LockSession = POST "/sessions/{id}/lock" -> Empty;
    SessionsApi.lock_session, "lockSession" [permission "session.lock"];
    path { id: SessionId }
}

request! {
    /// A session to create beside the own one, such as for a screen that shows photos.
    struct SessionCreateDto {
        optional {
            /// The operating system of the device.
            #[serde(rename = "deviceOS")] device_os: String,
            /// The browser or app of the device.
            device_type: String,
            /// How many seconds the session lasts; left out, it does not end by itself.
            duration: i64,
        }
    }
}

response! {
    /// A new session with its token, which is shown only this once.
    struct SessionCreateResponseDto {
        /// The version of the app.
        app_version: Option<String>,
        /// When it was created on the server.
        created_at: String,
        /// Whether it is the session of this request.
        current: bool,
        /// The operating system of the device.
        #[serde(rename = "deviceOS")] device_os: String,
        /// The browser or app of the device.
        device_type: String,
        /// When it expires; never, if null.
        expires_at: Option<String>,
        /// The id of the session.
        id: SessionId,
        /// Whether the next sync stream of the session begins anew.
        is_pending_sync_reset: bool,
        /// The token of the new session, to send as `Authorization: Bearer`.
        token: Secret,
        /// When it was last changed on the server.
        updated_at: String,
    }
}

request! {
    /// Changes to a session.
    struct SessionUpdateDto {
        optional {
            /// Whether the next sync stream of the session begins anew.
            is_pending_sync_reset: bool,
        }
    }
}
